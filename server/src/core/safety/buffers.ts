import { findBinding, keepsValue, knownConditions } from './bindings';
import type { Context } from './evidence';
import type { SafetyFact, Sentence } from './facts';
import { type Trace, traceOf } from './pointers';
import { ancestors, type CallParts, flatText, type RustNode, textOf } from './syntax';
import { claim } from './words';

/** As many bytes as `length` says are behind a pointer: it was made of a slice, of a reference, or of room for a value. */
export function proveBuffer(
  pointer: RustNode,
  length: RustNode,
  access: 'read' | 'written',
  at: RustNode,
  context: Context,
): Sentence[] | null {
  const trace = traceOf(pointer, context.text, context.items);
  if (trace.dereferenced || trace.index) return null;
  const size = lengthOf(length, at, context);
  return size === null
    ? null
    : (ofSlice(trace, size, access, at) ?? ofReference(trace, size, access, at) ?? ofRoom(trace, size, context));
}

/** The length as it was computed: a local that never changes is what it was made of. */
function lengthOf(node: RustNode, at: RustNode, { text, items }: Context): string | null {
  const words = flatText(node, text).replace(/ as \w+$/, '');
  if (!/^\w+$/.test(words)) return words.replace(/^(?:\w+::)*(?=size_of::)/, '');
  const binding = findBinding(at, words, text, items);
  if (binding?.kind !== 'value' || !binding.value || !keepsValue(binding)) return null;
  return flatText(binding.value, text).replace(/^(?:\w+::)*(?=size_of::)/, '');
}

function declared({ root }: Trace, at: RustNode): { name: string; type: string; fact: SafetyFact } | null {
  if (root.kind !== 'param') return null;
  const { name, type, of } = root;
  const span = { start: of?.node.start ?? at.start, end: of?.body?.start ?? at.end };
  return { name, type, fact: { kind: 'type', at: span, name, type } };
}

