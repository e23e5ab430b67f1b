import { lastChange } from './bindings';
import { capacityOf } from './buffers';
import { CONTRACTS } from './contracts';
import {
  byContract,
  byInvariant,
  type Context,
  contractsAround,
  doneBefore,
  guardFact,
  invariantsOf,
  isSameObject,
  nonNullFact,
  speaksOf,
} from './evidence';
import type { SafetyFact, Sentence } from './facts';
import {
  isCurrent,
  keepingOf,
  keptBehind,
  nameOfType,
  nounOf,
  type Root,
  type Trace,
  traceOf,
  typeOf,
} from './pointers';
import { isPublished } from './sharing';
import { flatText, type RustNode } from './syntax';
import { claim } from './words';

/** Shows that a pointer is valid, as sentences; null when nothing shows it. `noun` is what it points at. */
export function proveValid(pointer: RustNode, noun: string, at: RustNode, context: Context): Sentence[] | null {
  const trace = traceOf(pointer, context.text, context.items);
  const name = nameOfPointer(pointer, context);
  // A pointer that was read from memory says nothing of what it points at, unless it is only the address of a field.
  if (trace.dereferenced && trace.behind.length > 0 && (!trace.isAddress || trace.loaded))
    return proveLoaded(trace, at, context);
  // Whether a place may be pointed into is the question of the operation that does so.
  const proved = proveRoot(trace, name, noun, at, context) ?? isCString(trace, noun);
  return proved ?? (trace.isAddress && trace.behind.length > 0 ? [] : null);
}

function proveRoot(trace: Trace, name: string, noun: string, at: RustNode, context: Context): Sentence[] | null {
  switch (trace.root.kind) {
    case 'self':
      return proveOfSelf(trace, trace.root, name, noun, context);
    case 'param':
      return proveOfParam(trace, trace.root, name, noun, at, context);
    case 'call':
      return proveOfCall(trace, trace.root, name, at, context);
    case 'guard':
      return proveOfGuard(trace, trace.root, at, context);
    case 'null':
      return [];
    case 'static':
      return [];
    case 'local':
    case 'loop':
    case 'unknown':
      return trace.isAddress ? null : elementOf(trace, at, context);
    default:
      return trace.root satisfies never;
  }
}

/** `CStr` alone has such a method, so what it is called on is a string that C can read. */
function isCString(trace: Trace, noun: string): Sentence[] | null {
  const call = trace.through.find(({ name }) => name === 'as_char_ptr');
  if (!call || noun !== 'nul-terminated string') return null;
  return [
    claim('The pointer is that of a `CStr`, so it points at a valid nul-terminated string.', {
      kind: 'call',
      at: call.span,
      callee: 'as_char_ptr',
    }),
  ];
}

/** A local that `array.add(i)` made; whether `i` is below the length was the question where it was made. */
export function elementOf(trace: Trace, at: RustNode, { text }: Context): Sentence[] | null {
  const made = trace.locals[0];
  const array = trace.array && flatText(trace.array, text);
  if (!trace.index || !made || !array || trace.dereferenced || !/^[\w.]+$/.test(array) || made.name === array)
    return null;
  if (lastChange(at, made.name, text) !== null) return null;
  const { node } = made.binding;
  return [
    claim(`\`${made.name}\` points at an element of \`${array}\`.`, {
      kind: 'call',
      at: { start: node.start, end: node.end },
      callee: 'add',
    }),
  ];
}

/** How the comment calls a pointer: its code when that is short. */
function nameOfPointer(pointer: RustNode, { text }: Context): string {
  const bare = flatText(pointer, text)
    .replace(/\.cast(?:_mut|_const)?(?:::<.*>)?\(\)/g, '')
    .replace(/^(?:\w+::)*NonNull::(?:new_unchecked|from)\((.*)\)$/, '$1')
    .replace(/ as \*.*$/, '');
  const isWhole = bare.split('(').length === bare.split(')').length;
  return bare.length <= 32 && isWhole && !bare.includes('{') ? `\`${bare}\`` : 'the pointer';
}

function proveOfSelf(
  trace: Trace,
  root: Extract<Root, { kind: 'self' }>,
  name: string,
  noun: string,
  context: Context,
): Sentence[] | null {
  const { of } = root;
  if (!of.self) return null;
  const self: SafetyFact = { kind: 'self', at: of.self.span };
  const refers = of.self.kind === 'value' ? '`self` is owned here' : '`self` is a reference';
  let type = of.owner ?? '';
  const path = ['self'];
  for (const fieldName of trace.fields) {
    path.push(fieldName);
    const field = context.items.types.get(type)?.fields.find(one => one.name === fieldName);
    if (!field) return null;
    const keeping = keepingOf(field.type);
    const where = `\`${path.join('.')}\``;
    const declared: SafetyFact = { kind: 'type', at: of.self.span, name: path.join('.'), type: field.type };
    if (keeping === 'reference') return [claim(`${where} is a reference, so ${validPointer(name, noun)}.`, declared)];
    if (keeping === 'counted')
      return [
        claim(
          `${where} is ${article(field.type)} \`${field.type}\`, which keeps the ${nounWords(noun)} alive.`,
          declared,
        ),
      ];
    if (keeping === 'nonnull' || keeping === 'raw') {
      const said = invariantsOf(type, context).find(({ words }) => mentions(words, fieldName));
      return said ? [byInvariant(said)] : null;
    }
    type = nameOfType(field.type);
  }
  if (of.self.kind === 'value') return [claim(`${refers}, so ${validPointer(name, noun)}.`, self)];
  return [claim(`${refers}, so ${validPointer(name, noun)}.`, self)];
}

