import { isInFirstColumn } from './brackets';
import { type Declarator, findSpecifiers, readDeclarator } from './declarators';
import { Kind, type Tokens } from './scanner';
import { Role } from './words';

/** The token indices of a function's definition. */
export interface FoundFunction {
  /** The first token of the specifiers. */
  readonly first: number;
  readonly declarator: Declarator;
  /** The name that callers use: an argument of the macro when `form` says so. */
  readonly name: number;
  /** How its header is spelled: as C, or by a macro whose arguments are declarations or pairs of type and name. */
  readonly form: 'plain' | 'macro' | 'paired';
  readonly body: number;
  readonly last: number;
}

/** A declaration or definition that carries annotations, as token indices. */
export interface AnnotatedHeader {
  readonly name: number;
  readonly from: number;
  readonly end: number;
}

export interface Declarations {
  readonly functions: readonly FoundFunction[];
  readonly annotated: readonly AnnotatedHeader[];
  /** The words `DEFINE_FREE`, `DEFINE_GUARD`, … of the definitions at file level. */
  readonly cleanups: readonly number[];
}

/** Walks the file level of a text, over bodies and parentheses as wholes: linear in the number of tokens. */
export function findDeclarations(tokens: Tokens, partners: Int32Array): Declarations {
  return new DeclarationFinder(tokens, partners).run();
}

/** Macros that define a function named by their second argument: the first is a test fixture. */
const NAMED_BY_SECOND = /^X?TEST_F/;
/** Macros whose arguments after the name are types and names in turn. */
const PAIRED = /(?:SYSCALL\w*_DEFINE\w*|BPF_CALL_)\d$/;
/** A K&R definition declares its parameters within this many tokens. */
const MAX_OLD_STYLE_TOKENS = 200;

class DeclarationFinder {
  readonly #functions: FoundFunction[] = [];
  readonly #annotated: AnnotatedHeader[] = [];
  readonly #cleanups: number[] = [];
  /** The first token of the declaration that is being read. */
  #from = 0;
  #hasAnnotation = false;
  #hasInitialiser = false;
  /** A function whose body has no end; it ends before the next function. */
  #unclosed: FoundFunction | null = null;

  constructor(
    readonly tokens: Tokens,
    readonly partners: Int32Array,
  ) {}

  run(): Declarations {
    const { count } = this.tokens;
    for (let i = 0; i < count; ) i = this.#step(i);
    this.#endUnclosed(count - 1);
    return { functions: this.#functions, annotated: this.#annotated, cleanups: this.#cleanups };
  }

  /** Reads the token `i` and returns the next one to read. */
  #step(i: number): number {
    switch (this.tokens.kinds[i]) {
      case Kind.Word:
        return this.#word(i);
      case Kind.OpenParen:
      case Kind.OpenBracket:
        return this.#after(i);
      case Kind.Equals:
        this.#hasInitialiser = true;
        return i + 1;
      case Kind.Semicolon:
        if (this.#hasAnnotation) this.#recordAnnotations(readDeclarator(this.tokens, this.partners, this.#from, i), i);
        return this.#begin(i + 1);
      case Kind.OpenBrace:
        return this.#brace(i);
      case Kind.CloseBrace:
      case Kind.Directive:
        return this.#begin(i + 1);
      default:
        return i + 1;
    }
  }

  #begin(i: number): number {
    this.#from = i;
    this.#hasAnnotation = false;
    this.#hasInitialiser = false;
    return i;
  }

