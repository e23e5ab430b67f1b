import type { Cfg } from '../ir/ir';
import { nameOf } from '../lower/rust/calls';
import { lowerRustFunction } from '../lower/rust/functions';
import { findRustCallbacks, traitCallback } from '../rust/callbacks';
import { dropCalls, dropGlue, isDropped } from '../rust/drops';
import type { RustFile, TypedFunction } from '../rust/file';
import type { Callback } from '../syntax/callbacks';
import { entryOf } from './entries';
import type { Unit, Units, Used } from './units';

/** A member of a VMA, or a field that keeps an mm, is assigned. */
const WRITES = /\.(?:vm_\w+|\w*mm|def_flags|map_count)\s*=[^=]/;

/** The functions of one Rust file that a handle can come into. */
export class RustUnits implements Units {
  readonly structs: Units['structs'] = new Map();
  readonly units: readonly Unit[];
  readonly #typed = new Map<Unit, TypedFunction>();
  readonly #lowered = new Map<Unit, Cfg>();
  readonly #callees = new Map<Unit, ReadonlySet<string>>();
  #callbacks: readonly Callback[] | null = null;

  constructor(private readonly file: RustFile) {
    this.units = file.functions.map(typed => {
      const { start, end } = typed.span;
      const unit = { name: nameOf(typed.source.item), start, end, text: file.text.slice(start, end), arms: [] };
      this.#typed.set(unit, typed);
      return unit;
    });
  }

  typedOf(unit: Unit): TypedFunction {
    return this.#typed.get(unit)!;
  }

  /** A method is not called by its name alone. */
  usesOf(): Used {
    return { callers: new Set(), named: { inside: true, outside: true }, entry: undefined };
  }

  entryOf(): undefined {}

  calledIn(): ReadonlySet<string> {
    return new Set();
  }

  callersOf(names: readonly string[]): Unit[] {
    return this.units.filter(unit => names.some(name => this.#calleesOf(unit).has(name)));
  }

  /**
   * Functions in which something may be taken, released or written, by themselves or by a function of the file. `isKnown`
   * tells of the C functions that are worth a look.
   */
  relevant(isKnown: (binding: string) => boolean): Unit[] {
    const found = new Set(this.units.filter(unit => this.#hasEffect(unit, isKnown)));
    for (let size = -1; size !== found.size; ) {
      size = found.size;
      for (const unit of this.callersOf([...found].map(({ name }) => name))) found.add(unit);
    }
    return this.units.filter(unit => found.has(unit));
  }

  #hasEffect(unit: Unit, isKnown: (binding: string) => boolean): boolean {
    const { events, source } = this.typedOf(unit);
    const { items } = this.file;
    if (WRITES.test(unit.text) || source.item.params.some(({ type }) => isDropped(items, type))) return true;
    return events.some(event => {
      if (event.kind === 'discard') return isDropped(items, event.value.type);
      if (event.kind === 'let') return isDropped(items, event.local.value.type);
      if (event.kind === 'drop') return isDropped(items, event.type);
      const { binding, item, result } = event;
      if (binding !== null) return isKnown(binding);
      return isDropped(items, result.type) || (item !== null && (item.calls.length > 0 || item.model?.counts));
    });
  }

  /** Functions of the file that it calls, and those that a drop in it calls. */
  #calleesOf(unit: Unit): ReadonlySet<string> {
    let callees = this.#callees.get(unit);
    if (!callees) {
      const names = this.typedOf(unit).events.flatMap(event => {
        if (event.kind === 'call') return event.item ? [nameOf(event.item)] : [];
        if (event.kind !== 'drop') return [];
        return dropCalls(dropGlue(this.file.items, event.type)).map(({ callee }) => callee);
      });
      callees = new Set(names);
      this.#callees.set(unit, callees);
    }
    return callees;
  }

  lower(unit: Unit): Cfg {
    const known = this.#lowered.get(unit);
    if (known) return known;
    const { source, notes, events } = this.typedOf(unit);
    const { text, items } = this.file;
    const lowered = lowerRustFunction(source, { text, items, notes, events }, unit.start);
    this.#callbacks ??= findRustCallbacks(text);
    const named = this.#callbacks.filter(callback => callback.function === source.item.name);
    const calledAs = entryOf([...named, ...traitCallback(source)]);
    const cfg = calledAs ? { ...lowered, calledAs } : lowered;
    this.#lowered.set(unit, cfg);
    return cfg;
  }
}
