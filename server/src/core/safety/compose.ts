import { CONTRACTS } from './contracts';
import { proveDereference, proveLayout } from './dereference';
import { byContract, type Context, contractsAround, doneBefore, invariantsOf } from './evidence';
import type { Claim, SafetyFact, Sentence } from './facts';
import { type FunctionItem, functionAround, implParts } from './items';
import { findOperations, type Operation } from './operations';
import { keepingOf, traceOf } from './pointers';
import { proveNeed } from './prove';
import { callParts, descendants, flatText, type RustNode } from './syntax';
import { proveValid } from './validity';
import { claim, shorten, todo } from './words';

/** What a comment on an unsafe block can say: a sentence for each fact, then what is still to be shown. */
export function composeBlock(block: RustNode, context: Context): Sentence[] {
  return composeOperations(findOperations(block, context.text, context.items), block, context);
}

/** The same for some of its operations. */
export function composeOperations(operations: readonly Operation[], block: RustNode, context: Context): Sentence[] {
  const said = arrange(operations.flatMap(operation => proveOperation(operation, block, context)));
  return said.length > 0 ? said : [todo('this block is sound')];
}

function proveOperation(operation: Operation, block: RustNode, context: Context): Sentence[] {
  if (operation.kind === 'dereference') return proveDereference(operation, block, context);
  const { call, needs, name } = operation;
  if (needs === null) return proveUnknown(operation, context);
  if (needs.length === 0) return [claim(`\`${name}\` may be called at any time.`, { kind: 'known', row: call.path })];
  const proved = needs.flatMap(need => proveNeed(need, operation, context));
  const arg = call.args[0];
  const layout =
    arg && isConversion(name) ? proveLayout(traceOf(arg, context.text, context.items), block, context) : [];
  // A layout that is not known here is the affair of the cast, which is safe: only what is shown is said.
  return [...proved, ...layout.filter(({ kind }) => kind === 'claim')];
}

const isConversion = (name: string) => /(?:from_raw|new_unchecked)$|^mm(?:drop|put|put_async)$|^put_/.test(name);

/** Nothing is known of the callee: what is known of its pointers is said, and the rest is left to the author. */
function proveUnknown(operation: Extract<Operation, { kind: 'call' }>, context: Context): Sentence[] {
  const { call, name } = operation;
  const pointers = [...(call.receiver ? [call.receiver] : []), ...call.args].flatMap(arg => {
    const trace = traceOf(arg, context.text, context.items);
    const isPointer =
      trace.through.some(through => /^as_|^get$|^cast/.test(through.name)) ||
      trace.isAddress ||
      isRawParam(trace.root) ||
      (trace.root.kind === 'call' && CONTRACTS[trace.root.call.path]?.gives?.noun !== undefined);
    return isPointer
      ? (proveValid(arg, 'object', call.node, context) ?? [
          todo(`\`${shorten(flatText(arg, context.text))}\` is valid`),
        ])
      : [];
  });
  return [...pointers, todo(`the requirements of \`${name}\` are met`)];
}

function isRawParam(root: ReturnType<typeof traceOf>['root']): boolean {
  return root.kind === 'param' && ['raw', 'nonnull'].includes(keepingOf(root.type));
}

/** Claims first, each once; then what is to be shown. */
function arrange(sentences: readonly Sentence[]): Sentence[] {
  const kept = new Map<string, Sentence>();
  for (const sentence of sentences) if (!kept.has(sentence.text)) kept.set(sentence.text, sentence);
  const all = [...kept.values()];
  const claims = all.filter(sentence => sentence.kind === 'claim');
  return [...joinFields(claims), ...all.filter(({ kind }) => kind === 'todo')];
}

const FIELD = /^(`[^`]+`) is a field of what (`[^`]+`) points at, so its address is in bounds\.$/;

