import type { RustToken } from '../../syntax/rust-tokens';
import type { Span } from '../../text';
import type { Place } from './place';

/** One variable of a function: names may be bound again and again, each time a new variable. */
export interface Binding {
  readonly kind: 'parameter' | 'variable';
  /** The name where it is bound. */
  readonly span: Span;
  /** What it, or the pattern that it stands in, is bound to. */
  readonly value: Span | null;
  /** The type as declared. */
  readonly type: Span | null;
}

/** The variables of a function that share a name, and which of them a place means. */
export interface Bindings {
  readonly meant: Binding | null;
  /** In the order of the text. */
  readonly all: readonly Binding[];
}

/** Resolves a name by the scopes of its function; nothing is meant where the name is a field or an item. */
export function findBindings(tokens: readonly RustToken[], place: Place): Bindings {
  if (place.role !== 'name' || place.qualifier !== null || place.fnStart < 0) return { meant: null, all: [] };
  const walk = new ScopeWalk(tokens, place);
  const meant = walk.run();
  return { meant, all: walk.all };
}

/** A `let` or a condition whose name is not visible yet: its own initialiser still means the older one. */
interface Pending {
  readonly binding: Binding;
  readonly depth: number;
  readonly until: ';' | '{';
}

/** Patterns and initialisers are read this far. */
const PATTERN_LIMIT = 80;

class ScopeWalk {
  readonly all: Binding[] = [];
  readonly #scopes: Binding[][] = [[]];
  #pending: Pending[] = [];
  #meant: Binding | null = null;
  #isInBody = false;

  constructor(
    readonly tokens: readonly RustToken[],
    readonly place: Place,
  ) {}

