import type { Rewrites } from './rewrites';
import { Directive, Kind, type Tokens } from './scanner';
import { Role } from './words';

/**
 * Decides every `#if` group. A group whose arms are whole statements or declarations stays: lowering makes a branch of
 * it. Where an arm is only a part (of an expression, of an `if`/`else`, of a block), the grammar could not read it:
 * the first arm stays, the others and the directives become blanks. What no configuration compiles (`#if 0`) goes.
 * Removes the tokens that were blanked.
 */
export function resolveConditionals(tokens: Tokens, rewrites: Rewrites): void {
  const dropped = new Conditionals(tokens, rewrites).run();
  if (dropped.length > 0) removeTokens(tokens, dropped);
}

/** How the tokens of one arm stand to its surroundings. */
interface Arm {
  /** The directive that opens it. */
  readonly directive: number;
  /** Its first and last tokens that are no directives; -1 when it has none. */
  first: number;
  last: number;
  /** Braces and parentheses opened less closed, and the least of either on the way. */
  braces: number;
  parens: number;
  lowest: number;
}

interface Group {
  readonly arms: Arm[];
  /** The token before the group that is no directive, or -1. */
  readonly before: number;
}

class Conditionals {
  readonly #groups: Group[] = [];
  /** Half-open ranges of tokens, which may nest. */
  readonly #dropped: number[] = [];
  #last = -1;
  #depth = 0;

  constructor(
    readonly tokens: Tokens,
    readonly rewrites: Rewrites,
  ) {}

  /** Returns the ranges of tokens that were blanked: start, end, start, end, … */
  run(): readonly number[] {
    const { kinds, roles, count } = this.tokens;
    let arm: Arm | undefined;
    for (let i = 0; i < count; i++) {
      const kind = kinds[i]!;
      if (kind === Kind.Directive) {
        if (roles[i] !== Directive.Other) arm = this.#directive(i, roles[i]!);
        continue;
      }
      this.#last = i;
      if (arm) {
        if (arm.first < 0) arm.first = i;
        arm.last = i;
      }
      if (kind === Kind.OpenBrace) {
        this.#depth++;
        if (arm) arm.braces++;
      } else if (kind === Kind.CloseBrace) {
        this.#depth--;
        if (arm) arm.lowest = Math.min(arm.lowest, --arm.braces);
      } else if (arm && kind === Kind.OpenParen) arm.parens++;
      else if (arm && kind === Kind.CloseParen) arm.lowest = Math.min(arm.lowest, --arm.parens);
    }
    for (const group of this.#groups) for (const open of group.arms) this.#drop(open.directive);
    return this.#dropped;
  }

  /** Returns the arm that the tokens after this directive belong to. */
  #directive(at: number, directive: Directive): Arm | undefined {
    const group = this.#groups.at(-1);
    if (directive === Directive.If) {
      const opened = { arms: [openArm(at)], before: this.#last };
      this.#groups.push(opened);
      return opened.arms[0];
    }
    if (!group) {
      this.#drop(at);
      return undefined;
    }
    if (directive === Directive.Else) {
      this.#depth -= group.arms.at(-1)!.braces;
      this.#last = group.before;
      group.arms.push(openArm(at));
      return group.arms.at(-1);
    }
    this.#groups.pop();
    return this.#close(group, at);
  }

  #close(group: Group, endif: number): Arm | undefined {
    const { arms } = group;
    this.#depth -= arms.at(-1)!.braces;
    const constant = this.#constantOf(arms[0]!);
    const chosen = constant === '0' ? 1 : 0;
    const collapses = constant !== null || arms.some(arm => !this.#isWhole(group, arm, endif));
    if (collapses) {
      arms.forEach((arm, i) => {
        this.#drop(arm.directive);
        if (i !== chosen) this.#dropBetween(arm.directive, arms[i + 1]?.directive ?? endif);
      });
      this.#drop(endif);
    }
    const kept = arms[collapses ? chosen : arms.length - 1];
    this.#last = kept && kept.last >= 0 ? kept.last : group.before;
    this.#depth += kept?.braces ?? 0;
    const outer = this.#groups.at(-1)?.arms.at(-1);
    if (outer && kept) addTo(outer, kept);
    return outer;
  }

  /** `0` or `1` when the condition is that constant, else null. */
  #constantOf(arm: Arm): string | null {
    const { text, starts, ends } = this.tokens;
    const start = starts[arm.directive]!;
    return (
      /^#[ \t]*if[ \t]+([01])\b[^&|=<>?]*$/.exec(text.slice(start, Math.min(ends[arm.directive]!, start + 80)))?.[1] ??
      null
    );
  }