  /** The token after the bracket `i` and its contents. */
  #after(i: number): number {
    return Math.max(this.partners[i]!, i) + 1;
  }

  #word(i: number): number {
    switch (this.tokens.roles[i]) {
      case Role.Contract:
      case Role.Noreturn:
      case Role.Attribute:
        this.#hasAnnotation = true;
        break;
      case Role.DefineCleanup:
        if (this.tokens.kinds[i + 1] === Kind.OpenParen && this.partners[i + 1]! > 0 && !this.#unclosed)
          this.#cleanups.push(i);
        break;
    }
    return i + 1;
  }

  #brace(i: number): number {
    const { kinds, roles } = this.tokens;
    const isLinkage = kinds[i - 1] === Kind.Literal && kinds[i - 2] === Kind.Word && roles[i - 2] === Role.Storage;
    if (isLinkage) return this.#begin(i + 1);
    const declarator = this.#mayBeFunction(i) ? this.#readFunction(i) : null;
    if (!declarator) return this.#after(i);
    this.#recordFunction(declarator, i);
    return this.#begin(this.#after(i));
  }

  #mayBeFunction(brace: number): boolean {
    if (this.#unclosed || this.#hasInitialiser) return isInFirstColumn(this.tokens, brace);
    return true;
  }

  #readFunction(brace: number): Declarator | null {
    const plain = readDeclarator(this.tokens, this.partners, this.#from, brace);
    return (
      plain ??
      (this.#from === brace && this.tokens.kinds[brace - 1] === Kind.Semicolon ? this.#readOldStyle(brace) : null)
    );
  }

  /** `int f(a, b) int a; char *b; {`: the declarations of the parameters stand between. */
  #readOldStyle(brace: number): Declarator | null {
    const { kinds } = this.tokens;
    const limit = Math.max(0, brace - MAX_OLD_STYLE_TOKENS);
    let at = brace - 1;
    for (; at > limit; at--) {
      if (kinds[at] === Kind.CloseBrace || kinds[at] === Kind.Directive) return null;
      if (kinds[at] === Kind.CloseParen && kinds[at + 1] === Kind.Word) break;
    }
    const declarator = at > limit ? readDeclarator(this.tokens, this.partners, limit, at + 1) : null;
    if (!declarator) return null;
    for (let i = declarator.open + 1; i < declarator.close; i++) {
      if (kinds[i] !== Kind.Word && kinds[i] !== Kind.Comma) return null;
    }
    this.#from = limit;
    return declarator;
  }

  #recordFunction(declarator: Declarator, body: number): void {
    const { tokens, partners } = this;
    const first = findSpecifiers(tokens, partners, this.#from, declarator);
    const form = this.#formOf(declarator, first);
    if (!this.#definesFunction(form, declarator, first, body)) return;
    const found: FoundFunction = {
      first,
      declarator,
      name: form === 'plain' ? declarator.name : this.#nameArgument(declarator),
      form,
      body,
      last: partners[body]!,
    };
    this.#endUnclosed(found.first - 1);
    if (this.#hasAnnotation) this.#recordAnnotations({ ...declarator, name: found.name }, body);
    if (found.last < 0) this.#unclosed = found;
    else this.#functions.push(found);
  }

  #endUnclosed(last: number): void {
    if (this.#unclosed) this.#functions.push({ ...this.#unclosed, last: Math.max(last, this.#unclosed.body) });
    this.#unclosed = null;
  }

  /** A macro defines the function when it stands where a declarator does and its first argument is a lone name. */
  #formOf(declarator: Declarator, first: number): FoundFunction['form'] {
    const { kinds, roles, starts, ends, text } = this.tokens;
    const { open, name } = declarator;
    const argument = open + 1;
    const isLone =
      (kinds[argument] === Kind.Number || (kinds[argument] === Kind.Word && roles[argument] === Role.None)) &&
      (kinds[argument + 1] === Kind.Comma || kinds[argument + 1] === Kind.CloseParen);
    if (!isLone) return 'plain';
    const word = text.slice(starts[name]!, ends[name]!);
    if (PAIRED.test(word)) return 'paired';
    return first === name || /^[A-Z][A-Z0-9_]*$/.test(word) ? 'macro' : 'plain';
  }

  /** A name without a type is a macro's; what such a macro heads is data if a `;` follows the block. */
  #definesFunction(form: FoundFunction['form'], declarator: Declarator, first: number, body: number): boolean {
    if (form === 'plain') return first < declarator.first;
    return form === 'paired' || this.tokens.kinds[this.#after(body)] !== Kind.Semicolon;
  }

  #nameArgument({ name, open }: Declarator): number {
    const { kinds, starts, ends, text } = this.tokens;
    const bySecond = NAMED_BY_SECOND.test(text.slice(starts[name]!, ends[name]!));
    return bySecond && kinds[open + 2] === Kind.Comma && kinds[open + 3] === Kind.Word ? open + 3 : open + 1;
  }

  #recordAnnotations(declarator: Declarator | null, end: number): void {
    if (declarator) this.#annotated.push({ name: declarator.name, from: this.#from, end });
  }
}