  run(): Binding | null {
    for (let at = this.place.fnStart + 1; at < this.tokens.length; at++) {
      if (at === this.place.index) this.#meant = this.#visible();
      const { text, kind } = this.tokens[at]!;
      if (kind === 'word') this.#word(at);
      else if (kind === 'punctuation' && this.#punctuation(at, text)) break;
    }
    return this.all.find(({ span }) => span.start === this.place.span.start) ?? this.#meant;
  }

  #visible(): Binding | null {
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      const found = this.#scopes[depth]!.at(-1);
      if (found) return found;
    }
    return null;
  }

  #word(at: number): void {
    const { text } = this.tokens[at]!;
    if (text === 'let') this.#let(at);
    else if (text === this.place.word && this.#isParameter(at))
      this.#bind({ kind: 'parameter', span: this.tokens[at]!, value: null, type: this.#typeFrom(at + 2) }, 0);
  }

  /** True at the end of the function. */
  #punctuation(at: number, text: string): boolean {
    const depth = this.#scopes.length;
    if (text === '{' || text === '(' || text === '[') {
      const scope: Binding[] = [];
      if (text === '{') {
        this.#isInBody = true;
        scope.push(...this.#settle('{', depth));
      }
      this.#scopes.push(scope);
    } else if (text === '}' || text === ')' || text === ']') {
      this.#pending = this.#pending.filter(pending => pending.depth < depth);
      if (this.#scopes.length > 1) this.#scopes.pop();
      return text === '}' && this.#scopes.length === 1;
    } else if (text === ';') {
      this.#scopes[depth - 1]!.push(...this.#settle(';', depth));
      return depth === 1;
    } else if (text === '=>') this.#arm(at);
    else if (text === '|') this.#closure(at);
    return false;
  }

  /** What becomes visible here. */
  #settle(until: Pending['until'], depth: number): Binding[] {
    const ready = this.#pending.filter(pending => pending.depth === depth && pending.until === until);
    this.#pending = this.#pending.filter(pending => !ready.includes(pending));
    return ready.map(({ binding }) => binding);
  }

  #let(at: number): void {
    const depth = this.#scopes.length;
    const limit = Math.min(this.tokens.length, at + PATTERN_LIMIT);
    let nested = 0;
    let name = -1;
    let colon = -1;
    let end = at + 1;
    for (; end < limit; end++) {
      const { text, kind } = this.tokens[end]!;
      if (nested === 0 && (text === '=' || text === ';')) break;
      if (nested === 0 && text === ':') colon = end;
      if (/^[([{]$/.test(text)) nested++;
      else if (/^[)\]}]$/.test(text)) nested--;
      else if (kind === 'word' && text === this.place.word && colon < 0 && this.#binds(end)) name = end;
    }
    if (name < 0) return;
    const before = this.tokens[at - 1]?.text ?? '';
    const isCondition = before === 'if' || before === 'while' || before === '&';
    const binding: Binding = {
      kind: 'variable',
      span: this.tokens[name]!,
      value: this.tokens[end]?.text === '=' ? this.#valueFrom(end + 1, isCondition ? '{' : ';') : null,
      type: colon < 0 ? null : this.#typeFrom(colon + 1),
    };
    this.all.push(binding);
    this.#pending.push({ binding, depth, until: isCondition ? '{' : ';' });
  }

  /** `Some(mm) => …`: the name is visible to the end of the enclosing block, or to the arm that binds it again. */
  #arm(at: number): void {
    for (let back = at - 1; back > Math.max(0, at - PATTERN_LIMIT); back--) {
      const { text, kind } = this.tokens[back]!;
      if (text === '{' || text === '}' || text === ',' || text === '=>' || text === 'if') return;
      if (kind === 'word' && text === this.place.word && this.#binds(back)) {
        this.#bind({ kind: 'variable', span: this.tokens[back]!, value: null, type: null }, this.#scopes.length - 1);
        return;
      }
    }
  }

  /** `|mm| …`: visible to the end of the call that the closure is given to. */
  #closure(at: number): void {
    if (!/^(?:[(,=]|move)$/.test(this.tokens[at - 1]?.text ?? '')) return;
    for (let end = at + 1; end < Math.min(this.tokens.length, at + PATTERN_LIMIT); end++) {
      const { text, kind } = this.tokens[end]!;
      if (text === '|') return;
      if (kind === 'word' && text === this.place.word && this.#binds(end)) {
        this.#bind({ kind: 'parameter', span: this.tokens[end]!, value: null, type: null }, this.#scopes.length - 1);
        return;
      }
    }
  }

  #bind(binding: Binding, scope: number): void {
    this.all.push(binding);
    this.#scopes[scope]!.push(binding);
  }

  /** A name in a pattern that is bound, and not a path or a constructor. */
  #binds(at: number): boolean {
    return (
      !/^(?:::|[({!])$/.test(this.tokens[at + 1]?.text ?? '') && !/^(?:::|\.)$/.test(this.tokens[at - 1]?.text ?? '')
    );
  }

  /** `mm: &Mm` in the list of the function's own parameters, which is the first bracket behind its name. */
  #isParameter(at: number): boolean {
    return (
      this.#scopes.length === 2 &&
      !this.#isInBody &&
      this.tokens[at + 1]?.text === ':' &&
      /^(?:[(,\]]|mut)$/.test(this.tokens[at - 1]?.text ?? '')
    );
  }

  #typeFrom(at: number): Span | null {
    return this.#spanFrom(at, /^(?:[,;=)\]}|{])$/);
  }

  #valueFrom(at: number, end: ';' | '{'): Span | null {
    return this.#spanFrom(at, end === ';' ? /^;$/ : /^[{;]$/);
  }

  /** From a token to before the first that matches, outside brackets. */
  #spanFrom(at: number, end: RegExp): Span | null {
    let nested = 0;
    let last = at;
    for (; last < Math.min(this.tokens.length, at + PATTERN_LIMIT); last++) {
      const { text } = this.tokens[last]!;
      if (nested === 0 && end.test(text)) break;
      if (/^[<([{]$/.test(text)) nested++;
      else if (/^[>)\]}]$/.test(text)) nested--;
    }
    const first = this.tokens[at];
    return first && last > at ? { start: first.start, end: this.tokens[last - 1]!.end } : null;
  }
}