  /** Does the arm hold whole statements or declarations, where such may stand? */
  #isWhole(group: Group, arm: Arm, endif: number): boolean {
    if (arm.braces !== 0 || arm.parens !== 0 || arm.lowest < 0) return false;
    if (arm.first < 0) return true;
    const isTopLevel = this.#depth <= 0;
    if (!this.#mayFollow(group.before, isTopLevel) || this.#isElse(arm.first) || this.#isElse(endif + 1)) return false;
    const { kinds } = this.tokens;
    const end = kinds[arm.last]!;
    if (end === Kind.CloseParen) return isTopLevel && kinds[endif + 1] !== Kind.OpenBrace;
    return end === Kind.Semicolon || end === Kind.CloseBrace || this.#endsCase(arm.last);
  }

  /** May a statement or a declaration follow the token `before`? */
  #mayFollow(before: number, isTopLevel: boolean): boolean {
    if (before < 0) return true;
    const kind = this.tokens.kinds[before]!;
    if (kind === Kind.Semicolon || kind === Kind.OpenBrace || kind === Kind.CloseBrace) return true;
    return (kind === Kind.CloseParen && isTopLevel) || this.#endsCase(before);
  }

  #isElse(token: number): boolean {
    const { kinds, roles, count } = this.tokens;
    return token < count && kinds[token] === Kind.Word && roles[token] === Role.Else;
  }

  /** Is it the `:` of `case X:` or `default:`? After one the grammar takes directives, after a label it does not. */
  #endsCase(colon: number): boolean {
    const { kinds, roles } = this.tokens;
    if (kinds[colon] !== Kind.Colon) return false;
    for (let i = colon - 1; i >= 0 && i > colon - MAX_CASE_TOKENS; i--) {
      const kind = kinds[i]!;
      if (kind === Kind.Word && (roles[i] === Role.Case || roles[i] === Role.Default)) return true;
      if (kind === Kind.Semicolon || kind === Kind.OpenBrace || kind === Kind.CloseBrace || kind === Kind.Directive)
        return false;
    }
    return false;
  }

  #drop(token: number): void {
    this.#dropped.push(token, token + 1);
    this.rewrites.blank(this.tokens.starts[token]!, this.tokens.ends[token]!);
  }

  #dropBetween(from: number, to: number): void {
    this.#dropped.push(from + 1, to);
    this.rewrites.blank(this.tokens.ends[from]!, this.tokens.starts[to]!);
  }
}

/** A case label of more tokens than this is no case label. */
const MAX_CASE_TOKENS = 32;

function openArm(directive: number): Arm {
  return { directive, first: -1, last: -1, braces: 0, parens: 0, lowest: 0 };
}

/** Adds what stays of a group to the arm around it. */
function addTo(outer: Arm, kept: Arm): void {
  if (outer.first < 0) outer.first = kept.first;
  if (kept.last >= 0) outer.last = kept.last;
  outer.lowest = Math.min(outer.lowest, Math.min(outer.braces, outer.parens) + kept.lowest);
  outer.braces += kept.braces;
  outer.parens += kept.parens;
}

function removeTokens(tokens: Tokens, ranges: readonly number[]): void {
  const { kinds, roles, starts, ends, count } = tokens;
  const nesting = new Int32Array(count + 1);
  for (let i = 0; i < ranges.length; i += 2) {
    nesting[ranges[i]!]!++;
    nesting[ranges[i + 1]!]!--;
  }
  let to = 0;
  let dropped = 0;
  for (let i = 0; i < count; i++) {
    dropped += nesting[i]!;
    if (dropped > 0) continue;
    kinds[to] = kinds[i]!;
    roles[to] = roles[i]!;
    starts[to] = starts[i]!;
    ends[to] = ends[i]!;
    to++;
  }
  // Look-ahead beyond the end must not find what was there before.
  kinds.fill(0, to, count);
  roles.fill(0, to, count);
  tokens.count = to;
}