const article = (type: string) => (/^[AEIO]/.test(type) ? 'an' : 'a');

/** An invariant speaks of a field: by its name, or of the pointer where the type has one. */
function mentions(words: string, field: string): boolean {
  return new RegExp(`\`(?:self\\.)?${field}\\b`).test(words) || /^the pointer\b/i.test(words);
}

function proveOfParam(
  trace: Trace,
  root: Extract<Root, { kind: 'param' }>,
  name: string,
  noun: string,
  at: RustNode,
  context: Context,
): Sentence[] | null {
  const declared: SafetyFact = {
    kind: 'type',
    at: { start: root.of?.node.start ?? at.start, end: root.of?.body?.start ?? at.end },
    name: root.name,
    type: root.type,
  };
  const keeping = keepingOf(root.type);
  if (keeping === 'reference')
    return [claim(`\`${root.name}\` is a reference, so ${validPointer(name, noun)}.`, declared)];
  if (keeping === 'counted')
    return [
      claim(
        `\`${root.name}\` is ${article(root.type)} \`${root.type}\`, which keeps the ${nounWords(noun)} alive.`,
        declared,
      ),
    ];
  if (/^Option<&/.test(root.type))
    return [
      claim(
        `\`${root.name}\` is an optional reference, so the pointer made of it is valid or null, and null is allowed here.`,
        declared,
      ),
    ];
  const said = contractsAround(at, context).filter(
    ({ words }, index) =>
      speaksOf(words, root) || (index > 0 && /^it .*\b(?:valid|alive|deallocated|freed)\b/.test(words)),
  );
  if (said.length === 0) return null;
  const field = trace.isAddress ? trace.behind.join('.') : '';
  const made = trace.locals[0]?.binding.node ?? at;
  const place = claim(`\`${field}\` is a field of what \`${root.name}\` points at, so its address is in bounds.`, {
    kind: 'field',
    at: { start: made.start, end: made.end },
    name: field,
  });
  return [...said.slice(0, 2).map(byContract), ...(field === '' ? [] : [place])];
}

/** Memory is claimed to be valid, not what stands in it: that is for invariants to say. */
function validPointer(name: string, noun: string): string {
  if (noun === 'object' || noun === 'value') return `${name} is a valid pointer`;
  return noun.includes(' ') ? `${name} points at a valid ${noun}` : `${name} is a valid \`${noun}\` pointer`;
}

export function nounWords(noun: string): string {
  return noun.includes(' ') || noun === 'object' || noun === 'value' ? noun : `\`${noun}\``;
}

function proveOfCall(
  trace: Trace,
  root: Extract<Root, { kind: 'call' }>,
  name: string,
  at: RustNode,
  context: Context,
): Sentence[] | null {
  const { call } = root;
  const made: SafetyFact = {
    kind: 'call',
    at: { start: call.node.start, end: call.node.end },
    callee: call.path || call.method,
  };
  if (call.path === 'ARef::into_raw')
    return [claim('`ARef::into_raw` returned the pointer of a live `ARef`, so it is valid.', made)];
  const gift = CONTRACTS[call.path]?.gives;
  const callee = call.path.replace(/^bindings::/, '');
  const owned = trace.through.find(({ name: through }) => through === 'ARef::from_raw');
  if (owned && trace.locals[0])
    return [
      claim(`\`${trace.locals[0].name}\` is an \`ARef\`, which keeps the \`${gift?.noun ?? 'object'}\` alive.`, {
        kind: 'call',
        at: owned.span,
        callee: 'ARef::from_raw',
      }),
    ];
  if (trace.index && capacityOf(call, context) !== null)
    return [
      claim(`\`${trace.locals.at(-2)?.name ?? 'it'}\` points into the array that \`${call.path}\` allocated.`, made),
    ];
  if (!gift?.noun) return null;
  const known: SafetyFact = { kind: 'known', row: call.path };
  const test = gift.always ? null : nonNullFact(trace, at, context);
  if (!gift.always && !test) return null;
  const state = gift.state && !isPublished(call.node, at, context) ? `${gift.state} ` : '';
  const kind = `valid ${state}${gift.noun}`;
  const facts = test ? [made, known, test] : [made, known];
  if (!test) return [claim(`\`${callee}\` always returns a ${kind}.`, ...facts)];
  const subject = trace.locals[0] ? `\`${trace.locals[0].name}\`` : name;
  if (test?.kind === 'call')
    return [claim(`\`${callee}\` succeeded, for its result was checked, so ${subject} points at a ${kind}.`, ...facts)];
  return [claim(`${subject} is not null, as checked above, so \`${callee}\` returned a ${kind}.`, ...facts)];
}