/** "`a` is a field of …" and "`b` is a field of …" are one sentence. */
function joinFields(claims: readonly Claim[]): Claim[] {
  const byOwner = new Map<string, Claim[]>();
  for (const one of claims) {
    const owner = FIELD.exec(one.text)?.[2];
    if (owner) byOwner.set(owner, [...(byOwner.get(owner) ?? []), one]);
  }
  return claims.flatMap(one => {
    const owner = FIELD.exec(one.text)?.[2];
    const group = owner ? byOwner.get(owner)! : [one];
    if (group.length === 1) return [one];
    if (group[0] !== one) return [];
    const names = group.map(({ text }) => FIELD.exec(text)![1]!);
    const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    const text = `${list} are fields of what ${owner} points at, so their addresses are in bounds.`;
    return [{ kind: 'claim', text, facts: group.flatMap(({ facts }) => facts) }];
  });
}

/** Functions whose effect may be undone by any thread. */
const ANY_THREAD: Readonly<Record<string, string>> = {
  mmdrop: 'mmgrab',
  mmput: 'mmget',
  mmput_async: 'mmget',
  put_task_struct: 'get_task_struct',
};

/** `unsafe impl Trait for Type`. */
export function composeImpl(node: RustNode, context: Context): Sentence[] {
  const { text, items } = context;
  const { type, trait } = implParts(node, text);
  const fields = (items.types.get(type)?.fields ?? []).map(
    field => `\`${/^\d/.test(field.name) ? field.type : field.name}\``,
  );
  const parts = fields.length > 0 ? ` (made of ${fields.slice(0, 4).join(', ')}${fields.length > 4 ? ', …' : ''})` : '';
  switch (trait) {
    case 'Send': {
      const released = releaseOf(type, context);
      const taken = released && ANY_THREAD[released.name];
      if (released && taken && items.types.get(type)?.transparent)
        return [
          claim(
            `References to \`${type}\` that were taken with \`${taken}\` may be dropped with \`${released.name}\` on any thread.`,
            released.fact,
            { kind: 'known', row: released.name },
          ),
        ];
      return (
        proveByBounds(node, type, trait, context) ?? [
          todo(`values of \`${type}\` may be moved to another thread and dropped there${parts}`),
        ]
      );
    }
    case 'Sync':
      return (
        proveByBounds(node, type, trait, context) ?? [
          todo(`the methods on a shared \`${type}\` may be called by several threads at the same time${parts}`),
        ]
      );
    case 'AlwaysRefCounted':
      return composeRefCounted(node, type, context);
    default:
      return [todo(`\`${type}\` meets the safety requirements of \`${trait ?? 'the trait'}\``)];
  }
}

