import { proveBounds } from './bounds';
import { proveBuffer, proveLayoutOf, proveRange, proveZeroes } from './buffers';
import { CONTRACTS, type Need, type Place } from './contracts';
import {
  byContract,
  byInvariant,
  type Context,
  calledBy,
  contractsAround,
  doneBefore,
  guardFact,
  guardsAround,
  hasSameRoot,
  invariantsOf,
  isSameObject,
  nonNullFact,
  speaksOf,
} from './evidence';
import type { SafetyFact, Sentence } from './facts';
import { proveFlag, proveFlags } from './flags';
import { proveAbandoned, proveFreshList, proveOverwritten, proveUnlocked } from './history';
import { functionAround } from './items';
import type { Operation } from './operations';
import { type Trace, traceOf, typeOf } from './pointers';
import { proveUnshared } from './sharing';
import { ancestors, before, type CallParts, callParts, descendants, flatText, type RustNode } from './syntax';
import { elementOf, proveNonNull, proveUsers, proveValid } from './validity';
import { claim, shorten, todo } from './words';

type CallOperation = Extract<Operation, { kind: 'call' }>;

/** What shows that a demand of a call is met, and what is still to be shown. */
export function proveNeed(need: Need, operation: CallOperation, context: Context): Sentence[] {
  const { call } = operation;
  // `Type::method(receiver, …)` has its receiver among the arguments.
  const shift = operation.item?.self && !call.receiver ? 1 : 0;
  const place = 'arg' in need && need.arg !== undefined ? need.arg : 0;
  const arg = argumentOf(call, place === 'self' ? place : place + shift);
  const name = arg ? `\`${shorten(flatText(arg, context.text))}\`` : 'the argument';
  switch (need.need) {
    case 'valid': {
      const proved = arg && proveValid(arg, need.noun, call.node, context);
      if (proved) return need.lasting ? [...proved, ...proveLasting(proved, call.node, context)] : proved;
      const lasting = need.lasting ? ' as long as the reference to it is used' : '';
      const noun = /\s|^value$|^object$/.test(need.noun) ? need.noun : `\`${need.noun}\``;
      const callers = arg ? calledBy(traceOf(arg, context.text, context.items).root, call.node, context) : [];
      return [...callers.map(byContract), todo(`${name} points at a valid ${noun}${lasting}`)];
    }
    case 'nonnull':
      return (arg && proveNonNull(arg, call.node, context)) ?? [todo(`${name} is not null`)];
    case 'users':
      return (arg && proveUsers(arg, call.node, context)) ?? [todo(`\`mm_users\` of ${name} is above zero here`)];
    case 'lock':
      return (
        (arg && proveLock(arg, need.lock, need.lasting === true, call.node, context)) ?? [
          todo(`the ${need.lock} lock is held${need.lasting ? ' as long as the reference is used' : ''}`),
        ]
      );
    case 'increment':
      return (
        (arg && proveIncrement(arg, call.node, context)) ?? [
          todo(`the reference count of ${name} was incremented and that increment is given up here`),
        ]
      );
    case 'initialised':
      return (arg && proveInitialised(arg, call.node, context)) ?? [todo(`what ${name} points at is initialised`)];
    case 'unshared':
      return (arg && proveUnshared(arg, call.node, context)) ?? [todo(`nobody else accesses what ${name} points at`)];
    case 'bounds':
      return proveBounds(arg, need.of === null ? null : argumentOf(call, need.of), call.node, context);
    case 'flag':
      return proveFlag(need.flag, arg, call.node, context) ?? [todo(`\`VM_${need.flag}\` is set on ${name}`)];
    case 'buffer': {
      const length = argumentOf(call, need.length);
      const proved = arg && length && proveBuffer(arg, length, need.access, call.node, context);
      const [what, use] = need.access === 'read' ? ['source', 'reads'] : ['destination', 'writes'];
      return proved ?? [todo(`the ${what} ${name} is valid for ${use} of that length`)];
    }
    case 'some':
      return [todo(`${name} is not \`None\` or \`Err\``)];
    case 'layout':
      return proveLayoutOf(call, context) ?? [todo(`${name} was allocated by this allocator, with this layout`)];
    case 'format':
      return proveFormat(call, need.arg, context);
    case 'range': {
      const [address, length] = [argumentOf(call, need.arg + 1), argumentOf(call, need.arg + 2)];
      const proved = proveRange(arg, address, length, call.node, context);
      return proved ?? [todo('the address range is within the vma')];
    }
    case 'statement':
      return proveStatement(need, operation, arg, context) ?? [todo(phrase(need.words, operation))];
    default:
      return need satisfies never;
  }
}

