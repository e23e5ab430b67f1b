import { findBinding, keepsValue, knownConditions, lastChange } from './bindings';
import { CONTRACTS, type Gift, KNOWN_TYPES, TRAIT_CONTRACTS } from './contracts';
import type { SafetyFact, Sentence } from './facts';
import type { FunctionItem, Items } from './items';
import { type Root, type Trace, traceOf } from './pointers';
import { statementsOf } from './sections';
import { ancestors, before, callParts, descendants, flatText, type RustNode, textOf } from './syntax';
import { claim } from './words';

/** The file as proofs read it. */
export interface Context {
  readonly text: string;
  readonly items: Items;
}

type ParamRoot = Extract<Root, { kind: 'param' }>;
export type InvariantFact = Extract<SafetyFact, { kind: 'invariant' }>;
export type ContractFact = Extract<SafetyFact, { kind: 'contract' }>;

/** The invariants of a type: those that its doc comment states, else what the table or another file knows of it. */
export function invariantsOf(type: string, { items }: Context): InvariantFact[] {
  const item = items.types.get(type);
  if (item?.invariants) {
    return item.invariants.clauses.flatMap(clause =>
      statementsOf(clause).map(words => ({ kind: 'invariant' as const, at: clause.span, type, words })),
    );
  }
  if (item) return [];
  const known = KNOWN_TYPES[type];
  if (known) return known.map(words => ({ kind: 'invariant', at: null, type, words }));
  const other = items.others?.type(type);
  return (other?.item.invariants?.clauses ?? []).flatMap(clause =>
    statementsOf(clause).map(words => ({
      kind: 'invariant' as const,
      at: clause.span,
      type,
      words,
      file: other!.file,
    })),
  );
}

export function byInvariant(fact: InvariantFact): Sentence {
  return claim(`By the type invariants of \`${fact.type}\`, ${fact.words}.`, fact);
}

/** What the callers of the functions around a place have promised, the nearest function first. */
export function contractsAround(node: RustNode, { items }: Context): ContractFact[] {
  const found: ContractFact[] = [];
  for (const parent of ancestors(node)) {
    const item = items.byNode.get(parent);
    if (!item) continue;
    if (item.isUnsafe) found.push(...contractOf(item));
  }
  return found;
}

function contractOf(item: FunctionItem): ContractFact[] {
  if (item.safety) {
    return item.safety.clauses.flatMap(clause =>
      statementsOf(clause).map(words => ({ kind: 'contract' as const, at: clause.span, function: item.name, words })),
    );
  }
  const known = TRAIT_CONTRACTS[`${item.trait}::${item.name}`] ?? [];
  return known.map(words => ({ kind: 'contract', at: null, function: item.name, words }));
}

export function byContract(fact: ContractFact): Sentence {
  return claim(`By the safety requirements of \`${fact.function}\`, ${fact.words}.`, fact);
}

/** The words speak of this parameter: by name, or of all pointers and arguments at once. */
export function speaksOf(words: string, { name, of }: Pick<ParamRoot, 'name' | 'of'>): boolean {
  const called = [name];
  // `file` in the documentation is the parameter `raw_file` or `file_ptr` where no other is called so.
  const plain = name.replace(/^_+/, '').replace(/^raw_|_(?:ptr|raw)$/, '');
  if (of && !of.params.some(one => one.name === plain)) called.push(plain);
  return (
    called.some(one => new RegExp(`\`${one}\\b`).test(words)) ||
    isSpokenOfByType(words, name, of) ||
    /^(?:the )?(?:arguments?|pointers?|all pointers)\b/i.test(words)
  );
}

/** "Takes an inode from a new file" speaks of the only parameter that is an `inode`. */
function isSpokenOfByType(words: string, name: string, of: ParamRoot['of']): boolean {
  if (words.includes('`') || !of) return false;
  const structOf = (type: string) => /^\*(?:mut|const) (?:\w+::)*(\w+)$/.exec(type)?.[1];
  const struct = structOf(of.params.find(one => one.name === name)?.type ?? '');
  if (!struct || of.params.filter(({ type }) => structOf(type) === struct).length !== 1) return false;
  return new RegExp(`\\b(?:passes|takes|given) an? (?:\\w+ )*${struct}\\b`).test(words);
}

/** Who calls a callback passes what C passes. */
export function calledBy(root: Root, at: RustNode, context: Context): ContractFact[] {
  if (root.kind !== 'param' || !/^\*/.test(root.type)) return [];
  return contractsAround(at, context)
    .filter(({ words }) => /^it is called (?:by|from) /.test(words))
    .slice(0, 1);
}

/** The test that excludes NULL of the nearest local that the value passed through; null when there is none. */
export function nonNullFact(trace: Trace, at: RustNode, context: Context): SafetyFact | null {
  const { text } = context;
  const wrapped = trace.through.find(({ name }) => /^(?:NonNull::new|(?:error::)?from_err_ptr)$/.test(name));
  if (wrapped) return { kind: 'call', at: wrapped.span, callee: wrapped.name };
  const names = trace.locals.filter(({ binding }) => keepsValue(binding)).map(({ name }) => name);
  if (trace.root.kind === 'param') names.push(trace.root.name);
  for (const { condition, holds } of knownConditions(at, text)) {
    const words = flatText(condition, text);
    const tested = /^(\w+)\.is_null\(\)$/.exec(words)?.[1];
    if (tested && !holds && names.includes(tested))
      return { kind: 'condition', at: { start: condition.start, end: condition.end }, words, holds };
  }
  return null;
}

