/**
 * Replacements that keep every offset: a span becomes blanks or a text of the same length, and line ends stay.
 * Where two overlap, the one that starts first (the longer of two) wins.
 */
export class Rewrites {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Null stands for blanks. */
  readonly #texts: (string | null)[] = [];
  #sorted = true;

  blank(start: number, end: number): void {
    this.#add(start, end, null);
  }

  /** `replacement` is padded with blanks or cut to the span, which must hold no line end. */
  replace(start: number, end: number, replacement: string): void {
    this.#add(start, end, replacement);
  }

  apply(text: string): string {
    if (this.#starts.length === 0) return text;
    const parts: string[] = [];
    let at = 0;
    for (const i of this.#order()) {
      const start = this.#starts[i]!;
      const end = this.#ends[i]!;
      if (start < at) continue;
      parts.push(text.slice(at, start), this.#textOf(i, text));
      at = end;
    }
    parts.push(text.slice(at));
    return parts.join('');
  }

  #add(start: number, end: number, text: string | null): void {
    if (start >= end) return;
    const last = this.#starts.length - 1;
    if (last >= 0 && start <= this.#starts[last]!) this.#sorted = false;
    this.#starts.push(start);
    this.#ends.push(end);
    this.#texts.push(text);
  }

  #order(): Iterable<number> {
    if (this.#sorted) return this.#starts.keys();
    return [...this.#starts.keys()].sort(
      (a, b) => this.#starts[a]! - this.#starts[b]! || this.#ends[b]! - this.#ends[a]!,
    );
  }

  #textOf(i: number, text: string): string {
    const length = this.#ends[i]! - this.#starts[i]!;
    const replacement = this.#texts[i]!;
    return replacement === null
      ? text.slice(this.#starts[i]!, this.#ends[i]!).replace(/[^\r\n]/g, ' ')
      : replacement.padEnd(length).slice(0, length);
  }
}