/** A format that is written there says what its arguments must be; any other is a string like them. */
function proveFormat(call: CallParts, at: number, context: Context): Sentence[] {
  const string = (node: RustNode) =>
    proveValid(node, 'nul-terminated string', call.node, context) ?? [
      todo(`\`${shorten(flatText(node, context.text))}\` points at a valid nul-terminated string`),
    ];
  const format = call.args[at];
  const words = format && /^(?:\w+::)*c_str!\("([^"]*)"\)/.exec(flatText(format, context.text))?.[1];
  if (!format || words === undefined) return format ? string(format) : [];
  return [...words.matchAll(/%(pA|\w)/g)].flatMap(([, conversion], index) => {
    const arg = call.args[at + 1 + index];
    if (arg && conversion === 's') return string(arg);
    const { root } = arg ? traceOf(arg, context.text, context.items) : { root: null };
    if (root?.kind === 'param' && conversion === 'pA' && /\bfmt::Arguments\b/.test(root.type)) {
      const span = { start: root.of?.node.start ?? call.node.start, end: root.of?.body?.start ?? call.node.end };
      const fact = { kind: 'type' as const, at: span, name: root.name, type: root.type };
      return [claim(`\`${root.name}\` is a \`fmt::Arguments\`, which is what \`%pA\` in the format prints.`, fact)];
    }
    return [todo(`what is passed for \`%${conversion}\` is what the format prints`)];
  });
}

/** What is valid now must stay so: a caller's promise says for how long, a returned reference borrows. */
function proveLasting(proved: readonly Sentence[], at: RustNode, context: Context): Sentence[] {
  const isPromised = proved.some(one => one.kind === 'claim' && one.facts.some(({ kind }) => kind === 'contract'));
  if (isPromised) return [];
  const borrows = borrow(true, at, context);
  return borrows.length > 0 ? borrows : [todo('it stays valid as long as the reference to it is used')];
}

/** A negative index counts from the end. */
function argumentOf(call: CallParts, place: Place): RustNode | null {
  if (place === 'self') return call.receiver ?? call.args[0] ?? null;
  return call.args.at(place) ?? null;
}

/** The demand of a callee in its own words may speak of its parameters; then the callee is named. */
function phrase(words: string, { name, item }: CallOperation): string {
  return item ? `${words}, as \`${name}\` demands` : words;
}

function proveLock(
  pointer: RustNode,
  lock: string,
  lasting: boolean,
  at: RustNode,
  context: Context,
): Sentence[] | null {
  const trace = traceOf(pointer, context.text, context.items);
  const around = functionAround(at, context.items);
  const types = [around?.owner ?? '', typeOf(trace, context.items)];
  const fits = (words: string) =>
    /\block\b/.test(words) &&
    (lock === 'mmap' ? /\bmmap\b/.test(words) : lock === 'vma' ? /\bvma\b/.test(words) : true);
  for (const type of types) {
    const said = invariantsOf(type, context).find(({ words }) => fits(words) || /\bundergoing\b/.test(words));
    if (said) return [byInvariant(said), ...borrow(lasting, at, context)];
  }
  const promised = contractsAround(at, context).find(({ words }) => fits(words));
  if (promised) return [byContract(promised)];
  for (const done of doneBefore(at, context)) {
    if (!done.gift.takes?.includes('lock') || !fits(done.gift.takes) || isReleased(done.facts, at, context)) continue;
    return [
      claim(`\`${done.name}\` took the ${done.gift.takes} above, and nothing has released it.`, ...done.facts),
      ...borrow(lasting, at, context),
    ];
  }
  return null;
}

/** A call between the one that took a lock and `at` that may have released it. */
function isReleased(facts: readonly SafetyFact[], at: RustNode, { text, items }: Context): boolean {
  const taken = facts.find(fact => fact.kind === 'call');
  const body = functionAround(at, items)?.body;
  if (taken?.kind !== 'call' || !body) return true;
  for (const node of descendants(body)) {
    if (node.type !== 'call_expression' || node.start < taken.at.end || node.end > at.start) continue;
    if (/unlock|end_read|drop|forget/.test(text.slice(node.start, node.children[0]!.end))) return true;
  }
  return false;
}

