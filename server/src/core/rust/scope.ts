import type { Arm, Local } from './value';

/** The names of a function, scope by scope. A new `let` of a name hides the old one from there on. */
export class Scopes {
  readonly #open: Map<string, Local>[] = [new Map()];
  /** Every local that is in scope, innermost last. */
  readonly #alive: Local[] = [];
  /** Locals that were looked up while somebody watches. */
  #seen: Set<Local> | null = null;
  #branches = 0;
  #arm: Arm | null = null;

  /** The arms that are open here. */
  get arm(): Arm | null {
    return this.#arm;
  }

  /** Locals in scope that have a value, innermost first: the order in which they are dropped. */
  get alive(): Local[] {
    return this.nearest(Number.POSITIVE_INFINITY);
  }

  /** The innermost of them, up to those that were declared before `mark` and itself. */
  nearest(limit: number, mark: Local | null = null): Local[] {
    const found: Local[] = [];
    for (const local of this.innermost()) {
      if (found.length >= limit || local === mark) break;
      if (!local.moved) found.push(local);
    }
    return found;
  }

  /** Locals in scope, also those without a value, innermost first. */
  *innermost(): Iterable<Local> {
    for (let i = this.#alive.length - 1; i >= 0; i--) yield this.#alive[i]!;
  }

  /** The local that was declared last of those in scope. */
  get last(): Local | null {
    return this.#alive.at(-1) ?? null;
  }

  declare(local: Local): void {
    this.#open.at(-1)!.set(local.name, local);
    this.#alive.push(local);
  }

  lookup(name: string): Local | null {
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const local = this.#open[i]!.get(name);
      if (!local) continue;
      this.#seen?.add(local);
      return local;
    }
    return null;
  }

  /** Notes the locals that are named from now on, until the result is called for them. */
  watch(): () => Iterable<Local> {
    const outer = this.#seen;
    const seen = new Set<Local>();
    this.#seen = seen;
    return () => {
      this.#seen = outer;
      if (outer) for (const local of seen) outer.add(local);
      return seen;
    };
  }

  /** Runs `body` in a scope of its own; `leave` is told which locals end with it, in the order of their drops. */
  within<T>(body: () => T, leave: (ended: readonly Local[]) => unknown = () => {}): T {
    const before = this.#alive.length;
    this.#open.push(new Map());
    const result = body();
    const ended = this.#alive.slice(before);
    leave(ended.filter(({ moved }) => !moved).reverse());
    this.#open.pop();
    this.#alive.length = before;
    return result;
  }

  /**
   * Runs the arms of a branch, each from here and each telling whether control goes on behind it: afterwards a local is
   * moved if an arm that goes on moved it.
   */
  branch(arms: readonly (() => boolean)[]): void {
    const before = this.#alive.map(({ moved }) => moved);
    const outer = this.#arm;
    const branch = ++this.#branches;
    let after: boolean[] | null = null;
    for (const [arm, run] of arms.entries()) {
      before.forEach((moved, i) => {
        this.#alive[i]!.moved = moved;
      });
      this.#arm = { branch, arm, outer };
      const goesOn = run();
      if (!goesOn) continue;
      const now = before.map((_, i) => this.#alive[i]!.moved);
      after = after ? after.map((moved, i) => moved || now[i]!) : now;
    }
    this.#arm = outer;
    (after ?? before).forEach((moved, i) => {
      this.#alive[i]!.moved = moved;
    });
  }
}

/** Whether two events cannot both happen in one run. */
export function excludesEachOther(a: Arm | null, b: Arm | null): boolean {
  for (let x = a; x; x = x.outer)
    for (let y = b; y; y = y.outer) if (x.branch === y.branch && x.arm !== y.arm) return true;
  return false;
}

/** Whether what happens in `outer` has surely happened when control is in `inner`, later in the text. */
export function runsBefore(outer: Arm | null, inner: Arm | null): boolean {
  if (!outer) return true;
  for (let at = inner; at; at = at.outer) if (at.branch === outer.branch && at.arm === outer.arm) return true;
  return false;
}
