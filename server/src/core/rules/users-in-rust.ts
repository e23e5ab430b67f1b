import type { RustJudged } from '../rust/judged';
import { printType, type RustType, resolve } from '../rust/types';
import type { RustCall } from '../rust/value';
import type { Fix, Report } from './rule';
import { callsBefore, callsOf, spell, spellCall, takesReference } from './rust-calls';

/** What is done with an mm of which only the struct is kept, although it needs users. */
export function* checkUsersInRust(judged: RustJudged): Iterable<Report> {
  for (const call of callsOf(judged)) {
    const of = methodOnStruct(judged, call);
    if (of) {
      yield {
        span: call.receiverSpan ?? call.span,
        message: `\`mm_users\` of \`${spellReceiver(judged, call)}\` may be zero here, and \`${call.name}()\` needs it above zero: it is a method of \`${of.needs}\`, and \`${of.has}\` keeps only the struct`,
        trail: [],
        fixes: takeUsers(judged, call),
      };
      continue;
    }
    const claim = claimOfUsers(judged, call);
    if (claim && !callsBefore(judged, call).some(other => takesReference(judged, other, 'users')))
      yield { span: call.span, message: claim, trail: [], fixes: [] };
  }
}

/** A method that only a type with users has, called where `Deref` ends at the struct. */
function methodOnStruct(judged: RustJudged, call: RustCall): { readonly has: string; readonly needs: string } | null {
  if (call.item || call.binding !== null || !call.receiver) return null;
  const { items } = judged;
  for (const at of items.derefs(call.receiver.type)) {
    if (at.kind !== 'path' || items.type(at.name)?.handle !== 'count') continue;
    const over = items.typesOver(at.name).filter(({ handle }) => handle === 'users');
    const owner = over.find(({ name }) => items.function(`${name}::${call.name}`));
    if (owner) return { has: printType(call.receiver.type), needs: owner.name };
  }
  return null;
}

/** A pointer made of `&Mm` passed on where users are needed, and no call before that could have taken them. */
function claimOfUsers(judged: RustJudged, call: RustCall): string | null {
  const index = call.args.findIndex(({ backing, fromReference }) => backing === 'count' && fromReference);
  if (index < 0) return null;
  const why = 'the pointer is of an `Mm`, which keeps only the struct';
  if (call.item?.isUnsafe && judged.items.handleIn(call.item.result)?.handle === 'users' && makesReference(call))
    return `\`mm_users\` may be zero here, and \`${spellCall(judged, call)}\` claims that it is not: ${why}`;
  return null;
}

function makesReference({ item }: RustCall): boolean {
  return item !== null && resolve(item.result).kind === 'reference';
}

function spellReceiver(judged: RustJudged, { receiverSpan, span }: RustCall): string {
  return spell(judged, receiverSpan ?? span).replace(/\s+/g, '');
}

/** Takes users in a statement of their own before this one, where the receiver is a plain name or field. */
function takeUsers(judged: RustJudged, call: RustCall): Fix[] {
  const { text } = judged;
  const span = call.receiverSpan;
  const receiver = span && spell(judged, span);
  const otherwise = failureOf(judged.function.source.item.result);
  if (!span || !receiver || !/^[a-z_][\w.]*$/.test(receiver) || otherwise === null) return [];
  const line = text.lastIndexOf('\n', span.start) + 1;
  const [, indent] = /^(\s*)(?:let (?:mut )?\w+(?:: [^=]+)? = )?$/.exec(text.slice(line, span.start)) ?? [];
  if (indent === undefined) return [];
  const name = receiver.includes('.') ? receiver.slice(receiver.lastIndexOf('.') + 1) : receiver;
  if (name === 'self') return [];
  const guard = `let Some(${name}) = ${receiver}.mmget_not_zero() else {\n${indent}    return${otherwise};\n${indent}};\n${indent}`;
  const at = line + indent.length;
  const edits = [{ span: { start: at, end: at }, text: guard }];
  if (name !== receiver) edits.push({ span, text: name });
  return [{ title: `take mm_users with ${receiver}.mmget_not_zero() first`, safe: false, edits }];
}

/** What a function returns when it gives up; null when there is no usual value. */
function failureOf(result: RustType): string | null {
  const found = resolve(result);
  if (found.kind === 'tuple') return found.items.length === 0 ? '' : null;
  if (found.kind !== 'path') return null;
  if (found.name === 'Option') return ' None';
  return found.name === 'Result' ? ' Err(ESRCH)' : null;
}
