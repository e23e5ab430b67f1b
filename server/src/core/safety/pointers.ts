import type { Span } from '../text';
import { type Binding, findBinding } from './bindings';
import { CONTRACTS, KEPT_FIELDS, type Kept, WRAPPED } from './contracts';
import { type FunctionItem, functionAround, type Items } from './items';
import { type CallParts, callParts, flatText, type RustNode, textOf } from './syntax';

/** Where a value comes from in the end. */
export type Root =
  | { readonly kind: 'self'; readonly of: FunctionItem }
  | { readonly kind: 'param'; readonly name: string; readonly type: string; readonly of: FunctionItem | null }
  | { readonly kind: 'call'; readonly call: CallParts }
  | { readonly kind: 'guard'; readonly name: string; readonly call: CallParts }
  | { readonly kind: 'loop'; readonly name: string; readonly range: RustNode }
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'static'; readonly name: string }
  | { readonly kind: 'unknown' };

/** How an expression is made from its root. */
export interface Trace {
  readonly root: Root;
  /** Fields taken of the root, in order, before anything is dereferenced. */
  readonly fields: readonly string[];
  /** Fields taken behind the first `*pointer`. */
  readonly behind: readonly string[];
  /** Locals that it passed through, the nearest first, with where each got its value. */
  readonly locals: readonly { readonly name: string; readonly binding: Binding }[];
  /** Calls that kept the address: `NonNull::new`, `from_err_ptr`, `cast`, `as_ptr`, in order from the outside. */
  readonly through: readonly { readonly name: string; readonly span: Span }[];
  readonly dereferenced: boolean;
  /** A pointer on the way was itself read from behind another one. */
  readonly loaded: boolean;
  /** The address of a place: `&raw mut (*p).field`, not the value that stands there. */
  readonly isAddress: boolean;
  readonly cast: boolean;
  /** The type that the pointer was cast to, where the cast says it. */
  readonly castTo: string | null;
  /** `pointer.add(i)`: the index, and the pointer. */
  readonly index: RustNode | null;
  readonly array: RustNode | null;
}

/** Methods that keep the address of what they are called on. */
const SAME_ADDRESS = new Set([
  'as_ptr',
  'as_mut_ptr',
  'as_raw',
  'as_char_ptr',
  'get',
  'raw_get',
  'cast',
  'cast_mut',
  'cast_const',
  'as_ref',
  'as_mut',
  'ok_or',
  'ok_or_else',
  'ok',
  'unwrap',
  'expect',
  'into',
]);

/** Functions whose result has the address of their only argument. */
const WRAPPERS = new Set([
  'NonNull::new_unchecked',
  'NonNull::new',
  'NonNull::from',
  'ptr::from_ref',
  'ptr::from_mut',
  'from_err_ptr',
  'error::from_err_ptr',
  'Some',
  'Ok',
  'ptr::addr_of',
  'ARef::from_raw',
]);

const MAX_STEPS = 64;

