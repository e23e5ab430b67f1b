import type { Topic } from './topic';

/** Wrappers, references and raw pointers: what changes in type and what never changes in memory. */
export const pointerTopics: readonly Topic[] = [
  {
    id: 'opaque',
    title: '`Opaque<T>`: a C object in place, which Rust does not look into',
    text: `Not a pointer: it has the size and alignment of \`T\` and *is* the \`T\`. It tells Rust to assume nothing about the bytes: C may change them at any time, leave them uninitialised, or have pointers to them (so it must not move). A shared \`&Opaque<T>\` therefore does not mean "unchanging". To reach the contents: \`.get()\` gives \`*mut T\`, and using that is \`unsafe\`.`,
    related: ['opaque-get', 'repr-transparent', 'mm'],
    at: [{ word: 'Opaque' }],
  },
  {
    id: 'opaque-get',
    title: '`Opaque::get()`: the raw pointer to the C object',
    text: `\`&Opaque<T>\` becomes \`*mut T\`, the same address. It does not dereference anything, takes no lock and touches no counter; the result has no lifetime, so whoever uses it must know by other means that the object is still there.`,
    related: ['opaque', 'as-raw'],
    at: [{ word: 'get', role: 'method', receiverType: /^&?(?:mut )?Opaque</ }],
  },
  {
    id: 'repr-transparent',
    title: '`#[repr(transparent)]`: the wrapper has the layout of its one field',
    text: `Same size, alignment and address as what it wraps. So \`Mm\` *is* a \`struct mm_struct\` for the machine, \`MmWithUser\` is too, and \`*mut mm_struct\` can be cast to \`*const Mm\` and back. Without this attribute Rust promises no layout and the casts in \`from_raw()\` would be wrong; SAFETY comments there name it.`,
    related: ['mm', 'mm-struct', 'opaque'],
    at: [{ role: 'attribute', word: ['transparent', 'repr'] }],
  },
  {
    id: 'mm-inner-field',
    title: 'The field `mm` of `Mm` is the `mm_struct` itself',
    text: `Not a pointer to one: \`Opaque<bindings::mm_struct>\` is the C object in place, and \`repr(transparent)\` makes \`Mm\` the same object. Pointers appear outside: \`&Mm\` is a borrowed pointer, \`ARef<Mm>\` an owning one, and no code holds an \`Mm\` by value. The field is private; \`as_raw()\` is the way to the C pointer.`,
    related: ['opaque', 'mm', 'as-raw'],
    at: [
      { word: 'mm', role: 'member', inStruct: true, self: 'Mm' },
      { word: 'mm', role: 'field', receiver: /^self$/, self: 'Mm' },
    ],
  },
  {
    id: 'mm-wrapped-field',
    title: 'The field `mm` of `MmWithUser` is the same object, as an `Mm`',
    text: `\`MmWithUser\` wraps \`Mm\`, which wraps \`Opaque<mm_struct>\`: three types, one object, one address (each is \`repr(transparent)\`). The nesting is what lets \`deref()\` hand out \`&self.mm\` as \`&Mm\`; that is its only use. The field is private and outside code never names it: it calls methods of \`Mm\` on a \`MmWithUser\` and the compiler inserts the deref.`,
    related: ['deref-to-mm', 'repr-transparent', 'mm-with-user'],
    at: [
      { word: ['mm', 'Mm'], inStruct: true, self: 'MmWithUser' },
      { word: 'mm', role: 'field', receiver: /^self$/, self: 'MmWithUser' },
    ],
  },
  {
    id: 'mm-wrapped-twice',
    title: 'The field `mm` of `MmWithUserAsync` is the same object, as a `MmWithUser`',
    text: `One more \`repr(transparent)\` wrapper around the same \`mm_struct\`: same address, same guarantee (\`mm_users\` above zero). \`deref()\` hands out \`&self.mm\`, so every method of \`MmWithUser\`, and through it of \`Mm\`, works here. The type exists for its destructor alone: \`mmput_async()\`. The field is private.`,
    related: ['mm-with-user-async', 'deref-to-mm', 'repr-transparent'],
    at: [
      { word: 'mm', inStruct: true, self: 'MmWithUserAsync' },
      { word: 'mm', role: 'field', receiver: /^self$/, self: 'MmWithUserAsync' },
    ],
  },
  {
    id: 'as-raw',
    title: '`as_raw()`: from the Rust reference to the C pointer',
    text: `Changes two things, in type only: a reference becomes a raw pointer, and the pointee becomes C's struct (\`&Mm\` to \`*mut bindings::mm_struct\`). Same address; no counter changes. The pointer carries no lifetime: the compiler no longer checks that the mm outlives it, which is why C calls with it are \`unsafe\`.

Code that starts from a reference uses this (\`inc_ref\`: \`&self\`); code that starts from a \`NonNull<Self>\` uses \`.cast().as_ptr()\` (\`dec_ref\`). Both end as the same \`*mut mm_struct\`.`,
    related: ['self-reference', 'cast-as-ptr', 'from-raw-mm'],
    at: [{ word: 'as_raw' }],
  },
  {
    id: 'as-ptr',
    title: '`as_ptr()`: the C pointer of a wrapper',
    text: `The same as \`as_raw()\` under another name (\`VmaRef\`, \`Task\`): the address of the C struct as a raw pointer. No counter changes, no lock is taken, and no lifetime follows the pointer.`,
    related: ['as-raw', 'vma-ref'],
    at: [
      { word: 'as_ptr', self: ['VmaRef', 'VmAreaRef', 'Task', 'CurrentTask'] },
      { word: 'as_ptr', receiverType: /Vm|Task/ },
    ],
  },
  {
    id: 'non-null',
    title: '`NonNull<Self>` and not `&self`: the object may be freed in this call',
    text: `\`NonNull<T>\` is a plain raw pointer with one guarantee: it is not null. No box, no lifetime, no counter.

\`dec_ref\` takes it because a reference argument would promise more than holds: \`&self\` means that the memory stays valid until the function *returns*, and here the last count may be given up half way and the object freed. With a raw pointer no such promise is made. \`inc_ref\` frees nothing, so it takes \`&self\`.`,
    related: ['dec-ref', 'cast-as-ptr', 'self-reference'],
    at: [{ word: 'NonNull' }],
  },
  {
    id: 'non-null-value',
    title: 'A `NonNull`: a raw pointer that is not null',
    text: `It keeps nothing alive and proves nothing but "not null". \`.cast()\` changes the type that it points to, \`.as_ptr()\` gives the \`*mut\` for C: \`obj.cast().as_ptr()\` in \`dec_ref\` is what \`self.as_raw()\` is in \`inc_ref\`. There the argument is no reference since the object may be freed during the call.`,
    related: ['non-null', 'cast-as-ptr'],
    at: [
      { word: 'obj', fn: 'dec_ref' },
      { type: /^NonNull</, role: ['name', 'member', 'field'] },
    ],
  },
  {
    id: 'cast-as-ptr',
    title: '`.cast().as_ptr()`: from `NonNull<Self>` to the C pointer',
    text: `\`obj\` is no box around \`self\` but a plain pointer that is not null. \`.cast()\` changes the type that it points to (\`Self\` to the C struct, which \`repr(transparent)\` makes the same thing), \`.as_ptr()\` unwraps it to \`*mut\`. Nothing happens at run time and no counter changes. From a reference the same pointer comes from \`as_raw()\`; what C++ calls \`this\` is \`self\`.`,
    related: ['non-null', 'as-raw', 'repr-transparent'],
    at: [
      { word: 'as_ptr', receiver: /\.cast\(\)$/ },
      { word: 'as_ptr', receiverType: /^NonNull</ },
      { word: 'cast', role: 'method', receiverType: /^NonNull</ },
    ],
  },
  {
    id: 'pointer-cast',
    title: '`.cast()`: the same address, as a pointer to another type',
    text: `C's \`(struct other *)p\`: nothing happens at run time and no counter changes. The new type is not written: the compiler infers it from the use, so in a function that returns \`&Mm\`, \`&*ptr.cast()\` casts to \`Mm\`. Between \`mm_struct\`, \`Mm\` and \`MmWithUser\` that is right because each is \`repr(transparent)\`; nothing checks it.

The cast alone is safe. \`&*\` makes a reference of the pointer and is the \`unsafe\` step: what the type then promises must hold.`,
    related: ['repr-transparent', 'mm-struct', 'cast-as-ptr'],
    at: [{ word: 'cast', role: 'method' }],
  },
  {
    id: 'new-unchecked',
    title: '`NonNull::new_unchecked(p)`: promise that `p` is not null',
    text: `Makes a \`NonNull\` without a test; a null pointer here is undefined behaviour at once, so it is \`unsafe\`. A pointer that came from a reference (\`self.as_raw()\`) is never null. \`NonNull::new(p)\` tests and gives an \`Option\`.`,
    related: ['non-null', 'aref-from-raw'],
    at: [{ word: 'new_unchecked', qualifier: 'NonNull' }],
  },
  {
    id: 'is-null',
    title: '`is_null()`: the test that a raw pointer needs',
    text: `Only raw pointers can be null, and nothing makes the code test them: the check and the use are tied by review and by the \`// SAFETY:\` comment that cites it. Turned into a reference, an \`ARef\` or a \`NonNull\` behind the test, the type remembers it; \`None\` then takes the place of NULL.`,
    related: ['option', 'non-null', 'safety-comment'],
    at: [{ word: 'is_null', role: 'method' }],
  },
  {
    id: 'self-reference',
    title: '`self` and `&self`: what C++ calls `this`',
    text: `\`&self\` is short for \`self: &Self\`: a borrowed pointer to the object. While a reference exists it is not null, aligned, and points to live memory: for \`&Mm\` the struct is allocated, for \`&MmWithUser\` \`mm_users\` is above zero as well. It owns nothing, changes no counter, and has no destructor.

It is still a Rust pointer to a Rust type; C functions take \`*mut mm_struct\`, and \`self.as_raw()\` is the conversion.`,
    related: ['as-raw', 'mm', 'lifetime'],
    at: [{ word: 'self', role: 'name', type: /\b(?:Mm|MmWithUser\w*|ARef|Vm\w+|Mmap\w+|\w*Task)\b/ }],
  },
  {
    id: 'from-raw-mm',
    title: '`Mm::from_raw(ptr)`: view a C pointer as `&Mm`',
    text: `A cast: no counter changes and nothing is tested. It is \`unsafe\` since the caller promises that \`ptr\` points at an \`mm_struct\` which is not deallocated during \`'a\`, the lifetime of the returned reference. The caller chooses \`'a\`, and the compiler infers it from the uses: the borrow ends after the last one. If \`ARef::from()\` is that last use, the \`ARef\` does not take the lifetime over; it is another owner, with an increment of its own.

Says nothing about \`mm_users\`: that is \`MmWithUser::from_raw()\`.`,
    related: ['lifetime', 'from-raw-mm-with-user', 'aref-from'],
    at: [
      { word: 'from_raw', qualifier: 'Mm' },
      { word: 'from_raw', self: 'Mm', role: 'fn' },
    ],
  },
  {
    id: 'from-raw-mm-with-user',
    title: '`MmWithUser::from_raw(ptr)`: claim that `mm_users` stays above zero',
    text: `One more way to a \`&MmWithUser\`, for \`unsafe\` code: a cast, no counter changes and nothing is tested. The caller must promise that \`ptr\` points at an \`mm_struct\` whose \`mm_users\` stays above zero for all of \`'a\`; holding an \`mm_count\` (\`mmgrab\`) is not enough.

Safe code need not promise anything: \`current!().mm()\` borrows from the current task, \`VmaRef::mm()\` from a locked VMA, \`mmget_not_zero()\` takes a reference.`,
    related: ['lifetime', 'current-mm', 'from-raw-mm'],
    at: [
      { word: 'from_raw', qualifier: ['MmWithUser', 'MmWithUserAsync'] },
      { word: 'from_raw', self: ['MmWithUser', 'MmWithUserAsync'], role: 'fn' },
    ],
  },
  {
    id: 'from-raw-vma',
    title: '`VmaRef::from_raw(vma)`: claim that a lock covers this VMA',
    text: `A cast from \`*const vm_area_struct\`: nothing is locked, counted or tested. The caller must promise that the VMA is valid and that the \`mmap_lock\` or the lock of the VMA is held for all of \`'a\`. Inside \`MmapReadGuard::vma_lookup()\` the guard proves both, and tying the result to the guard keeps it so.`,
    related: ['vma-ref', 'lifetime', 'mmap-read-guard'],
    at: [
      { word: 'from_raw', qualifier: ['VmaRef', 'VmAreaRef', 'VmaMixedMap', 'VmAreaMixedMap', 'VmaNew', 'VmAreaNew'] },
      {
        word: 'from_raw',
        self: ['VmaRef', 'VmAreaRef', 'VmaMixedMap', 'VmAreaMixedMap', 'VmaNew', 'VmAreaNew'],
        role: 'fn',
      },
    ],
  },
  {
    id: 'deref-to-mm',
    title: '`Deref`: a `MmWithUser` can be used as an `Mm`',
    text: `Where a method is not found on \`MmWithUser\`, the compiler calls \`deref()\` and looks on \`Mm\`; \`&mm\` converts likewise. So every method of \`Mm\` works here, at no cost: it is the same address. It only ever forgets knowledge (\`mm_users\` above zero): there is no \`Deref\` from \`Mm\` to \`MmWithUser\`, that way is \`mmget_not_zero()\`. The chain is \`MmWithUserAsync\` → \`MmWithUser\` → \`Mm\`; an \`ARef<T>\` derefs to \`T\` first.`,
    related: ['mm-with-user', 'mm-wrapped-field', 'mmget-not-zero'],
    at: [{ word: ['Deref', 'deref', 'Target'], trait: 'Deref', self: ['MmWithUser', 'MmWithUserAsync'] }],
  },
  {
    id: 'deref',
    title: '`Deref`: use a wrapper as what it wraps',
    text: `Where a method is not found on the wrapper, the compiler calls \`deref()\` and looks on its \`Target\`; \`&wrapper\` converts likewise, and \`*wrapper\` names the target. The borrow lasts no longer than that of the wrapper. For the kernel's types it costs nothing and changes no counter: \`ARef<T>\` gives \`&T\`, \`MmWithUser\` gives \`&Mm\`, a VMA guard gives \`&VmaRef\`.`,
    related: ['deref-to-mm', 'aref'],
    at: [{ word: ['Deref', 'deref'] }],
  },
];