/** `&mut [u8]` and `buf.len()`. */
function ofSlice(trace: Trace, size: string, access: string, at: RustNode): Sentence[] | null {
  const param = declared(trace, at);
  const slice = param && /^&(?:'\w+ )?(mut )?\[(?:MaybeUninit<)?[ui]8>?\]$/.exec(param.type);
  if (!param || !slice || (access === 'written' && !slice[1]) || size !== `${param.name}.len()`) return null;
  const kind = slice[1] ? 'a mutable slice' : 'a slice';
  return [claim(`\`${param.name}\` is ${kind} of that many bytes, so they may be ${access}.`, param.fact)];
}

/** `&T` and `size_of::<T>()`. */
function ofReference(trace: Trace, size: string, access: string, at: RustNode): Sentence[] | null {
  const param = declared(trace, at);
  const reference = param && /^&(?:'\w+ )?(mut )?(\w+)$/.exec(param.type);
  if (!param || !reference || (access === 'written' && !reference[1])) return null;
  if (size !== `size_of::<${reference[2]}>()` && size !== `size_of_val(${param.name})`) return null;
  return [
    claim(
      `\`${param.name}\` is a reference to a value of type \`${reference[2]}\`, so \`${size}\` bytes may be ${access}.`,
      param.fact,
    ),
  ];
}

/** `let mut out = MaybeUninit::<T>::uninit();` and `size_of::<T>()`. */
function ofRoom(trace: Trace, size: string, { text }: Context): Sentence[] | null {
  const made = trace.locals.at(-1);
  const type = /^size_of::<(\w+)>\(\)$/.exec(size)?.[1];
  if (!made || !type || made.binding.kind !== 'value') return null;
  const words = textOf(made.binding.node, text).replace(/\s+/g, '');
  if (!words.includes(`MaybeUninit<${type}>`) && !words.includes(`MaybeUninit::<${type}>`)) return null;
  if (!/uninit\(\)|zeroed\(\)/.test(words)) return null;
  const { start, end } = made.binding.node;
  return [
    claim(`\`${made.name}\` has room for a value of type \`${type}\`, so \`${size}\` bytes may be written.`, {
      kind: 'call',
      at: { start, end },
      callee: 'MaybeUninit',
    }),
  ];
}

/** How many elements an array was allocated for: `KVec::with_capacity(n, …)`, `Kmalloc::alloc(layout, …)`; null for others. */
export function capacityOf({ path, args, node }: CallParts, { text, items }: Context): string | null {
  if (!args[0]) return null;
  if (/Vec::with_capacity$/.test(path)) return flatText(args[0], text);
  if (!/malloc::alloc$/.test(path)) return null;
  const binding = findBinding(node, flatText(args[0], text), text, items);
  const value = binding?.kind === 'value' && keepsValue(binding) ? binding.value : null;
  return value && (/^(?:\w+::)*Layout::array::<\w+>\((\w+)\)/.exec(flatText(value, text))?.[1] ?? null);
}

/** The memory comes from the allocator that takes it back, and was allocated with the same layout. */
export function proveLayoutOf({ path, args }: CallParts, context: Context): Sentence[] | null {
  const [pointer, layout] = args;
  const { root } = pointer ? traceOf(pointer, context.text, context.items) : { root: null };
  const asked = root?.kind === 'call' ? root.call : null;
  if (!layout || !asked?.args[0] || asked.path !== path.replace(/free$/, 'alloc')) return null;
  const name = flatText(layout, context.text);
  if (!/^\w+$/.test(name) || flatText(asked.args[0], context.text) !== name) return null;
  const { start, end } = asked.node;
  return [
    claim(`\`${asked.path}\` allocated it with \`${name}\` above.`, {
      kind: 'call',
      at: { start, end },
      callee: asked.path,
    }),
  ];
}

/** bindgen's structs are made of numbers, pointers and optional functions, of all of which zero is a value. */
export function proveZeroes(node: RustNode, { text, items }: Context): Sentence[] | null {
  if (!/\bzeroed\(\)/.test(textOf(node, text))) return null;
  let type: RegExpExecArray | null = null;
  let at: RustNode | null = null;
  for (const parent of ancestors(node)) {
    if (parent.type === 'let_declaration') {
      type = /^let (?:mut )?\w+: (?:\w+::)*(bindings::\w+) =/.exec(flatText(parent, text));
      at = parent;
    } else if (parent.type === 'field_initializer' || parent.type === 'base_field_initializer') {
      const literal = [...ancestors(parent)].find(one => one.type === 'struct_expression');
      const name = literal && flatText(literal.children[0]!, text);
      const field = parent.type === 'field_initializer' && textOf(parent.children[0]!, text);
      const declared = field ? items.types.get(name ?? '')?.fields.find(one => one.name === field)?.type : name;
      type = /^(?:(?:UnsafeCell|Opaque|MaybeUninit)<)?(?:\w+::)*(bindings::\w+)>?$/.exec(declared ?? '');
      at = literal ?? null;
    } else if (parent.type !== 'function_item') continue;
    break;
  }
  if (!type?.[1] || !at) return null;
  return [
    claim(`\`${type[1]}\` is a C struct, and all zeroes are a value of those.`, {
      kind: 'type',
      at: { start: at.start, end: at.end },
      name: type[1],
      type: type[1],
    }),
  ];
}

/** An address and a length, both of which were compared with the bounds of the vma above. */
export function proveRange(
  vma: RustNode | null,
  address: RustNode | null,
  length: RustNode | null,
  at: RustNode,
  { text }: Context,
): Sentence[] | null {
  if (!vma || !address || !length) return null;
  const plain = (node: RustNode) => flatText(node, text).replace(/ as (?:_|\w+)$/, '');
  const owner = plain(vma).replace(/\.as_ptr\(\)$/, '');
  const [first, size] = [plain(address), plain(length)];
  const facts: SafetyFact[] = [];
  let starts = false;
  let ends = false;
  const tested = [...knownConditions(at, text)];
  for (const { condition, holds } of tested) {
    const words = flatText(condition, text);
    const bound = holds ? /^(.+?) (<=|>=) (.+)$/.exec(words) : /^(.+?) (<|>) (.+)$/.exec(words);
    if (!bound) continue;
    // `a < b` that does not hold, and `a >= b` that does, both say that `a` is not below `b`.
    const isBelow = /^<$|^>=$/.test(bound[2]!);
    const [high, low] = isBelow ? [bound[1]!, bound[3]!] : [bound[3]!, bound[1]!];
    const fact = { kind: 'condition' as const, at: { start: condition.start, end: condition.end }, words, holds };
    if (high === first && low === `${owner}.start()`) {
      starts = true;
      facts.push(fact);
    } else if (high === `${owner}.end()` && isSum(low, first, size, at, text, tested)) {
      ends = true;
      facts.push(fact);
    }
  }
  if (!starts || !ends) return null;
  return [claim('The address range is within the vma, as tested above.', ...facts)];
}

/** `end` is `address + size`, by a `let` that takes note of an overflow. */
function isSum(
  end: string,
  address: string,
  size: string,
  at: RustNode,
  text: string,
  tested: readonly { readonly condition: RustNode; readonly holds: boolean }[],
): boolean {
  const made = new RegExp(
    `\\blet \\(?${literally(end)}(?:, (\\w+)\\))? = ${literally(address)}\\.(overflowing|checked)_add\\(${literally(size)}\\)`,
  ).exec(text.slice(Math.max(0, at.start - LOOK_BACK), at.start));
  if (made?.[2] === 'checked') return true;
  return tested.some(({ condition, holds }) => !holds && made?.[1] === flatText(condition, text));
}

/** A sum that is made further up is another one's. */
const LOOK_BACK = 2_000;

const literally = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