export function traceOf(node: RustNode, text: string, items: Items): Trace {
  const fields: string[] = [];
  let behind: string[] = [];
  const locals: { name: string; binding: Binding }[] = [];
  const through: { name: string; span: Span }[] = [];
  let dereferenced = false;
  let loaded = false;
  /** What is dereferenced next is an address that was taken here, so that nothing is read for it. */
  let isTaken = false;
  let isAddress = false;
  let cast = false;
  let castTo: string | null = null;
  let index: RustNode | null = null;
  let array: RustNode | null = null;
  let root: Root = { kind: 'unknown' };
  let at: RustNode = node;
  steps: for (let left = MAX_STEPS; left > 0; left--) {
    switch (at.type) {
      case 'parenthesized_expression':
      case 'try_expression':
      case 'unsafe_block':
      case 'expression_statement':
        at = at.children[0] ?? at;
        continue;
      case 'block':
        if (at.children.length === 0) break steps;
        at = at.children.at(-1)!;
        continue;
      case 'reference_expression':
        if (!dereferenced) isAddress = true;
        isTaken = dereferenced;
        at = at.children.at(-1)!;
        continue;
      case 'type_cast_expression':
        if (!dereferenced) {
          cast = true;
          castTo ??= flatText(at.children[1]!, text);
        }
        at = at.children[0]!;
        continue;
      case 'unary_expression':
        if (text[at.start] !== '*') break steps;
        // Two stars in a row, as in `&**x`, take no field between them.
        if (fields.length > 0) {
          loaded ||= dereferenced && !isTaken;
          isTaken = false;
          behind = [...fields.splice(0), ...behind];
        }
        dereferenced = true;
        at = at.children[0]!;
        continue;
      case 'field_expression':
        fields.unshift(textOf(at.children.at(-1)!, text));
        at = at.children[0]!;
        continue;
      case 'self':
        root = selfRoot(at, items);
        break steps;
      case 'macro_invocation': {
        const inner = /^(?:ptr::|core::ptr::)?addr_of(?:_mut)?!\s*\(\s*\(\*([\w.()]+?)\)((?:\.\w+)*)\s*\)$/.exec(
          textOf(at, text),
        );
        if (!inner) break steps;
        behind = [...inner[2]!.split('.').slice(1), ...behind];
        if (!dereferenced) isAddress = true;
        dereferenced = true;
        const base = inner[1]!;
        const name = base.replace(/\(\)|\.(?:as_ptr|as_raw|get)\b/g, '').split('.');
        fields.unshift(...name.slice(1));
        if (name[0] === 'self') {
          root = selfRoot(at, items);
          break steps;
        }
        const found = follow(at, name[0]!);
        if (!found) break steps;
        at = found;
        continue;
      }
      case 'match_expression':
        at = at.children[0]!;
        continue;
      case 'identifier': {
        const found = follow(at, textOf(at, text));
        if (!found) break steps;
        at = found;
        continue;
      }
      case 'scoped_identifier':
        root = { kind: 'static', name: flatText(at, text) };
        break steps;
      case 'string_literal':
      case 'integer_literal':
      case 'boolean_literal':
        root = { kind: 'static', name: textOf(at, text) };
        break steps;
      case 'call_expression': {
        const call = callParts(at, text)!;
        const span = { start: at.start, end: at.end };
        if (call.receiver && /^(?:lock|try_lock|read|write|lock_irq)$/.test(call.method) && call.args.length === 0) {
          root = { kind: 'guard', name: locals.at(-1)?.name ?? '', call };
          break steps;
        }
        if (call.receiver && SAME_ADDRESS.has(call.method)) {
          if (/^cast/.test(call.method) && !dereferenced) {
            cast = true;
            castTo ??= /\.cast::<(.+)>$/s.exec(flatText(at.children[0]!, text))?.[1] ?? null;
          }
          through.push({ name: call.method, span });
          at = call.receiver;
          continue;
        }
        if (call.receiver && /^(?:add|wrapping_add|offset|sub)$/.test(call.method)) {
          index ??= call.args[0] ?? null;
          array ??= call.receiver;
          at = call.receiver;
          continue;
        }
        if (/^(?:ptr::)?null(?:_mut)?$/.test(call.path)) {
          root = { kind: 'null' };
          break steps;
        }
        if (WRAPPERS.has(call.path) && call.args.length >= 1) {
          through.push({ name: call.path, span });
          at = call.args[0]!;
          continue;
        }
        root = { kind: 'call', call };
        break steps;
      }
      default:
        break steps;
    }
  }
  return { root, fields, behind, locals, through, dereferenced, loaded, isAddress, cast, castTo, index, array };

  /** Goes to the value of a local; sets the root where there is none to go to. */
  function follow(from: RustNode, name: string): RustNode | null {
    const binding = findBinding(from, name, text, items);
    if (!binding) {
      root = /^[A-Z]/.test(name) ? { kind: 'static', name } : { kind: 'local', name };
      return null;
    }
    if (binding.kind === 'param') {
      root = { kind: 'param', name, type: binding.type, of: binding.of };
      return null;
    }
    if (binding.kind === 'loop') {
      root = { kind: 'loop', name, range: binding.range };
      return null;
    }
    locals.push({ name, binding });
    if (!binding.value) root = { kind: 'local', name };
    return binding.value;
  }
}