function proveOfGuard(
  trace: Trace,
  root: Extract<Root, { kind: 'guard' }>,
  at: RustNode,
  context: Context,
): Sentence[] | null {
  const local = trace.locals.find(({ name }) => name !== root.name);
  if (!trace.index || !local) return null;
  const made: SafetyFact = {
    kind: 'call',
    at: { start: local.binding.node.start, end: local.binding.node.end },
    callee: 'add',
  };
  const guard = guardFact(root.name, at, context);
  const place = `\`${[root.name, ...trace.fields].join('.')}\``;
  return [claim(`\`${local.name}\` points at an element of ${place}.`, made, ...(guard ? [guard] : []))];
}

/** The pointer that a chain of fields begins with: `file.as_ptr()`. */
function nameOfBase({ root, fields, through }: Trace): string {
  const name = root.kind === 'self' ? 'self' : root.kind === 'param' ? root.name : '';
  const taken = through.map(one => one.name).filter(one => /^as_(?:mut_)?(?:ptr|raw)$|^get$/.test(one));
  return name && taken.length <= 1
    ? `\`${[name, ...fields, ...taken.map(one => `${one}()`)].join('.')}\``
    : 'the pointer';
}

/** A pointer that was read from a field behind another pointer. */
function proveLoaded(trace: Trace, at: RustNode, context: Context): Sentence[] | null {
  const type = typeOf(trace, context.items);
  const field = trace.behind.at(-1)!;
  const kept = keptBehind(trace, context.items);
  if (kept) {
    const base: Trace = { ...trace, behind: [], dereferenced: false, isAddress: false, loaded: false, castTo: null };
    const holder = proveRoot(base, nameOfBase(base), nounOf(base, context.items), at, context);
    return holder && [...holder, claim(`${kept.why}.`, { kind: 'known', row: trace.behind[0]! })];
  }
  if (field === 'mm' && isCurrent(trace, context.items)) {
    const test = nonNullFact(trace, at, context);
    return (
      test && [
        claim(
          '`mm` is not null, as checked above, and the address space of the current task stays valid in its own context.',
          test,
          { kind: 'known', row: 'current->mm' },
        ),
      ]
    );
  }
  if (field === 'vm_mm') {
    const said = invariantsOf(type, context).find(({ words }) => /\block\b|initiali/.test(words));
    return said
      ? [
          byInvariant(said),
          claim('The mm of such a vma is valid and its `mm_users` is non-zero.', said, {
            kind: 'known',
            row: 'vma->vm_mm',
          }),
        ]
      : null;
  }
  return null;
}

/** Shows that a pointer is not null: what shows that it is valid does, and a test does. */
export function proveNonNull(pointer: RustNode, at: RustNode, context: Context): Sentence[] | null {
  const trace = traceOf(pointer, context.text, context.items);
  const test = nonNullFact(trace, at, context);
  const name = nameOfPointer(pointer, context);
  if (test?.kind === 'condition') return [claim(`${name} is not null, as checked above.`, test)];
  if (test?.kind === 'call') return [claim(`\`${test.callee}\` was checked above, so ${name} is not null.`, test)];
  const valid = proveValid(pointer, 'object', at, context);
  // Less is needed than was shown.
  return (
    valid?.map(sentence => ({
      ...sentence,
      text: sentence.text.replace(/is a valid pointer\.$/, 'is not null.'),
    })) ?? null
  );
}

/** Shows that `mm_users` of an mm is above zero. */
export function proveUsers(pointer: RustNode, at: RustNode, context: Context): Sentence[] | null {
  const trace = traceOf(pointer, context.text, context.items);
  if (trace.dereferenced && trace.behind.length > 0) {
    const field = trace.behind.at(-1);
    const loaded = proveLoaded(trace, at, context);
    if (!loaded) return null;
    if (field === 'vm_mm') return loaded;
    return [
      ...loaded,
      claim('A non-null `current->mm` has a non-zero `mm_users`.', { kind: 'known', row: 'current->mm' }),
    ];
  }
  const said = invariantsOf(typeOf(trace, context.items), context).find(({ words }) => isUsersWords(words));
  if (said) return [byInvariant(said)];
  const promised = contractsAround(at, context).find(({ words }) => isUsersWords(words));
  if (promised) return [byContract(promised)];
  for (const done of doneBefore(at, context)) {
    if (done.gift.takes === 'increment of `mm_users`' && done.trace && isSameObject(done.trace, trace))
      return [claim(`\`${done.name}\` took an increment of \`mm_users\` above.`, ...done.facts)];
  }
  return null;
}

function isUsersWords(words: string): boolean {
  return /\bmm_users\b.*\bnon-?zero\b|\bnon-?zero\b.*\bmm_users\b/.test(words);
}
