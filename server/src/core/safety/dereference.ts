import { STABLE_FIELDS, STABLE_OF_CURRENT } from './contracts';
import {
  byContract,
  byInvariant,
  type Context,
  calledBy,
  contractsAround,
  guardsAround,
  invariantsOf,
} from './evidence';
import type { SafetyFact, Sentence } from './facts';
import { functionAround } from './items';
import { type Operation, targetType } from './operations';
import { isCurrent, keepingOf, nameOfType, nounOf, type Trace, traceOf, typeOf } from './pointers';
import { proveUnshared, UNSHARED } from './sharing';
import { flatText, type RustNode } from './syntax';
import { nounWords, proveValid } from './validity';
import { claim, shorten, todo } from './words';

type Dereference = Extract<Operation, { kind: 'dereference' }>;

/** What shows that a raw pointer may be used so, and what is still to be shown. */
export function proveDereference(operation: Dereference, block: RustNode, context: Context): Sentence[] {
  const { text, items } = context;
  const trace = traceOf(operation.pointer, text, items);
  const noun = nounOf(trace, context.items);
  const isMacro = operation.pointer.type === 'macro_invocation';
  const name = isMacro ? fieldOwner(operation, context) : `\`${shorten(flatText(operation.pointer, text))}\``;
  const sentences: Sentence[] = [
    ...(proveValid(operation.pointer, noun, operation.node, context) ??
      localContract(trace, context) ?? [
        ...calledBy(trace.root, operation.node, context).map(byContract),
        todo(`${name} points at a valid ${nounWords(noun)}`),
      ]),
  ];
  switch (operation.access) {
    case 'address': {
      const field = operation.fields.join('.');
      if (field === '') return sentences;
      const at = { start: operation.node.start, end: operation.node.end };
      const fact: SafetyFact = { kind: 'field', at, name: field };
      return [
        ...sentences,
        claim(
          `\`${field}\` is a field of what ${fieldOwner(operation, context)} points at, so its address is in bounds.`,
          fact,
        ),
      ];
    }
    case 'read':
      return [...sentences, ...proveRaceFree(operation, trace, context)];
    case 'write': {
      // What may be written is the caller's promise, where the function asks for one.
      const promised = contractsAround(operation.node, context).slice(0, 2).map(byContract);
      return [...sentences, ...proveRaceFree(operation, trace, context), ...promised];
    }
    case 'exclusive':
      return [...sentences, ...proveLayout(trace, block, context), ...proveExclusive(operation, trace, context)];
    case 'reference':
      return [
        ...sentences,
        ...proveLasting(operation, trace, context),
        ...proveLayout(trace, block, context),
        ...proveInvariants(operation, block, context),
      ];
    default:
      return operation.access satisfies never;
  }
}

/** The words name a field, in code or spelt out: `private data` is `private_data`. */
function speaksOfField(words: string, field: string): boolean {
  const spelt = field.replace(/_/g, ' ');
  return field !== '' && (words.includes(`\`${field}\``) || (spelt !== field && words.includes(spelt)));
}

function fieldOwner(operation: Dereference, { text }: Context): string {
  const words = flatText(operation.pointer, text);
  const inner = /\(\*([\w.()]+?)\)/.exec(words)?.[1] ?? words;
  return `\`${shorten(inner)}\``;
}

/** A raw pointer in a type that is local to an unsafe function: its callers promise what it stands for. */
function localContract(trace: Trace, context: Context): Sentence[] | null {
  if (trace.root.kind !== 'self') return null;
  const type = context.items.types.get(trace.root.of.owner ?? '');
  const promised = contractsAround(trace.root.of.node, context);
  const outer = promised[0] && context.items.functions.find(one => one.name === promised[0]!.function && one.body);
  if (!type || !outer?.body || type.span.start < outer.body.start || type.span.start > outer.body.end) return null;
  const self = trace.root.of.self;
  const borrows = self
    ? [claim('The reference borrows from `self`, so it cannot outlive it.', { kind: 'self', at: self.span })]
    : [];
  return [byContract(promised[0]!), ...borrows];
}

