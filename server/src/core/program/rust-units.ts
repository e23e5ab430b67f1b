import type { Cfg } from '../ir/ir';
import { nameOf } from '../lower/rust/calls';
import { lowerRustFunction } from '../lower/rust/functions';
import { findRustCallbacks, traitCallback } from '../rust/callbacks';
import type { RustFile, TypedFunction } from '../rust/file';
import type { Callback } from '../syntax/callbacks';
import { entryOf } from './entries';
import type { Unit, Units } from './units';

/** The functions of one Rust file that a handle can come into. */
export class RustUnits implements Units {
  readonly structs: Units['structs'] = new Map();
  readonly units: readonly Unit[];
  readonly #typed = new Map<Unit, TypedFunction>();
  readonly #lowered = new Map<Unit, Cfg>();
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

  callersOf(names: readonly string[]): Unit[] {
    return this.units.filter(unit => names.some(name => this.lower(unit).callees.has(name)));
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