/** What a method returns borrows from `self`, by the rules of elided lifetimes. */
function borrow(lasting: boolean, at: RustNode, { items }: Context): Sentence[] {
  const around = functionAround(at, items);
  if (!lasting || around?.self?.kind !== 'reference' || !/&(?!')|<'_>/.test(around.returns)) return [];
  const fact = { kind: 'type' as const, at: around.self.span, name: 'self', type: '&Self' };
  return [claim('The returned reference borrows from `self`, so it cannot outlive it.', fact)];
}

function proveIncrement(pointer: RustNode, at: RustNode, context: Context): Sentence[] | null {
  const trace = traceOf(pointer, context.text, context.items);
  const isCount = (words: string) => /\bincrement|\brefcount|\breference count\b/i.test(words);
  const raw = trace.root.kind === 'call' && trace.root.call.path === 'ARef::into_raw' ? trace.root.call : null;
  if (raw)
    return [
      claim(
        '`ARef::into_raw` gave up the increment of the reference count without dropping it, and it is handed over here.',
        { kind: 'call', at: { start: raw.node.start, end: raw.node.end }, callee: raw.path },
      ),
    ];
  const promised = contractsAround(at, context).find(({ words }) => isCount(words));
  if (promised) return [byContract(promised)];
  for (const done of doneBefore(at, context)) {
    if (done.gift.takes === 'increment of `mm_users`' && done.trace && isSameObject(done.trace, trace))
      return [
        claim(
          `\`${done.name}\` has just taken an increment of \`mm_users\`, which is handed over here.`,
          ...done.facts,
        ),
      ];
  }
  if (trace.root.kind === 'call') {
    const { call } = trace.root;
    const test = nonNullFact(trace, at, context);
    const found = [...doneBefore(at, context)].find(({ facts }) =>
      facts.some(fact => fact.kind === 'call' && fact.at.start === call.node.start),
    );
    const gift = found?.gift;
    if (gift?.takes === 'reference' && found)
      return [claim(`\`${found.name}\` returned a reference of its own, which is handed over here.`, ...found.facts)];
    if (test) {
      const name = call.path.replace(/^bindings::/, '');
      const known = { kind: 'known' as const, row: call.path };
      if (givesReference(call.path))
        return [claim(`\`${name}\` returned a reference count of its own, which is handed over here.`, test, known)];
    }
  }
  const counted = incrementedBefore(trace, at, context);
  if (counted) return counted;
  const around = functionAround(at, context.items);
  const said = invariantsOf(around?.owner ?? '', context).find(({ words }) => isCount(words));
  return said ? [byInvariant(said)] : null;
}

function givesReference(path: string): boolean {
  return CONTRACTS[path]?.gives?.takes === 'reference';
}

/** `pointer.write(value)` above. */
function proveInitialised(pointer: RustNode, at: RustNode, context: Context): Sentence[] | null {
  const { text, items } = context;
  const target = traceOf(pointer, text, items);
  const body = functionAround(at, items)?.body;
  for (const node of body ? descendants(body) : []) {
    if (node.start >= at.start) break;
    const call = callParts(node, text);
    if (call?.method !== 'write' || call.args.length !== 1 || !call.receiver) continue;
    if (!isSameObject(traceOf(call.receiver, text, items), target)) continue;
    const name = shorten(flatText(call.receiver, text));
    const fact = { kind: 'call' as const, at: { start: node.start, end: node.end }, callee: 'write' };
    return [claim(`What \`${name}\` points at has just been initialised.`, fact)];
  }
  return null;
}

/** `x.inc_ref();` above. */
function incrementedBefore(trace: Trace, at: RustNode, { text, items }: Context): Sentence[] | null {
  let below = at;
  for (const parent of ancestors(at)) {
    if (parent.type === 'block') {
      for (const statement of before(parent, below)) {
        const call = callParts(statement.children[0] ?? statement, text);
        if (call?.method !== 'inc_ref' || !call.receiver) continue;
        if (!hasSameRoot(traceOf(call.receiver, text, items), trace)) continue;
        const fact = { kind: 'call' as const, at: { start: call.node.start, end: call.node.end }, callee: 'inc_ref' };
        return [
          claim('`inc_ref` has just incremented the reference count, and that increment is handed over here.', fact),
        ];
      }
    }
    if (parent.type === 'function_item') return null;
    below = parent;
  }
  return null;
}

function proveStatement(
  need: Extract<Need, { need: 'statement' }>,
  operation: CallOperation,
  arg: RustNode | null,
  context: Context,
): Sentence[] | null {
  const { call } = operation;
  const { text, items } = context;
  const around = functionAround(call.node, items);
  const trace = arg && traceOf(arg, text, items);
  if (/\bflags\b.*\binvalid\b/.test(need.words)) return proveFlags(call, context);
  if (/\bdoes not hold the lock\b/.test(need.words)) return proveUnlocked(call, context);
  const zeroes = /\bzeroes are a value\b/.test(need.words) ? proveZeroes(call.node, context) : null;
  if (zeroes) return zeroes;
  if (/\blist was initialised\b/.test(need.words)) return proveFreshList(call, context);
  if (/\buses the memory any more\b/.test(need.words)) return proveAbandoned(call, context);
  if (/\bold value is not used\b/.test(need.words)) return proveOverwritten(call, context);
  const promised = contractsAround(call.node, context);
  const same = promised.find(({ words }) => normal(words) === normal(need.words));
  if (same) return [byContract(same)];
  if (need.like) {
    const types = [trace ? typeOf(trace, context.items) : '', around?.owner ?? ''];
    for (const type of types) {
      const said = invariantsOf(type, context).find(({ words }) => need.like!.test(words));
      if (said) return [byInvariant(said)];
    }
    const gift = trace?.root.kind === 'call' ? CONTRACTS[trace.root.call.path]?.gives : undefined;
    if (gift?.state && need.like.test(gift.state) && arg) {
      const made = proveValid(arg, 'object', call.node, context);
      if (made?.some(({ text: said }) => said.includes(gift.state!))) return made;
    }
    const like = promised.find(({ words }) => need.like!.test(words) && !speaksOfAnother(words, trace));
    return like ? [byContract(like)] : null;
  }
  if (arg && /\bwas a previous matching increment\b/.test(need.words)) return proveIncrement(arg, call.node, context);
  if (arg && /\bno longer used\b/.test(need.words)) return proveLastUse(trace, call.node, context);
  if (/\b(?:read|writ)ing\b/.test(need.words)) return proveAccess(operation, need.words, trace, context);
  return null;
}

/** The words name a parameter, but not the one that is asked about. */
function speaksOfAnother(words: string, trace: Trace | null): boolean {
  if (trace?.root.kind !== 'param' || speaksOf(words, trace.root)) return false;
  return trace.root.of?.params.some(({ name }) => words.includes(`\`${name}\``)) ?? false;
}

const normal = (words: string) => words.replace(/[`'"]/g, '').replace(/\s+/g, ' ').toLowerCase();

/** A guard of the data that a pointer leads into, or the caller's promise about the pointer. */
function proveAccess(
  operation: CallOperation,
  words: string,
  trace: Trace | null,
  context: Context,
): Sentence[] | null {
  if (!trace) return null;
  const at = operation.call.node;
  if (trace.root.kind === 'guard') {
    const guard = guardFact(trace.root.name, at, context);
    const valid = trace.locals[0]
      ? [
          claim(
            `\`${trace.locals[0].name}\` points at an element of \`${[trace.root.name, ...trace.fields].join('.')}\`.`,
            {
              kind: 'call',
              at: { start: trace.locals[0].binding.node.start, end: trace.locals[0].binding.node.end },
              callee: 'add',
            },
          ),
        ]
      : [];
    return guard ? [...valid, claim(`\`${guard.name}\` holds the lock that protects it.`, guard)] : null;
  }
  const root = trace.root;
  if (root.kind === 'param') {
    const promised = contractsAround(at, context).filter(({ words }) => speaksOf(words, root));
    if (promised[0]) return [byContract(promised[0])];
  }
  const element = elementOf(trace, at, context) ?? [];
  const used = promiseOfUse(words, at, context);
  if (used) return [...element, byContract(used)];
  for (const guard of guardsAround(at, context)) {
    const held = claim(`\`${guard.name}\` is alive here, so its lock is held.`, guard);
    return [...element, held, todo('this lock protects what is accessed')];
  }
  return element.length > 0 ? [...element, todo(phrase(words, operation))] : null;
}

/** `reading from me.page is ok` where the callers promise that all pages are in use: nobody else takes them away. */
function promiseOfUse(words: string, at: RustNode, context: Context) {
  const what = /`\w+\.(\w+)`/.exec(words)?.[1];
  if (!what) return null;
  const spoken = new RegExp(`\\b${what}s?\\b.*\\bin use\\b`, 'i');
  return contractsAround(at, context).find(one => spoken.test(one.words)) ?? null;
}

/** In its destructor a value is used for the last time. */
function proveLastUse(trace: Trace | null, at: RustNode, { items }: Context): Sentence[] | null {
  const around = functionAround(at, items);
  if (trace?.root.kind !== 'self' || !around?.self || !/^(?:Pinned)?Drop$/.test(around.trait ?? '')) return null;
  const field = ['self', ...trace.fields].join('.');
  return [
    claim(`\`self\` is being dropped, so \`${field}\` is not used again.`, { kind: 'self', at: around.self.span }),
  ];
}
