import { CONTRACTS, STABLE_FIELDS } from './contracts';
import {
  byContract,
  byInvariant,
  type Context,
  claim,
  contractsAround,
  guardFact,
  invariantsOf,
  typeOf,
} from './evidence';
import type { SafetyFact, Sentence } from './facts';
import { functionAround } from './items';
import { type Operation, targetType } from './operations';
import { keepingOf, nameOfType, type Trace, traceOf } from './pointers';
import { shorten, todo } from './prove';
import { descendants, flatText, type RustNode } from './syntax';
import { proveValid } from './validity';

type Dereference = Extract<Operation, { kind: 'dereference' }>;

/** What shows that a raw pointer may be used so, and what is still to be shown. */
export function proveDereference(operation: Dereference, block: RustNode, context: Context): Sentence[] {
  const { text, items } = context;
  const trace = traceOf(operation.pointer, text, items);
  const noun = nounOf(trace, context);
  const name = `\`${shorten(flatText(operation.pointer, text).replace(/^(?:\w+::)*addr_of(?:_mut)?!\((.*)\)$/, '$1'))}\``;
  const sentences: Sentence[] = [
    ...(proveValid(operation.pointer, noun, operation.node, context) ??
      localContract(trace, context) ?? [todo(`${name} points at a valid \`${noun}\``)]),
  ];
  switch (operation.access) {
    case 'address':
      return sentences;
    case 'read':
    case 'write':
      return [...sentences, ...proveRaceFree(operation, trace, context)];
    case 'exclusive':
      return [...sentences, ...proveLayout(trace, block, context), ...proveExclusive(operation, trace, context)];
    case 'reference':
      return [...sentences, ...proveLayout(trace, block, context)];
    default:
      return operation.access satisfies never;
  }
}

/** The C struct behind a wrapper, or what the pointer's type says. */
export function nounOf(trace: Trace, { items }: Context): string {
  if (trace.root.kind === 'param') return nameOfType(trace.root.type) || 'object';
  if (trace.root.kind === 'call') return CONTRACTS[trace.root.call.path]?.gives?.noun ?? 'object';
  if (trace.root.kind !== 'self') return 'object';
  let type = trace.root.of.owner ?? '';
  const fields = [...trace.fields];
  for (let left = 8; left > 0; left--) {
    const all = items.types.get(type)?.fields ?? [];
    const field = fields.length > 0 ? all.find(({ name }) => name === fields[0]) : all[0];
    fields.shift();
    if (!field) break;
    const inner = /\b(?:Opaque|NonNull)<(?:\w+::)*(\w+)>|^\*\w+ (?:\w+::)*(\w+)/.exec(field.type);
    if (inner) return (inner[1] ?? inner[2])!;
    type = nameOfType(field.type);
  }
  return 'object';
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

const UNSHARED =
  /\bexclusive\b|\bundergoing\b|\binitiali[sz]|\bunregistered\b|not (?:yet )?(?:shared|visible|published)/i;

function proveRaceFree(operation: Dereference, trace: Trace, context: Context): Sentence[] {
  const { access, node, fields } = operation;
  const field = fields.at(-1) ?? '';
  const type = typeOf(trace, context);
  const around = functionAround(node, context.items);
  const race = access === 'read' ? 'this read is not a data race' : 'this write is not a data race';
  const stable = STABLE_FIELDS[field];
  if (access === 'read' && stable && (field !== 'mm' || type === 'CurrentTask')) {
    const said = field === 'mm' ? invariantsOf(type, context)[0] : undefined;
    const known: SafetyFact = { kind: 'known', row: field };
    return said
      ? [byInvariant(said, around), claim(`${capitalise(stable)}, so ${race}.`, known)]
      : [claim(`${capitalise(stable)}, so ${race}.`, known)];
  }
  const promised = contractsAround(node, context).find(({ words }) => /\b(?:read|writ|access|synchroni)/.test(words));
  if (promised) return [byContract(promised)];
  const invariants = invariantsOf(type, context);
  const spoken = field.replace(/_/g, ' ');
  const said = invariants.find(
    ({ words }) => UNSHARED.test(words) || (access === 'read' && (/\block\b/.test(words) || words.includes(spoken))),
  );
  if (said) {
    const sentence = byInvariant(said, around);
    return [{ ...sentence, text: sentence.text.replace(/\.$/, `, so ${race}.`) }];
  }
  if (trace.root.kind === 'guard') {
    const guard = guardFact(trace.root.name, node, context);
    if (guard) return [claim(`\`${guard.name}\` holds the lock, so ${race}.`, guard)];
  }
  if (trace.root.kind === 'call') {
    const { call } = trace.root;
    const made: SafetyFact = { kind: 'call', at: { start: call.node.start, end: call.node.end }, callee: call.path };
    if (CONTRACTS[call.path]?.gives?.unshared && !isPublished(call.node, node, context))
      return [
        claim(
          `\`${call.path.replace(/^bindings::/, '')}\` has just made the object and it is not published yet, so ${race}.`,
          made,
          { kind: 'known', row: call.path },
        ),
      ];
  }
  const what = field ? `\`${field}\`` : 'it';
  return [
    todo(
      access === 'read' ? `nothing writes ${what} at the same time` : `nothing else accesses ${what} at the same time`,
    ),
  ];
}

/** A call between the two places that may make the object visible. */
function isPublished(from: RustNode, to: RustNode, { text, items }: Context): boolean {
  const body = functionAround(to, items)?.body;
  if (!body) return true;
  for (const node of descendants(body)) {
    if (node.type !== 'call_expression' || node.start < from.end || node.end > to.start) continue;
    if (/register|publish|install|\badd\b/.test(text.slice(node.start, node.children[0]!.end))) return true;
  }
  return false;
}

function proveExclusive(operation: Dereference, trace: Trace, context: Context): Sentence[] {
  const of = functionAround(operation.node, context.items);
  if (
    trace.root.kind === 'self' &&
    of?.self?.kind === 'exclusive' &&
    !trace.fields.some(name => isPointerField(name, of.owner, context))
  )
    return [claim('`self` is an exclusive reference.', { kind: 'self', at: of.self.span })];
  const said = invariantsOf(typeOf(trace, context), context).find(({ words }) => /\bexclusive\b/.test(words));
  if (said) return [byInvariant(said, of)];
  return [todo('the new reference is exclusive')];
}

function isPointerField(name: string, owner: string | null, { items }: Context): boolean {
  const field = items.types.get(owner ?? '')?.fields.find(one => one.name === name);
  return !field || keepingOf(field.type) !== 'value';
}

/** A cast between a C struct and its wrapper. */
export function proveLayout(trace: Trace, block: RustNode, context: Context): Sentence[] {
  if (!trace.cast) return [];
  const type = nameOfType(targetType(block, context.text, context.items));
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
