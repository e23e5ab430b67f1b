/** A misuse or a failure that the user can do something about: one clear sentence, exit status 2. */
export class UsageError extends Error {}
