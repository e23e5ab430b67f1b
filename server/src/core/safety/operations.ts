import { CONTRACTS, IN_SETUP, METHODS, type Need } from './contracts';
import { type FunctionItem, functionAround, type Items } from './items';
import { keepingOf, traceOf, typeOf } from './pointers';
import { statementsOf } from './sections';
import { type CallParts, callParts, childOfType, descendants, flatText, type RustNode, textOf } from './syntax';

export type Access = 'read' | 'write' | 'reference' | 'exclusive' | 'address';

/** Something that only unsafe code may do. */
export type Operation =
  | {
      readonly kind: 'call';
      readonly call: CallParts;
      /** As a reader would name it: `mmget`, `PageInfo::get_page`. */
      readonly name: string;
      /** Null where nothing is known of the callee. */
      readonly needs: readonly Need[] | null;
      /** The callee, when its text is known: in this file or another. */
      readonly item: FunctionItem | null;
    }
  | {
      readonly kind: 'dereference';
      readonly node: RustNode;
      readonly pointer: RustNode;
      readonly access: Access;
      /** Fields behind the pointer, outermost first. */
      readonly fields: readonly string[];
    };

/** The operations of an unsafe block that need it, in order. Nested unsafe blocks answer for themselves. */
export function findOperations(block: RustNode, text: string, items: Items): Operation[] {
  const found: Operation[] = [];
  const calls: CallParts[] = [];
  for (const node of descendants(block, below => below.type !== 'unsafe_block')) {
    if (node !== block && node.type === 'unsafe_block') continue;
    const call = callParts(node, text);
    if (call) {
      const operation = callOperation(call, text, items);
      if (operation) found.push(operation);
      else calls.push(call);
    } else {
      const operation = dereference(node, text, items);
      if (operation) found.push(operation);
    }
  }
  if (found.length > 0 || calls.length === 0) return found;
  // Nothing is known to be unsafe, so one of the calls must be: most likely the outermost.
  const unknown = calls.find(({ path, method }) => !SAFE.test(path || method));
  if (!unknown) return [];
  return [{ kind: 'call', call: unknown, name: unknown.path || unknown.method, needs: null, item: null }];
}

/** Variants, and functions that everybody knows to be safe. */
const SAFE = /^(?:Some|Ok|Err|drop|(?:\w+::)?to_result)$/;

function callOperation(call: CallParts, text: string, items: Items): Operation | null {
  const around = functionAround(call.node, items);
  const path = call.path.replace(/^Self::/, `${around?.owner ?? 'Self'}::`);
  const item = findUnsafe(path, call, around, items);
  if (item) return { kind: 'call', call, name: nameOf(item), needs: needsOf(item), item };
  const other = findElsewhere(call, text, items);
  const stated = other && needsOf(other);
  if (other && stated) return { kind: 'call', call, name: nameOf(other), needs: stated, item: other };
  // It is unsafe and does not say why; the table may.
  const isListed = CONTRACTS[path] !== undefined;
  if (other && !isListed) return { kind: 'call', call, name: nameOf(other), needs: null, item: other };
  if (call.path !== '') {
    const known = CONTRACTS[path];
    const name = path.replace(/^bindings::/, '');
    if (known) return { kind: 'call', call, name, needs: known.needs, item: null };
    const method = METHODS[path.replace(/^(?:core::)?ptr::/, '')];
    if (method && path.includes('ptr::')) return { kind: 'call', call, name, needs: method.needs, item: null };
    return /^bindings::[a-z_]/.test(path) ? { kind: 'call', call, name, needs: null, item: null } : null;
  }
  const method = METHODS[call.method];
  if (!method || !call.receiver || !isRawReceiver(call, text, items)) return null;
  return { kind: 'call', call, name: call.method, needs: method.needs, item: null };
}

/** The unsafe function or method of this file that is called. */
function findUnsafe(path: string, call: CallParts, around: FunctionItem | null, items: Items): FunctionItem | null {
  const name = call.method || path.split('::').at(-1)!;
  const named = items.functions.filter(one => one.isUnsafe && one.name === name);
  if (named.length === 0) return null;
  if (call.method) {
    const isSelf = call.receiver!.type === 'self';
    if (isSelf) return named.find(one => one.owner === around?.owner && one.self) ?? null;
    // Pointers have methods of these names too.
    return named.length === 1 && named[0]!.self && !METHODS[name] ? named[0]! : null;
  }
  const [owner] = path.includes('::') ? path.split('::') : [null];
  return (
    named.find(one => one.owner === owner) ??
    named.find(one => one.declaredByTrait && owner !== null && /^[A-Z]\w?$/.test(owner)) ??
    null
  );
}

