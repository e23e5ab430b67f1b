import type { Topic } from './topic';

/** Rust itself, where a reader of C meets it in code about an mm. */
export const languageTopics: readonly Topic[] = [
  {
    id: 'option',
    title: '`Option`: `Some(value)` or `None`',
    text: `A tagged (discriminated) union of two cases; the value can only be reached after telling them apart (\`match\`, \`if let\`, \`let … else\`, \`?\`), so a forgotten NULL test does not compile. For references, \`NonNull\` and \`ARef\` the tag costs nothing: they are never null, so \`None\` is stored as the null pointer and \`Option<ARef<Mm>>\` is one word, like a pointer in C that may be NULL.`,
    related: ['question-mark', 'let-else', 'aref'],
    at: [
      { word: ['Some', 'None', 'Option'], role: 'name' },
      { type: /^Option</, role: ['name', 'member', 'field'] },
    ],
  },
  {
    id: 'question-mark',
    title: '`?`: the value, or return the failure',
    text: `After an \`Option\` or a \`Result\`: go on with the value inside, else return \`None\` or \`Err(…)\` from this function. It is C's \`if (!p) goto out;\` with the clean-up built in: every guard and every \`ARef\` that is in scope is dropped on that way out, in reverse order, and one that owns \`mm_users\` calls \`mmput()\` there.`,
    related: ['option', 'destructor'],
    at: [{ word: '?', role: 'operator' }],
  },
  {
    id: 'let-else',
    title: '`let … else`: bind, or leave',
    text: `If the pattern (\`Some(mm)\`) does not match, the \`else\` block runs and must leave: \`return\`, \`break\` or a panic. Below it the name is the value inside, never null. As C's early \`if (!mm) return …;\`, which the compiler here insists on.`,
    related: ['option', 'question-mark'],
    at: [{ word: 'let else' }],
  },
  {
    id: 'lifetime',
    title: "`'a`: the span for which a reference is valid",
    text: `Not the life of the object. It names the span during which the returned reference may be used, chosen by the caller (the compiler infers it from the uses) and, in an \`unsafe fn\`, promised by the caller in the \`# Safety\` section. It must not outlive the object, and is normally much shorter. Nothing of it exists at run time, and no counter is involved.

The same \`'a\` on an argument and on the result ties them: the result must not outlive what it borrows from. \`'_\` leaves the name out, \`'static\` means for ever.`,
    related: ['from-raw-mm', 'self-reference'],
    at: [{ role: 'lifetime' }, { role: ['doc', 'comment'], word: ["'a", "'_", "'static"] }],
  },
  {
    id: 'borrow',
    title: '`&`: a borrowed pointer',
    text: `\`&T\` points at a \`T\` that somebody else keeps: never null, valid for as long as it may be used, nothing to release. The compiler checks that it does not outlive what it was taken from. In an expression \`&x\` makes one, as \`&\` does in C; no counter changes. \`&mut\` is the only pointer to its object while it exists, a plain \`&\` may be shared.

\`&Mm\`: the struct is allocated. \`&MmWithUser\`: \`mm_users\` is above zero too.`,
    related: ['lifetime', 'self-reference', 'aref'],
    at: [{ word: '&', role: 'operator' }],
  },
  {
    id: 'drop',
    title: '`Drop`: what runs when a value goes out of scope',
    text: `The destructor. The compiler calls it at the end of the scope, in reverse order of declaration, on \`return\`, \`break\` and \`?\` too, never for a value that was moved away. It is C's clean-up labels without the labels. For \`ARef<T>\` it calls \`T::dec_ref\` (\`mmdrop()\`, \`mmput()\` or \`mmput_async()\`), for a lock guard the unlock. \`drop(x)\` ends \`x\` earlier.`,
    related: ['destructor', 'drop-guard'],
    at: [
      { word: ['Drop', 'PinnedDrop'] },
      { word: 'drop', role: 'fn' },
      { word: 'drop', role: 'name', qualifier: null },
    ],
  },
  {
    id: 'pin',
    title: '`Pin`: an object that must not move',
    text: `Rust moves values by copying their bytes. Objects that C points to (a mutex, a list node, a work item) must stay where they are: \`Pin<&mut T>\` promises that, and \`#[pin]\` fields are initialised in place by \`pin_init!\`. \`&Mm\` needs none of it: the \`mm_struct\` was allocated by C and is only ever seen through a pointer.`,
    related: ['opaque'],
    at: [{ word: ['Pin', 'pin_init', 'try_pin_init', 'PinInit', 'PhantomPinned', 'pin_data'] }],
  },
  {
    id: 'phantom-data',
    title: '`PhantomData<T>`: owns a `T`, as far as the compiler may know',
    text: `A field of size zero. It tells the compiler that a type with only a raw pointer behaves as if it held a \`T\` (for drop checks, \`Send\`, \`Sync\` and lifetimes). No code, no data.`,
    related: ['send-sync', 'aref'],
    at: [{ word: 'PhantomData' }],
  },
  {
    id: 'inline',
    title: '`#[inline]`: a hint, as in C',
    text: `Lets other crates (modules) compile the body in place, so that a wrapper such as \`mmap_read_lock()\` costs no more than the C call in it.`,
    at: [{ word: 'inline', role: 'attribute' }],
  },
  {
    id: 'self-type',
    title: '`Self`: the type that this `impl` is for',
    text: `Only an abbreviation: in \`impl … for Mm\` it is \`Mm\`. With a small letter, \`self\` is the object.`,
    related: ['self-reference'],
    at: [{ word: 'Self' }],
  },
];
