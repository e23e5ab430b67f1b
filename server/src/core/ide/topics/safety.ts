import type { Topic } from './topic';

/** What `unsafe` asks for, and how kernel code answers. */
export const safetyTopics: readonly Topic[] = [
  {
    id: 'safety-comment',
    title: '`// SAFETY:`: why this `unsafe` is right',
    text: `Written for readers: no compiler reads its meaning. A lint (clippy's \`undocumented_unsafe_blocks\`, on for kernel code) only warns where it is missing. It must answer the \`# Safety\` section of what is called below, one obligation after the other, with what holds *here*: a reference is never null, a type invariant, a check above, a guard that is alive, or the caller's promise in an \`unsafe fn\`.

"Valid for the duration of this function" speaks of the borrow that the code makes, which ends after its last use; an \`ARef\` made from it is another owner.`,
    related: ['safety-section', 'unsafe', 'lifetime'],
    at: [{ word: 'SAFETY', role: 'comment' }],
  },
  {
    id: 'safety-send-sync',
    title: '`// SAFETY:` of `Send` or `Sync`',
    text: `It must say why values may go to another thread (\`Send\`: for a reference count, the put may run on another thread than the get) or be used by several at once (\`Sync\`: every method may run in parallel). Written for readers and reviewers; the compiler does not read it, and only a lint asks that it is there.`,
    related: ['send-sync', 'safety-comment'],
    at: [{ word: 'SAFETY', role: 'comment', trait: ['Send', 'Sync'] }],
  },
  {
    id: 'safety-section',
    title: '`# Safety`: what the caller must promise',
    text: `The contract of an \`unsafe fn\` or \`unsafe trait\`: what the compiler cannot check and the function relies on. Every call answers it with a \`// SAFETY:\` comment, obligation by obligation; inside the function it may be cited ("the caller promises …"). Nothing tests it at run time: breaking it is undefined behaviour.`,
    related: ['safety-comment', 'unsafe'],
    at: [{ word: '# Safety', role: 'doc' }, { section: '# Safety' }],
  },
  {
    id: 'invariants',
    title: '`# Invariants`: what is true of every value of the type',
    text: `Established wherever a value is built (an \`// INVARIANT:\` comment says how), kept by every method, and free to be used as a fact: "by the type invariants the lock is held". For \`Mm\`: counted by \`mmgrab\`. For \`MmWithUser\`: \`mm_users\` is above zero. For \`MmapReadGuard\`: it owns the read lock. Private fields make it hold, as nobody else can build a value.`,
    related: ['invariant-comment', 'safety-comment'],
    at: [{ word: ['# Invariants', '# Invariant'], role: 'doc' }, { section: ['# Invariants', '# Invariant'] }],
  },
  {
    id: 'invariant-comment',
    title: '`// INVARIANT:`: why the new value keeps the promise of its type',
    text: `Stands where a value with an \`# Invariants\` section is built or changed, and says what makes each invariant true here: "the read lock was just taken". Written for readers; no compiler reads it. From here on \`// SAFETY:\` comments may rely on it.`,
    related: ['invariants', 'safety-comment'],
    at: [{ word: 'INVARIANT', role: 'comment' }],
  },
  {
    id: 'cast-comment',
    title: '`// CAST:`: why this pointer cast is right',
    text: `Says why both types have the same layout, usually \`repr(transparent)\`. A cast alone is safe, so this is no \`// SAFETY:\`; using the pointer afterwards is not.`,
    related: ['repr-transparent', 'safety-comment'],
    at: [{ word: 'CAST', role: 'comment' }],
  },
  {
    id: 'unsafe',
    title: '`unsafe`: here the programmer proves, not the compiler',
    text: `An \`unsafe { }\` block may call \`unsafe fn\`s (all of C through \`bindings::\` is such), and follow raw pointers. Nothing is switched off: types, borrows and lifetimes are checked as everywhere. \`unsafe fn\` means that callers have duties (\`# Safety\`), \`unsafe impl\` that the implementer vouches for the trait's rules. Each has a \`// SAFETY:\` comment with the reason.`,
    related: ['safety-comment', 'safety-section'],
    at: [{ word: 'unsafe', role: 'name' }],
  },
  {
    id: 'send-sync',
    title: '`Send` and `Sync`: what may cross threads',
    text: `\`Send\`: a value may be moved to another thread, so its drop may run there (\`mmdrop()\` elsewhere than \`mmgrab()\`, which is fine). \`Sync\`: \`&T\` may be used by several threads at once. The compiler derives both where every field has them; \`Opaque\` and raw pointers have neither, so wrappers of C objects say so by \`unsafe impl\`. A \`NotThreadSafe\` field takes both away: lock guards stay with their task.`,
    related: ['not-thread-safe', 'safety-send-sync'],
    at: [{ word: ['Send', 'Sync'] }],
  },
  {
    id: 'rust-helper',
    title: '`bindings::f`: a C function called from Rust',
    text: `bindgen makes it from the C header, with C's types: no lifetimes, no ownership, nothing is tested, and each call is \`unsafe\`. What is static inline or a macro in C cannot be called that way; for these \`rust/helpers/*.c\` has a function \`rust_helper_f()\` that calls it, and \`bindings::f\` leads there. What C's \`f\` does to counters and locks, it does here.`,
    related: ['unsafe', 'as-raw'],
    at: [{ qualifier: 'bindings', isCalled: true }, { word: 'bindings' }],
  },
  {
    id: 'bindings-type',
    title: '`bindings::name`: a type or a constant of C',
    text: `bindgen makes it from the C header. A struct has C's layout, all its fields are public, and it has no methods, no \`Drop\` and no rules: reading a field through a raw pointer is \`unsafe\`, and the type does not say whether the object is still there. Wrappers such as \`Mm\` put a C struct into an \`Opaque\` and say what is known of it; a pointer to the one is a pointer to the other.`,
    related: ['opaque', 'mm', 'repr-transparent'],
    at: [{ qualifier: 'bindings', isCalled: false }],
  },
  {
    id: 'extern-c',
    title: '`extern "C"`: a function that C calls',
    text: `It has C's calling convention, for use as a callback (\`->mmap\`, shrinker, notifier). Arguments are raw pointers: what they guarantee (locks held, mm with users) is the contract of the C caller, written in \`# Safety\`. A reference made from one must not outlive the call.`,
    related: ['safety-section', 'unsafe'],
    at: [{ word: 'extern', role: 'name' }],
  },
];
