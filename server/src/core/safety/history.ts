import { knownConditions } from './bindings';
import { capacityOf } from './buffers';
import type { Context } from './evidence';
import type { SafetyFact, Sentence } from './facts';
import { functionAround } from './items';
import { traceOf } from './pointers';
import { ancestors, type CallParts, callParts, descendants, flatText, type RustNode } from './syntax';
import { claim } from './words';

/** The lock was released above, by a call with the same argument. */
export function proveUnlocked(call: CallParts, context: Context): Sentence[] | null {
  const { text, items } = context;
  const body = functionAround(call.node, items)?.body;
  const lock = call.args[0] && flatText(call.args[0], text);
  let last: CallParts | null = null;
  for (const node of body ? descendants(body) : []) {
    if (node.start >= call.node.start) break;
    const other = callParts(node, text);
    if (other && /::(?:\w+_)?(?:un)?lock$/.test(other.path) && other.args[0] && flatText(other.args[0], text) === lock)
      last = other;
  }
  if (!last || !/unlock$/.test(last.path)) return null;
  const fact = { kind: 'call' as const, at: { start: last.node.start, end: last.node.end }, callee: last.path };
  const name = last.path.replace(/^bindings::/, '');
  return [claim(`\`${name}\` has released the lock above, so this thread does not hold it.`, fact)];
}

/** `__list_lru_init` has succeeded above, and no call behind it put anything into the list. */
export function proveFreshList({ node, args }: CallParts, context: Context): Sentence[] | null {
  const { text, items } = context;
  const body = functionAround(node, items)?.body;
  const list = args[0] && flatText(args[0], text);
  if (!body || !list) return null;
  let made: CallParts | null = null;
  for (const below of descendants(body)) {
    if (below.start >= node.start) break;
    const call = callParts(below, text);
    if (!call?.args[0] || flatText(call.args[0], text) !== list || call.method !== '') continue;
    if (/list_lru_init/.test(call.path)) made = call;
    else if (/_add|_destroy/.test(call.path)) made = null;
  }
  const test = made && failureOf(made.node, node, context);
  if (!made || !test) return null;
  const fact: SafetyFact = { kind: 'call', at: { start: made.node.start, end: made.node.end }, callee: made.path };
  const name = made.path.replace(/^bindings::/, '');
  return [claim(`\`${name}\` has initialised the list above, and nothing was added to it since.`, fact, test)];
}

/** The test by which control left when the call failed: `if ret != 0 { return … }`. */
function failureOf(call: RustNode, at: RustNode, { text }: Context): SafetyFact | null {
  const made = [...ancestors(call)].find(({ type }) => type === 'let_declaration');
  const name = made && /^let (?:mut )?(\w+)/.exec(text.slice(made.start, made.end))?.[1];
  for (const { condition, holds } of knownConditions(at, text)) {
    const words = flatText(condition, text);
    if (!name || (holds ? words !== `${name} == 0` : words !== `${name} != 0` && words !== `${name} < 0`)) continue;
    return { kind: 'condition', at: { start: condition.start, end: condition.end }, words, holds };
  }
  return null;
}

/** The next thing that happens to a place whose value was dropped is that another one is put there. */
export function proveOverwritten({ node, args, receiver }: CallParts, { text }: Context): Sentence[] | null {
  const pointer = receiver ?? args[0];
  const name = pointer && flatText(pointer, text);
  if (!name || !/^\w+$/.test(name)) return null;
  let below = node;
  for (const parent of ancestors(node)) {
    if (parent.type === 'block') {
      for (const statement of parent.children.slice(parent.children.indexOf(below) + 1)) {
        const words = text.slice(statement.start, statement.end);
        if (!new RegExp(`\\b${name}\\b`).test(words)) continue;
        const call = [...descendants(statement)].map(one => callParts(one, text)).find(one => one?.args.length);
        const writes = call && /^(?:ptr::)?write$/.test(call.path || call.method);
        const target = call && (call.receiver ?? call.args[0]);
        if (!call || !writes || !target || flatText(target, text) !== name) return null;
        const fact = { kind: 'call' as const, at: { start: call.node.start, end: call.node.end }, callee: 'write' };
        return [claim('Another value is written to the place below, and the old one is not looked at before.', fact)];
      }
      // What leaves on the way does not come to the write.
      if (/\breturn\b|\?;/.test(text.slice(below.end, parent.end))) return null;
    }
    if (parent.type === 'function_item') return null;
    below = parent;
  }
  return null;
}

/** What was allocated here and is freed here, and control leaves: nobody else was told of it, and nothing uses it. */
export function proveAbandoned({ node, args }: CallParts, context: Context): Sentence[] | null {
  const { text, items } = context;
  const trace = args[0] && traceOf(args[0], text, items);
  const local = trace?.locals.at(-1);
  if (trace?.root.kind !== 'call' || !local || capacityOf(trace.root.call, context) === null) return null;
  const body = functionAround(node, items)?.body;
  const told = new RegExp(`[.]\\w+ = [^;]*\\b${local.name}\\b`);
  if (!body || told.test(text.slice(trace.root.call.node.end, node.start))) return null;
  const statement = [...ancestors(node)].find(
    ({ parent }) => parent?.type === 'block' && parent.parent?.type !== 'unsafe_block',
  );
  const rest = statement?.parent?.children.slice(statement.parent.children.indexOf(statement) + 1) ?? [];
  const left = rest.find(({ type }) => type !== 'empty_statement');
  if (
    !left ||
    !/^return\b/.test(text.slice(left.start, left.end)) ||
    text.slice(left.start, left.end).includes(local.name)
  )
    return null;
  const fact: SafetyFact = { kind: 'call', at: { start: left.start, end: left.end }, callee: 'return' };
  return [claim(`Control leaves behind it, and nobody else was told of \`${local.name}\`.`, fact)];
}