/** A pointer to `T` that gives and drops nothing but a `T` is as good on other threads as `T` is by its bounds. */
function proveByBounds(node: RustNode, type: string, trait: string, { text, items }: Context): Sentence[] | null {
  const head = /^[^{;]*/.exec(text.slice(node.start, node.end))![0];
  const [, name, bounds] = /^unsafe impl\s*<\s*(\w+)\s*:\s*([\w\s+:]+?)\s*>/.exec(head) ?? [];
  const fields = items.types.get(type)?.fields ?? [];
  const isPointer = fields.every(field => new RegExp(`^(?:NonNull|PhantomData)<${name}>$`).test(field.type));
  if (!name || !bounds || fields.length === 0 || !isPointer) return null;
  if (!/\bSync\b/.test(bounds) || !/\bSend\b/.test(bounds)) return null;
  return [
    claim(
      `Through \`${trait === 'Sync' ? '&' : ''}${type}<${name}>\` another thread has access to \`&${name}\`, which \`${name}: Sync\` allows, and may be the one that drops the \`${name}\`, which \`${name}: Send\` allows.`,
      {
        kind: 'type',
        at: { start: node.start, end: node.start + head.length },
        name,
        type: bounds.replace(/\s+/g, ' '),
      },
    ),
  ];
}

/** What the `dec_ref` of a type calls. */
function releaseOf(type: string, context: Context) {
  const release = context.items.functions.find(one => one.name === 'dec_ref' && one.owner === type && one.body);
  return release ? ffiCallIn(release, context) : null;
}

function ffiCallIn(item: FunctionItem, { text }: Context): { name: string; fact: SafetyFact } | null {
  for (const node of item.body ? descendants(item.body) : []) {
    const path = callParts(node, text)?.path;
    if (path?.startsWith('bindings::'))
      return {
        name: path.slice('bindings::'.length),
        fact: { kind: 'call', at: { start: node.start, end: node.end }, callee: path },
      };
  }
  return null;
}

function composeRefCounted(node: RustNode, type: string, context: Context): Sentence[] {
  const own = context.items.functions.filter(one => one.node.start >= node.start && one.node.end <= node.end);
  const [taken, given] = ['inc_ref', 'dec_ref'].map(name => {
    const item = own.find(one => one.name === name);
    return item ? ffiCallIn(item, context) : null;
  });
  const said: Sentence[] = [];
  if (taken && given)
    said.push(
      claim(
        `\`inc_ref\` takes a reference with \`${taken.name}\` and \`dec_ref\` gives it up with \`${given.name}\`, so the object stays alive in between.`,
        taken.fact,
        given.fact,
      ),
    );
  else said.push(todo(`an increment keeps a value of \`${type}\` alive until the matching decrement`));
  const counted = invariantsOf(type, context).find(({ words }) =>
    /\b(?:ref)?counted\b|reference[- ]count/i.test(words),
  );
  if (counted) said.push(claim(`By the type invariants of \`${type}\`, ${counted.words}.`, counted));
  else said.push(todo(`every value of \`${type}\` is reference counted`));
  return arrange(said);
}

/** `// INVARIANT:` above a value of a type that has invariants. */
export function composeInvariant(literal: RustNode, type: string, context: Context): Sentence[] {
  const invariants = invariantsOf(type, context);
  const around = functionAround(literal, context.items);
  const promised = contractsAround(literal, context);
  const said: Sentence[] = [];
  const missing: Sentence[] = [];
  for (const invariant of invariants) {
    const proved = proveInvariant(invariant.words, literal, context);
    if (proved) said.push(proved);
    else if (around?.isUnsafe && promised.length > 0) said.push(...promised.slice(0, 2).map(byContract));
    else missing.push(todo(invariant.words));
  }
  return arrange([...said, ...missing]);
}

/** A call above took the lock, or made the object in the state, that the invariant speaks of. */
function proveInvariant(words: string, literal: RustNode, context: Context): Sentence | null {
  for (const done of doneBefore(literal, context)) {
    const { takes } = done.gift;
    const lock = takes && /^(mmap|vma) /.exec(takes)?.[1];
    if (lock && /\block\b/.test(words) && words.includes(lock))
      return claim(`\`${done.name}\` has just taken the ${takes}, which the new value owns.`, ...done.facts);
    if (takes && !lock && /increment|refcount|reference count/.test(words))
      return claim(`\`${done.name}\` has just taken a reference, which the new value owns.`, ...done.facts);
  }
  for (const node of initialisers(literal)) {
    const trace = traceOf(node, context.text, context.items);
    const registered = callBefore(literal, /(?:^|_)register$/, context);
    if (registered && /\bregistered\b/.test(words))
      return claim(`\`${registered.callee.replace(/^bindings::/, '')}\` has just been called on it.`, registered);
    if (trace.root.kind !== 'call') continue;
    const made = proveValid(node, 'object', literal, context);
    const claimed = made?.[0];
    if (claimed?.kind === 'claim' && saysState(words, claimed.text)) return claimed;
  }
  return null;
}

function saysState(words: string, said: string): boolean {
  const state = /\b(unregistered|initialised|empty)\b/.exec(words)?.[1];
  return state !== undefined && said.includes(state);
}

function* initialisers(literal: RustNode): Generator<RustNode> {
  const list = literal.children.at(-1);
  for (const field of list?.children ?? []) {
    const value = field.children.at(-1);
    if (value && value.type !== 'field_identifier') yield value;
  }
}

function callBefore(at: RustNode, name: RegExp, context: Context) {
  const around = functionAround(at, context.items);
  for (const node of around?.body ? descendants(around.body) : []) {
    if (node.start >= at.start) break;
    const path = callParts(node, context.text)?.path ?? '';
    if (path.startsWith('bindings::') && name.test(path))
      return { kind: 'call' as const, at: { start: node.start, end: node.end }, callee: path };
  }
  return null;
}

export function wordsOf(sentences: readonly Sentence[]): string {
  return sentences.map(({ text }) => (text.startsWith('`') ? text : text[0]!.toUpperCase() + text.slice(1))).join(' ');
}
