import { newVariable, pathType, pointerTo, type RustType, referenceTo, UNIT } from './types';

/** No type that people write nests deeper; what does is left to inference. */
const MAX_DEPTH = 64;

/** Reads a type as Rust spells it. What it cannot read is a type to be inferred. */
export function parseType(text: string): RustType {
  return new TypeParser(tokenize(text)).type(0);
}

/** A table's or a source's parameter list and result: `(&self, addr: usize) -> Option<&VmaRef>`. */
export function parseSignatureText(text: string): { readonly params: readonly ParamText[]; readonly result: RustType } {
  const parser = new TypeParser(tokenize(text));
  return { params: parser.params(), result: parser.result(0) };
}

export interface ParamText {
  readonly name: string;
  readonly type: RustType;
}

function tokenize(text: string): string[] {
  return text.match(/'\w+|\w+|->|::|\S/g) ?? [];
}

class TypeParser {
  #at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  type(depth: number): RustType {
    if (depth > MAX_DEPTH) return this.#giveUp();
    if (this.#take('&')) {
      this.#lifetime();
      const mutable = this.#take('mut');
      return referenceTo(this.type(depth + 1), mutable);
    }
    if (this.#take('*')) {
      const mutable = this.#take('mut');
      if (!mutable) this.#take('const');
      return pointerTo(this.type(depth + 1), mutable);
    }
    if (this.#take('(')) return this.#tuple(depth);
    if (this.#take('[')) {
      const item = this.type(depth + 1);
      this.#skipTo(']');
      return pathType('[]', [item]);
    }
    if (this.#take('impl') || this.#take('dyn')) return this.#bounds(depth);
    this.#take('unsafe');
    if (this.#take('extern') && this.#take('"')) this.#skipTo('"');
    if (this.#take('_')) return newVariable();
    return this.#path(depth);
  }

  /** The list between parentheses, with `self` in its forms as a parameter of its own name. */
  params(): ParamText[] {
    const params: ParamText[] = [];
    this.#take('(');
    while (this.#peek() !== undefined && !this.#take(')')) {
      params.push(this.#param());
      this.#take(',');
    }
    return params;
  }

  result(depth: number): RustType {
    return this.#take('->') ? this.type(depth + 1) : UNIT;
  }

  /** Leaves nothing to read, so that every loop ends. */
  #giveUp(): RustType {
    this.#at = this.tokens.length;
    return newVariable();
  }

  #param(): ParamText {
    const reference = this.#take('&');
    if (reference) this.#lifetime();
    const mutable = this.#take('mut');
    const name = this.tokens[this.#at++] ?? '';
    if (this.#take(':')) return { name, type: this.type(0) };
    const self = pathType('Self');
    return { name, type: reference ? referenceTo(self, mutable) : self };
  }

  #tuple(depth: number): RustType {
    const items: RustType[] = [];
    let comma = false;
    while (this.#peek() !== undefined && !this.#take(')')) {
      items.push(this.type(depth + 1));
      comma = this.#take(',');
      if (!comma && this.#peek() !== ')') this.#at++;
    }
    return items.length === 1 && !comma ? items[0]! : { kind: 'tuple', items };
  }

  /** `impl Deref<Target = Mm>`, `impl FnOnce(T) -> U`, `impl PinInit<Self>`. */
  #bounds(depth: number): RustType {
    const start = this.#at;
    const first = this.#path(depth);
    if (first.kind === 'function') return first;
    while (this.#take('+')) if (!this.#lifetime()) this.#path(depth);
    const target = this.tokens.slice(start, this.#at).indexOf('Target');
    const text = `impl ${this.tokens.slice(start, this.#at).join('')}`;
    if (target < 0) return { kind: 'opaque', text, target: null };
    const inner = new TypeParser(this.tokens.slice(start + target + 2, this.#at));
    return { kind: 'opaque', text, target: inner.type(depth + 1) };
  }

  #path(depth: number): RustType {
    if (depth > MAX_DEPTH) return this.#giveUp();
    let qualifier: string | null = null;
    if (this.#peek() === '<') {
      this.#skipAngles();
      this.#take('::');
    }
    let name = '';
    let args: RustType[] = [];
    let lifetimes = 0;
    do {
      const word = this.#peek();
      if (word === undefined || !/^\w/.test(word)) break;
      this.#at++;
      if (word === 'bindings' || word === 'Self') qualifier = word;
      name = word;
      if (this.#peek() === '::' && this.#next(1) === '<') this.#at++;
      if (/^Fn(?:Once|Mut)?$|^fn$/.test(word) && this.#take('(')) return this.#function(depth);
      if (this.#take('<')) [args, lifetimes] = this.#args(depth);
      else [args, lifetimes] = [[], 0];
    } while (this.#take('::'));
    if (name === '') {
      this.#at++;
      return newVariable();
    }
    return pathType(qualifier && qualifier !== name ? `${qualifier}::${name}` : name, args, lifetimes);
  }

  #function(depth: number): RustType {
    const params = this.#tuple(depth);
    const list = params.kind === 'tuple' ? params.items : [params];
    return { kind: 'function', params: list, result: this.result(depth) };
  }

  #args(depth: number): [RustType[], number] {
    const args: RustType[] = [];
    let lifetimes = 0;
    while (this.#peek() !== undefined && !this.#take('>')) {
      if (this.#lifetime()) lifetimes++;
      else if (this.#next(1) === '=') {
        this.#at += 2;
        this.type(depth + 1);
      } else args.push(this.type(depth + 1));
      this.#take(',');
    }
    return [args, lifetimes];
  }

  #lifetime(): boolean {
    if (!this.#peek()?.startsWith("'")) return false;
    this.#at++;
    return true;
  }

  #skipTo(close: string): void {
    while (this.#peek() !== undefined && !this.#take(close)) this.#at++;
  }

  #skipAngles(): void {
    let depth = 0;
    while (this.#peek() !== undefined) {
      const token = this.tokens[this.#at++];
      if (token === '<') depth++;
      else if (token === '>' && --depth === 0) return;
    }
  }

  #peek(): string | undefined {
    return this.tokens[this.#at];
  }

  #next(by: number): string | undefined {
    return this.tokens[this.#at + by];
  }

  #take(token: string): boolean {
    if (this.tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}
