import { ANY, type Mask, NEG, NONZERO, type Operand, POS, type Type, ZERO } from '../../ir/ir';
import { operand } from '../../ir/operand';
import type { CleanupDefinition } from '../../syntax/contracts';
import type { Span } from '../../text';
import { CONDITIONAL_GUARDS, FREES, GUARDS } from './idioms';

/** A call in a definition: `mmput(_T)`. */
export interface CallTemplate {
  readonly callee: string;
  readonly args: readonly string[];
}

/** Calls made one after the other if the guarded value is in `when`. */
export interface Steps {
  readonly when: Mask;
  readonly calls: readonly CallTemplate[];
}

export interface Guard {
  readonly take: CallTemplate;
  /** The results of `take` that mean success; `ANY` for a guard that cannot fail. */
  readonly taken: Mask;
  readonly release: Steps;
}

export interface Class {
  readonly type: Type;
  readonly init: CallTemplate;
  readonly parameters: readonly string[];
  readonly release: Steps;
}

/** What the clean-up helpers of linux/cleanup.h do, by name: as the file defines them, else as the kernel does. */
export class Cleanups {
  constructor(readonly definitions: readonly CleanupDefinition[]) {}

  free(name: string): Steps | null {
    return readSteps(this.#argsOf(/^DEFINE_FREE$/, name)?.[2] ?? FREES.get(name));
  }

  guard(name: string): Guard | null {
    const conditional = this.#conditional(name);
    const known = this.#plainGuard(conditional?.guard ?? name);
    if (!known || !conditional) return known;
    const [, call, , compared] = /^(.*?)(==(0))?$/.exec(conditional.take.replace(/\s+/g, '')) ?? [];
    const take = readCall(call);
    return take && { take, taken: compared === '0' ? ZERO : NONZERO, release: known.release };
  }

  class(name: string): Class | null {
    const [, type, exit, init, ...parameters] = this.#argsOf(/^DEFINE_CLASS$/, name) ?? [];
    const [release, call] = [readSteps(exit), readCall(init)];
    if (!type || !release || !call) return null;
    const names = parameters.map(text => /\w+(?=\s*$)/.exec(text)?.[0] ?? '');
    return { type: readType(type), init: call, parameters: names, release };
  }

  #plainGuard(name: string): Guard | null {
    const [, , first, second] = this.#argsOf(/^DEFINE_(GUARD|LOCK_GUARD_1)$/, name) ?? [];
    const [, lock, unlock] = this.#argsOf(/^DEFINE_LOCK_GUARD_0$/, name) ?? [];
    const builtIn = GUARDS.get(name);
    const take = readCall(first ?? lock ?? builtIn?.take);
    const release = readSteps(second ?? unlock ?? builtIn?.release);
    return take && release && { take, taken: ANY, release };
  }

  #conditional(name: string): { readonly guard: string; readonly take: string } | null {
    for (const { macro, args } of this.definitions) {
      const [guard, extension, take] = args.map(arg => arg.text);
      const isIt = /^DEFINE_(GUARD|LOCK_GUARD_1)_COND$/.test(macro) && `${guard}${extension}` === name;
      if (isIt && guard && take) return { guard, take };
    }
    return CONDITIONAL_GUARDS.get(name) ?? null;
  }

  #argsOf(macro: RegExp, name: string): readonly string[] | null {
    const isIt = (known: CleanupDefinition): boolean => macro.test(known.macro) && known.args[0]?.text === name;
    return this.definitions.find(isIt)?.args.map(arg => arg.text) ?? null;
  }
}

/** The value of an argument of a template, in which `names` (such as `_T`) stand for operands. */
export function fillTemplate(text: string, names: ReadonlyMap<string, Operand>, span: Span): Operand {
  const [, address, star, name = '', path = ''] = /^(&?)(\*?)(\w+)((?:(?:->|\.)\w+)*)$/.exec(text) ?? [];
  if (/^(\d+|[A-Z][A-Z0-9_]*)$/.test(name) && !path) return operand.constant(name === 'NULL' ? '0' : name);
  let value = names.get(name);
  if (!value) return operand.unknown(span.start);
  for (const [, link, field = ''] of path.matchAll(/(->|\.)(\w+)/g))
    value = link === '->' ? operand.field(value, field, span) : operand.member(value, field, span);
  if (star) value = operand.dereference(value, span);
  return address ? operand.address(value) : value;
}

/** `struct file *` as text. */
function readType(text: string): Type {
  const pointers = text.split('*').length - 1;
  const [, record, name = ''] = /\b(struct\s+|union\s+)?(\w+)[\s*]*$/.exec(text) ?? [];
  return { name, pointers, array: false, aggregate: record !== undefined && pointers === 0 };
}

/** Conditions that clean-up bodies test, without spaces. */
const TESTS: ReadonlyMap<string, Mask> = new Map([
  ['_T', NONZERO],
  ['!IS_ERR_OR_NULL(_T)', POS],
  ['!IS_ERR(_T)', POS | ZERO],
  ['_T&&!IS_ERR(_T)', POS],
  ['!IS_ERR(_T)&&_T', POS],
  ['_T>=0', POS | ZERO],
  ['_T>0', POS],
  ['_T<0', NEG],
]);

/** Reads `if (_T) put(_T)` or `a(_T); b(_T)`; null when it is anything else. */
function readSteps(text: string | undefined): Steps | null {
  let rest = text?.replace(/\s+/g, '') ?? '';
  let when: Mask = ANY;
  if (rest.startsWith('if(')) {
    const close = closingParenthesis(rest, 2);
    const test = TESTS.get(rest.slice(3, close));
    if (close < 0 || test === undefined) return null;
    when = test;
    rest = rest.slice(close + 1);
  }
  const calls = rest
    .replace(/^\{|\}$/g, '')
    .split(';')
    .filter(Boolean)
    .map(readCall);
  return calls.length > 0 && calls.every(call => call !== null) ? { when, calls } : null;
}

function readCall(text: string | undefined): CallTemplate | null {
  // A lock guard keeps the lock's address in a struct of its own: `_T->lock` is what it was given.
  const call = (text ?? '').replace(/\s+/g, '').replace(/\b_T->lock\b/g, '_T');
  const [, callee] = /^(\w+)\(/.exec(call) ?? [];
  if (!callee || closingParenthesis(call, callee.length) !== call.length - 1) return null;
  return { callee, args: splitArguments(call.slice(callee.length + 1, -1)) };
}

function splitArguments(text: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      args.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return text === '' ? args : [...args, text.slice(start)];
}

/** Index of the parenthesis that closes the one at `open`, or -1. */
function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
}