/** The unsafe function of another file that is called; a method only where the type of its receiver is declared. */
function findElsewhere(call: CallParts, text: string, items: Items): FunctionItem | null {
  if (!items.others) return null;
  if (call.path !== '') {
    const path = flatText(call.node.children[0]!, text).replace(/(?:::)?<.*>/, '');
    return /^(?:Self|bindings)::|(?:^|::)bindings::/.test(path) ? null : items.others.unsafeFunction(path);
  }
  const trace = traceOf(call.receiver!, text, items);
  const isWhole = trace.through.length === 0 && !trace.cast && !trace.dereferenced;
  const type = isWhole ? typeOf(trace, items) : '';
  return type === '' ? null : items.others.unsafeFunction(`${type}::${call.method}`);
}

export function nameOf(item: FunctionItem): string {
  return item.owner ? `${item.owner}::${item.name}` : item.name;
}

/** The demands of a `# Safety` section, as far as their words have a form that can be proved. Null without a section. */
function needsOf(item: FunctionItem): Need[] | null {
  const needs = (item.safety?.clauses ?? []).flatMap(clause =>
    statementsOf(clause).map(words => readStatement(words, item)),
  );
  // A section that says nothing is no licence.
  return needs.length > 0 ? needs : null;
}

/** Words by which a statement says more than that a pointer is valid, a lock is held or a count is above zero. */
const MORE =
  /\b(?:not|never|unless|without|if|when|until)\b|\bfor (?:reads?|reading|writes?|writing|access(?:es)?|at least|both)\b|\baligned\b|\bbytes\b|\bexclusive|\bunique\b|\binitiali[sz]ed\b/;

/** For how long is part of the forms. */
const DURATION = /\bfor (?:at least )?(?:the )?(?:whole |entire )?(?:duration|lifetime)\b/;

function readStatement(words: string, item: FunctionItem): Need {
  const named = item.params.findIndex(({ name }) => words.includes(`\`${name}\``) || words.includes(`\`${name}.`));
  const pointer = item.params.findIndex(({ type }) => /^\*|^NonNull</.test(type));
  const index = named < 0 && /^the pointer\b/.test(words) ? pointer : named;
  const arg = index >= 0 ? index : item.params.length > 0 ? 0 : 'self';
  const lasting = /'a\b|duration|lifetime/.test(words);
  // What demands more than has a form here, or its opposite, is left in its words.
  if (MORE.test(words.replace(DURATION, ''))) return { need: 'statement', words, like: null, arg };
  if (/\bmm_users\b.*\bnon-?zero\b|\bnon-?zero\b.*\bmm_users\b/.test(words)) return { need: 'users', arg, lasting };
  if (/\block\b.*\bheld\b|\bhold\w*\b.*\block\b/.test(words))
    return { need: 'lock', arg, lock: /vma/.test(words) ? 'mmap or vma' : 'mmap', lasting };
  const flag = /`(?:VM_|flags::)(\w+)`[^.]*\bis set\b|flag is set/.exec(words);
  if (flag?.[1]) return { need: 'flag', arg, flag: flag[1] };
  if (/\bincrement/.test(words) && !item.declaredByTrait) return { need: 'increment', arg };
  if (index >= 0 && /\bis valid\b|\bpoints? (?:at|to)\b|\breferences\b|\bis (?:a )?(?:valid|live)\b/.test(words)) {
    const noun = /`?(?:struct )?(\w+)`?/.exec(pointee(item.params[index]!.type))?.[1] ?? 'object';
    return { need: 'valid', arg: index, noun, lasting };
  }
  if (index >= 0 && /\bin bounds\b/.test(words)) return { need: 'bounds', arg, of: null };
  return { need: 'statement', words, like: IN_SETUP.test(words) ? IN_SETUP : null, arg };
}