function selfRoot(node: RustNode, items: Items): Root {
  const of = functionAround(node, items);
  return of ? { kind: 'self', of } : { kind: 'unknown' };
}

/** How a value of this type keeps what it stands for. */
export type Keeping = 'reference' | 'counted' | 'nonnull' | 'raw' | 'value';

export function keepingOf(type: string): Keeping {
  if (/^&/.test(type) || /^Pin<&/.test(type)) return 'reference';
  if (/^(?:\w+::)*A?Ref<|^(?:\w+::)*(?:ARef|Arc|ArcBorrow|KBox|Box)</.test(type)) return 'counted';
  if (/^(?:\w+::)*NonNull</.test(type)) return 'nonnull';
  return /^\*(?:mut|const)\b/.test(type) ? 'raw' : 'value';
}

/** The last name of a type without references, pointers, smart pointers and generics: `&'a mm::Mm` is `Mm`. */
export function nameOfType(type: string): string {
  const bare = type
    .replace(/^Pin</, '')
    .replace(/^(?:&\s*(?:'\w+\s*)?(?:mut\s+)?|\*(?:mut|const)\s+)+/, '')
    .replace(/^(?:\w+::)*(?:ARef|Arc|ArcBorrow|KBox|Box|NonNull|Option|Opaque|Result)</, '');
  if (bare !== type) return nameOfType(bare);
  return /^(?:\w+::)*(\w+)/.exec(bare)?.[1] ?? '';
}

/** The type whose invariants speak for a value: that of its last field, of the parameter, or of `self`. */
export function typeOf({ root, fields }: Trace, items: Items): string {
  if (root.kind === 'param') return fields.length === 0 ? nameOfType(root.type) : '';
  if (root.kind !== 'self') return '';
  let type = root.of.owner ?? '';
  for (const name of fields) {
    const field = items.types.get(type)?.fields.find(one => one.name === name);
    if (!field || /\bOpaque<|\bNonNull<|^\*/.test(field.type)) break;
    type = nameOfType(field.type);
  }
  return type;
}

/** The C struct behind a wrapper, or what the pointer's type says. */
export function nounOf(trace: Trace, items: Items): string {
  if (trace.castTo) return nameOfType(trace.castTo) || 'object';
  if (trace.dereferenced && !trace.isAddress) return keptBehind(trace, items)?.noun ?? 'object';
  if (trace.root.kind === 'param') return structOf(nameOfType(trace.root.type)) || 'object';
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
    const wrapped = WRAPPED[type];
    if (wrapped) return wrapped;
  }
  return 'object';
}

/** The C struct that a type of the kernel crate wraps. */
function structOf(type: string): string {
  return WRAPPED[type] ?? type;
}

/** What an object that a pointer was read from keeps alive; null where nothing is known of it. */
export function keptBehind(trace: Trace, items: Items): Kept | null {
  const { behind, isAddress, loaded } = trace;
  const field = isAddress && !loaded ? undefined : behind[0];
  if (field === undefined || behind.length > (isAddress ? 2 : 1)) return null;
  const holder = nounOf({ ...trace, dereferenced: false, castTo: null }, items);
  const kept = KEPT_FIELDS[`${holder}.${field}`];
  return kept && (!kept.ofCurrent || isCurrent(trace, items)) ? kept : null;
}

/** The task that runs, of which only itself changes some fields. */
export function isCurrent(trace: Trace, items: Items): boolean {
  const { root } = trace;
  return (
    typeOf(trace, items) === 'CurrentTask' ||
    (root.kind === 'call' && CONTRACTS[root.call.path]?.gives?.current === true)
  );
}