/** A call whose success is tested on the way to `at`, with what success gives: `let ok = f(); if ok { … }`. */
export function* succeeded(
  at: RustNode,
  context: Context,
): Generator<{ gift: Gift; name: string; facts: SafetyFact[]; trace: Trace | null }> {
  const { text, items } = context;
  for (const { condition, holds } of knownConditions(at, text)) {
    const words = flatText(condition, text);
    const span = { start: condition.start, end: condition.end };
    const isNull = /^(\w+)\.is_null\(\)$/.exec(words);
    if (isNull ? holds : !holds) continue;
    const name = isNull?.[1] ?? /^(\w+)$/.exec(words)?.[1];
    const binding = name ? findBinding(condition, name, text, items) : null;
    const value = name ? (binding?.kind === 'value' && keepsValue(binding) ? binding.value : null) : condition;
    const found = value && giftIn(value, context);
    if (!found || found.gift.always) continue;
    yield { ...found, facts: [...found.facts, { kind: 'condition', at: span, words, holds }] };
  }
}

/** A call before `at`, in a block around it, that cannot fail or whose failure was tested: what it left behind. */
export function* doneBefore(
  at: RustNode,
  context: Context,
): Generator<{ gift: Gift; name: string; facts: SafetyFact[]; trace: Trace | null }> {
  yield* succeeded(at, context);
  let below = at;
  for (const parent of ancestors(at)) {
    if (parent.type === 'block') {
      for (const statement of before(parent, below)) {
        if (!/^(?:expression_statement|let_declaration|unsafe_block)$/.test(statement.type)) continue;
        const found = giftIn(statement, context);
        if (found?.gift.always) yield found;
      }
    }
    if (parent.type === 'function_item') return;
    below = parent;
  }
}

function giftIn(node: RustNode, { text, items }: Context) {
  for (const below of descendants(
    node,
    ({ type }) =>
      !/^(?:closure_expression|block|if_expression|match_expression|for_expression|while_expression|loop_expression)$/.test(
        type,
      ) ||
      node.type === type ||
      isUnsafeBody(type),
  )) {
    const call = callParts(below, text);
    const gift = call && CONTRACTS[call.path]?.gives;
    if (!call || !gift) continue;
    const row = call.path;
    const facts: SafetyFact[] = [
      { kind: 'call', at: { start: below.start, end: below.end }, callee: row },
      { kind: 'known', row },
    ];
    const trace = call.args[0] ? traceOf(call.args[0], text, items) : null;
    return { gift, name: row.replace(/^bindings::/, ''), facts, trace };
  }
  return null;
}

/** A block is entered for the sake of `unsafe { call }`. */
const isUnsafeBody = (type: string) => type === 'block';

/** Two values that are made of one: of `self`, of a parameter, of the result of one call. */
export function hasSameRoot(a: Trace, b: Trace): boolean {
  return isSameObject({ ...a, fields: [] }, { ...b, fields: [] });
}

/** Two traces of one object: the same root and fields. */
export function isSameObject(a: Trace, b: Trace): boolean {
  if (a.root.kind !== b.root.kind || a.fields.join('.') !== b.fields.join('.')) return false;
  if (a.root.kind === 'param' && b.root.kind === 'param') return a.root.name === b.root.name;
  if (a.root.kind === 'call' && b.root.kind === 'call') return a.root.call.node === b.root.call.node;
  return a.root.kind === 'self';
}

/** A guard that is alive at `at`, by the name of its variable. */
export function guardFact(name: string, at: RustNode, context: Context): Extract<SafetyFact, { kind: 'guard' }> | null {
  const { text, items } = context;
  const binding = name ? findBinding(at, name, text, items) : null;
  if (binding?.kind !== 'value' || !binding.value || lastChange(at, name, text) === 'dropped') return null;
  const trace = traceOf(binding.value, text, items);
  if (trace.root.kind !== 'guard') return null;
  return { kind: 'guard', at: { start: binding.node.start, end: binding.node.end }, name };
}

/** Guards that are alive at `at`: the lets of the blocks around it. */
export function* guardsAround(at: RustNode, context: Context): Generator<Extract<SafetyFact, { kind: 'guard' }>> {
  let below = at;
  for (const parent of ancestors(at)) {
    if (parent.type === 'block') {
      for (const statement of before(parent, below)) {
        const name =
          statement.type === 'let_declaration' ? statement.children.find(({ type }) => type === 'identifier') : null;
        const fact = name && guardFact(textOf(name, context.text), at, context);
        if (fact) yield fact;
      }
    }
    if (parent.type === 'function_item') return;
    below = parent;
  }
}
