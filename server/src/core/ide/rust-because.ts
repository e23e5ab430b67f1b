import type { TrailStep } from '../rules/rule';
import type { Items, TypeItem } from '../rust/items';
import { carriesRaw, printType, type RustType, resolve } from '../rust/types';
import type { TypedExpression } from '../rust/value';

/** Why an expression has the guarantee that its fact states: where its name comes from, and what its type means. */
export function explainType({ span, value }: TypedExpression, items: Items): TrailStep[] {
  const steps: TrailStep[] = [];
  const { local, type } = value;
  if (local && local.span.start !== span.start)
    steps.push({
      span: local.span,
      message: `\`${local.name}\` is declared here, as \`${printType(local.value.type)}\``,
    });
  const item = items.handleIn(type);
  const message = carriesRaw(type) ? explainPointer(value) : item && explainItem(item, type);
  if (message) steps.push({ span, message });
  return steps;
}

function explainPointer({ owned, backing, fromReference, nullable }: TypedExpression['value']): string | null {
  if (owned) return 'a reference is in the care of this pointer: somebody must take it back';
  if (!backing || backing === 'raw') return null;
  const kept = backing === 'users' ? '`mm_users` is above zero' : 'the struct stays allocated';
  if (fromReference) return `made of a reference: ${kept} as long as that lives`;
  return `${nullable ? 'unless it is NULL, ' : ''}${kept}, by the contract of where the pointer comes from`;
}

function explainItem({ name, doc, drop, handle, refcount, source }: TypeItem, type: RustType): string | null {
  if (refcount && ownsCount(type)) {
    const counter = handle === 'count' ? 'mm_count' : 'mm_users';
    return `an \`ARef<${name}>\` owns one \`${counter}\` reference; its \`Drop\` calls \`${refcount.drop}()\``;
  }
  const ends = drop ? `; its \`Drop\` calls \`${drop}()\`` : '';
  return doc && `\`${name}\` (${source}): ${lower(doc).replace(/\.$/, '')}${ends}`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Whether a value of the type owns a reference: an `ARef`, alone or as the payload of an Option or Result. */
function ownsCount(type: RustType, depth = 0): boolean {
  const found = resolve(type);
  if (found.kind !== 'path' || depth > 8) return false;
  return (
    found.name === 'ARef' ||
    (/^(?:Option|Result)$/.test(found.name) && found.args.some(arg => ownsCount(arg, depth + 1)))
  );
}