function pointee(type: string): string {
  return type
    .replace(/^(?:\*(?:mut|const)|&(?:'\w+)?(?: mut)?) ?/, '')
    .replace(/^NonNull<(.*)>$/, '$1')
    .replace(/^(?:\w+::)+/, '');
}

/** Names such as `as_ref` and `write` are unsafe on pointers only. */
function isRawReceiver(call: CallParts, text: string, items: Items): boolean {
  const { method, receiver, args } = call;
  if (/^(?:offset_from|assume_init|write_bytes|unwrap_unchecked)$/.test(method)) return true;
  if (method === 'add' || method === 'offset') return args.length === 1;
  if (method === 'write') return args.length === 1;
  const trace = traceOf(receiver!, text, items);
  if (trace.dereferenced && !trace.isAddress) return false;
  if (trace.root.kind === 'self') {
    const type = items.types.get(trace.root.of.owner ?? '');
    const field = type?.fields.find(({ name }) => name === trace.fields[0]);
    return field !== undefined && ['raw', 'nonnull'].includes(keepingOf(field.type));
  }
  return trace.root.kind === 'param' && ['raw', 'nonnull'].includes(keepingOf(trace.root.type));
}

function dereference(node: RustNode, text: string, items: Items): Operation | null {
  const isMacro =
    node.type === 'macro_invocation' && /^(?:\w+::)*addr_of(?:_mut)?!/.test(text.slice(node.start, node.end));
  const isStar = node.type === 'unary_expression' && text[node.start] === '*';
  if (!isMacro && !isStar) return null;
  const pointer = isMacro ? node : node.children[0]!;
  if (isStar && pointer.type === 'macro_invocation') return null;
  const trace = traceOf(pointer, text, items);
  if (isMacro) {
    if (!trace.dereferenced) return null;
    const access = node.parent?.type === 'unary_expression' ? 'read' : 'address';
    const own = /\)((?:\.\w+)+)\s*\)$/.exec(textOf(node, text))?.[1]?.split('.').slice(1) ?? [];
    return { kind: 'dereference', node, pointer, access, fields: own };
  }
  const kept = trace.root.kind === 'param' && trace.through.length === 0 ? keepingOf(trace.root.type) : null;
  if (kept === 'reference' || kept === 'counted' || trace.root.kind === 'guard') return null;
  if (pointer.type === 'unary_expression') return null;
  const fields: string[] = [];
  let place = node;
  while (place.parent && (isParens(place.parent) || isField(place.parent, place))) {
    place = place.parent;
    if (place.type === 'field_expression') fields.unshift(textOf(place.children.at(-1)!, text));
  }
  return { kind: 'dereference', node: place, pointer, access: accessOf(place, text), fields };
}

const isParens = (node: RustNode) => node.type === 'parenthesized_expression';
/** A field of `base`, not a method that is called on it. */
const isField = (node: RustNode, base: RustNode) =>
  node.type === 'field_expression' &&
  node.children[0] === base &&
  !(node.parent?.type === 'call_expression' && node.parent.children[0] === node);

function accessOf(place: RustNode, text: string): Access {
  const parent = place.parent;
  if (parent?.type === 'reference_expression') {
    const words = text.slice(parent.start, place.start);
    if (/\braw\b/.test(words)) return 'address';
    return /\bmut\b/.test(words) ? 'exclusive' : 'reference';
  }
  if (parent?.type === 'assignment_expression' && parent.children[0] === place) return 'write';
  if (parent?.type === 'compound_assignment_expr' && parent.children[0] === place) return 'write';
  return 'read';
}

/** The type that a block's value is turned into: by a `.cast::<T>()` in it, else by what the function returns. */
export function targetType(block: RustNode, text: string, items: Items): string {
  for (const node of descendants(block)) {
    if (node.type !== 'generic_function' || !/\.cast::</.test(text.slice(node.start, node.end))) continue;
    const type = childOfType(node, 'type_arguments')?.children[0];
    if (type && type.type !== 'inferred_type') return flatText(type, text);
  }
  const path = /\bARef::<([^<>]+)>::from_raw/.exec(textOf(block, text))?.[1];
  if (path) return path;
  const of = functionAround(block, items);
  return of ? of.returns.replace(/\bSelf\b/g, of.owner ?? 'Self') : '';
}
