import type { Local } from './value';

/** The names of a function, scope by scope. A new `let` of a name hides the old one from there on. */
export class Scopes {
  readonly #open: Map<string, Local>[] = [new Map()];
  /** Every local that is alive, innermost last. */
  readonly #alive: Local[] = [];

  declare(local: Local): void {
    this.#open.at(-1)!.set(local.name, local);
    this.#alive.push(local);
  }

  lookup(name: string): Local | null {
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const local = this.#open[i]!.get(name);
      if (local) return local;
    }
    return null;
  }

  within<T>(body: () => T): T {
    const alive = this.#alive.length;
    this.#open.push(new Map());
    const result = body();
    this.#open.pop();
    this.#alive.length = alive;
    return result;
  }

  get alive(): readonly Local[] {
    return this.#alive;
  }

  /** Runs the arms of a branch, each from here: afterwards a local is moved if an arm that goes on moved it. */
  branch(arms: readonly (() => boolean)[]): void {
    const before = this.#alive.map(local => local.moved);
    const after = [...before];
    for (const arm of arms) {
      this.#alive.forEach((local, i) => {
        local.moved = before[i] ?? local.moved;
      });
      const goesOn = arm();
      if (goesOn) for (let i = 0; i < before.length; i++) after[i] ||= this.#alive[i]!.moved;
    }
    this.#alive.forEach((local, i) => {
      local.moved = after[i] ?? local.moved;
    });
  }
}