function proveRaceFree(operation: Dereference, trace: Trace, context: Context): Sentence[] {
  const { access, node, fields } = operation;
  const field = fields.at(-1) ?? '';
  const type = typeOf(trace, context.items);
  const race = access === 'read' ? 'this read is not a data race' : 'this write is not a data race';
  const noun = nounOf(trace, context.items);
  const ofCurrent = isCurrent(trace, context.items) ? STABLE_OF_CURRENT[`${noun}.${field}`] : undefined;
  const stable = ofCurrent ?? STABLE_FIELDS[`${noun}.${field}`] ?? STABLE_FIELDS[`${noun}.*`];
  if (access === 'read' && stable) {
    const said = ofCurrent ? invariantsOf(type, context)[0] : undefined;
    const known: SafetyFact = { kind: 'known', row: field };
    return said
      ? [byInvariant(said), claim(`${capitalise(stable)}, so ${race}.`, known)]
      : [claim(`${capitalise(stable)}, so ${race}.`, known)];
  }
  const promised = contractsAround(node, context).find(({ words }) =>
    (access === 'read' ? /\b(?:read|writ|access|synchroni)/ : /\b(?:writ|access|synchroni|exclusive)/).test(words),
  );
  if (promised) return [byContract(promised)];
  const invariants = invariantsOf(type, context);
  const said = invariants.find(
    ({ words }) =>
      UNSHARED.test(words) || (access === 'read' && (/\block\b/.test(words) || speaksOfField(words, field))),
  );
  if (said) {
    const sentence = byInvariant(said);
    return [{ ...sentence, text: sentence.text.replace(/\.$/, `, so ${race}.`) }];
  }
  const unshared =
    access === 'write' || trace.root.kind !== 'param' ? proveUnshared(operation.pointer, node, context) : null;
  if (unshared) return unshared;
  const [guard] = access === 'write' && trace.root.kind === 'static' ? guardsAround(node, context) : [];
  if (guard)
    return [
      claim(`\`${guard.name}\` is alive here, so its lock is held.`, guard),
      todo(`this lock protects \`${trace.root.kind === 'static' ? trace.root.name : ''}\``),
    ];
  const what = field ? `\`${field}\`` : 'it';
  return [
    todo(
      access === 'read'
        ? `nothing writes ${what} at the same time, so that this read is not a data race`
        : `nothing else accesses ${what} at the same time, so that this write is not a data race`,
    ),
  ];
}

function proveExclusive(operation: Dereference, trace: Trace, context: Context): Sentence[] {
  const of = functionAround(operation.node, context.items);
  if (
    trace.root.kind === 'self' &&
    of?.self?.kind === 'exclusive' &&
    !trace.fields.some(name => isPointerField(name, of.owner, context))
  )
    return [claim('`self` is an exclusive reference.', { kind: 'self', at: of.self.span })];
  const said = invariantsOf(typeOf(trace, context.items), context).find(({ words }) => /\bexclusive\b/.test(words));
  if (said) return [byInvariant(said)];
  return [todo('the new reference is exclusive')];
}

/** A reference that is made of a pointer may not outlive what it points at; a caller's promise says how long that is. */
function proveLasting(operation: Dereference, trace: Trace, context: Context): Sentence[] {
  const { root } = trace;
  if (root.kind === 'param' && keepingOf(root.type) !== 'reference') return [];
  const around = functionAround(operation.node, context.items);
  const isReturned = around?.body && isTail(operation.node, around.body);
  if (isReturned && around.self?.kind !== 'value' && around.self && /&(?!')|<'_>/.test(around.returns)) {
    const borrows = 'The reference borrows from `self`, so it cannot outlive it.';
    return [claim(borrows, { kind: 'self', at: around.self.span })];
  }
  if (root.kind === 'static' && trace.locals[0]) {
    const { node } = trace.locals[0].binding;
    return [
      claim(`\`${root.name}\` is a static, so it is valid at all times.`, {
        kind: 'field',
        at: { start: node.start, end: node.end },
        name: root.name,
      }),
      todo(`nothing changes \`${root.name}\` as long as the reference is used`),
    ];
  }
  return [todo('it stays valid as long as the reference is used')];
}

/** The expression is the value of the body, perhaps in a `Some` or an `Ok`. */
function isTail(node: RustNode, body: RustNode): boolean {
  return body.children.length > 0 && body.children.at(-1)!.start <= node.start && body.end >= node.end;
}

/** A reference to a type that has invariants claims them; in a conversion the caller promises them. */
function proveInvariants(operation: Dereference, block: RustNode, context: Context): Sentence[] {
  const type = nameOfType(targetType(block, context.text, context.items));
  if (!context.items.types.get(type)?.invariants) return [];
  const promised = contractsAround(operation.node, context).slice(0, 4).map(byContract);
  return promised.length > 0 ? promised : [todo(`the invariants of \`${type}\` hold for it`)];
}

function isPointerField(name: string, owner: string | null, { items }: Context): boolean {
  const field = items.types.get(owner ?? '')?.fields.find(one => one.name === name);
  return !field || keepingOf(field.type) !== 'value';
}

/** A cast between a C struct and its wrapper. */
export function proveLayout(trace: Trace, block: RustNode, context: Context): Sentence[] {
  if (!trace.cast) return [];
  // Bytes have no layout that could differ.
  if (trace.castTo && /^\[[ui]8; \w+\]$/.test(trace.castTo)) return [];
  const type = nameOfType(trace.castTo ?? targetType(block, context.text, context.items));
  const item = context.items.types.get(type);
  if (item?.transparent)
    return [
      claim(`\`${type}\` is \`repr(transparent)\`, so the cast keeps the layout.`, {
        kind: 'transparent',
        at: item.transparent,
        type,
      }),
    ];
  return [
    todo(
      type ? `\`${type}\` has the layout of what the pointer points at` : 'both types of the cast have the same layout',
    ),
  ];
}

const capitalise = (words: string) => (words.startsWith('`') ? words : words[0]!.toUpperCase() + words.slice(1));
