import { wordsOf } from './compose';
import type { Need } from './contracts';
import { type Context, contractsAround, invariantsOf } from './evidence';
import { functionAround } from './items';
import { findOperations, type Operation, targetType } from './operations';
import { keepingOf, nameOfType } from './pointers';
import { proveNeed } from './prove';
import { ancestors, type RustNode } from './syntax';

/** What a written comment claims and the file does not bear out. */
export interface Contradiction {
  /** What is wrong, for the finding. */
  readonly message: string;
  /** Sentences that would mend it, to be appended; empty when the comment is wrong and not just short. */
  readonly missing: string;
}

type CallOperation = Extract<Operation, { kind: 'call' }>;

/**
 * Compares the words of a SAFETY comment with the file. Only claims that name what they rest on are judged: an argument
 * in prose is left to its readers.
 */
export function contradictionsOf(block: RustNode, words: string, context: Context): Contradiction[] {
  return [
    counterMismatch(block, words, context),
    strangeSelf(block, words, context),
    strangeInvariants(block, words, context),
    strangeCaller(block, words, context),
    strangeLayout(block, words, context),
  ].flatMap(found => (found ? [found] : []));
}

/** `mm_users` is needed, and the comment speaks of `mm_count`. */
function counterMismatch(block: RustNode, words: string, context: Context): Contradiction | null {
  const ofCount = /\bmm_count\b|\bmmgrab\b/.exec(words);
  if (!ofCount || /\bmm_users\b|\bmmget\b|\bMmWithUser\b|\busers\b/.test(words)) return null;
  for (const operation of findOperations(block, context.text, context.items)) {
    const need = operation.kind === 'call' ? operation.needs?.find(isUsers) : undefined;
    if (!need || operation.kind !== 'call') continue;
    return {
      message: `\`${operation.name}\` needs \`mm_users\` above zero, and the comment speaks of \`${ofCount[0]}\` only`,
      missing: wordsOf(proveNeed(need, operation as CallOperation, context)),
    };
  }
  return null;
}

const isUsers = (need: Need): boolean => need.need === 'users';

/** `self` is said to be a reference where it is none. */
function strangeSelf(block: RustNode, words: string, { items }: Context): Contradiction | null {
  if (!/\b`?self`? is (?:an? )?(?:valid |shared |exclusive )*reference\b/.test(words)) return null;
  const around = functionAround(block, items);
  if (!around || isInClosure(block) || (around.self && around.self.kind !== 'value')) return null;
  const why = around.self ? 'takes `self` by value' : 'has no `self`';
  return { message: `the comment says that \`self\` is a reference, but \`${around.name}\` ${why}`, missing: '' };
}

/** A closure may have a `self` of its making; a comment may mean that. */
function isInClosure(block: RustNode): boolean {
  for (const { type } of ancestors(block)) {
    if (type === 'closure_expression' || type === 'token_tree') return true;
    if (type === 'function_item') return false;
  }
  return false;
}

/** The comment rests on the invariants of the type around it, which states none. */
function strangeInvariants(block: RustNode, words: string, context: Context): Contradiction | null {
  if (!/\b(?:by|due to|thanks to) (?:the |its )?type(?:'s)? invariants?\b(?! (?:of|on) )/i.test(words)) return null;
  const around = functionAround(block, context.items);
  const type = around?.owner && context.items.types.get(around.owner);
  if (!around || !type || invariantsOf(type.name, context).length > 0) return null;
  // The invariants of a field's type or of a parameter's may be meant.
  // C structs state none.
  const others = [...type.fields, ...around.params]
    .map(({ type: other }) => nameOfType(other))
    .filter(other => /^[A-Z]/.test(other));
  if (others.some(other => invariantsOf(other, context).length > 0 || !context.items.types.has(other))) return null;
  return { message: `the comment rests on type invariants, but \`${type.name}\` states none`, missing: '' };
}

/** The comment rests on what callers promise, but a safe function asks nothing of them. */
function strangeCaller(block: RustNode, words: string, context: Context): Contradiction | null {
  const claim =
    /\b(?:safety (?:requirements?|contract|conditions?)|requirements) of this (?:function|method)\b|\b[Cc]allers? (?:guarantees?|promises?)\b/.exec(
      words,
    );
  if (!claim) return null;
  const around = functionAround(block, context.items);
  if (!around || isUnsafeAround(block, context) || contractsAround(block, context).length > 0) return null;
  return {
    message: `the comment rests on a promise of the caller, but \`${around.name}\` is a safe function, which asks for none`,
    missing: '',
  };
}

function isUnsafeAround(block: RustNode, { items }: Context): boolean {
  for (const parent of ancestors(block)) {
    if (parent.type === 'token_tree' || items.byNode.get(parent)?.isUnsafe) return true;
  }
  return false;
}

/** A layout is said to be that of a transparent wrapper, and the type is none. */
function strangeLayout(block: RustNode, words: string, context: Context): Contradiction | null {
  if (!/\brepr\(transparent\)/.test(words)) return null;
  const target = targetType(block, context.text, context.items);
  const item = context.items.types.get(nameOfType(target));
  if (!item || item.transparent || keepingOf(target) === 'value') return null;
  // Another type that the comment names may be the transparent one.
  const named = [...words.matchAll(/`(\w+)`/g)].some(([, name]) => context.items.types.get(name!)?.transparent);
  return named
    ? null
    : { message: `the comment rests on \`repr(transparent)\`, which \`${item.name}\` does not have`, missing: '' };
}
