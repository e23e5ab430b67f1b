import {
  CONTRACTS,
  FREE_FLAGS,
  KEPT_FIELDS,
  KNOWN_TYPES,
  STABLE_FIELDS,
  STABLE_OF_CURRENT,
  TRAIT_CONTRACTS,
} from '../../server/src/core/safety/contracts';
import type { SafetyFact } from '../../server/src/core/safety/facts';

/** Whether a text shows what a fact says, judged apart from the composer; a sentence on what is wrong, or null. */
export function refute(fact: SafetyFact, here: string, others: Readonly<Record<string, string>> = {}): string | null {
  const text = 'file' in fact && fact.file !== undefined ? (others[fact.file] ?? '') : here;
  /** The code of the fact; empty where the table is its source. */
  const at = 'at' in fact && fact.at ? text.slice(fact.at.start, fact.at.end) : '';
  const holds = (): boolean => {
    switch (fact.kind) {
      case 'self':
        return /\bself\b/.test(at);
      case 'type':
        return text.replace(/\s+/g, ' ').includes(fact.type) || fact.type === '&Self';
      case 'invariant':
        return at === ''
          ? (KNOWN_TYPES[fact.type] ?? []).includes(fact.words)
          : sectionOf(text, fact.at!.start) === 'invariants' && itemBelow(text, fact.at!.end) === fact.type;
      case 'contract':
        return at === ''
          ? Object.keys(TRAIT_CONTRACTS).some(name => name.endsWith(`::${fact.function}`))
          : sectionOf(text, fact.at!.start) === 'safety' && itemBelow(text, fact.at!.end) === fact.function;
      case 'transparent':
        return /\brepr\(transparent\)/.test(at) && itemBelow(text, fact.at.end) === fact.type;
      case 'condition':
        return at.replace(/\s+/g, '') === fact.words.replace(/\s+/g, '');
      case 'call':
        return at.includes(fact.callee.split('::').at(-1)!);
      case 'guard':
        return at.includes(fact.name) && /lock/.test(at);
      case 'loop':
        return at.includes('..');
      case 'field':
        return at.includes(fact.name);
      case 'known':
        return isKnown(fact.row);
      default:
        return fact satisfies never;
    }
  };
  return holds() ? null : `${fact.kind} is not shown by ${JSON.stringify(at.slice(0, 80))}`;
}

/** The heading of the doc section that an offset is in, in lower case. */
function sectionOf(text: string, offset: number): string {
  const heads = [...text.slice(0, offset).matchAll(/^\s*\/\/\/\s*#+\s*(\w+)/gm)];
  return heads.at(-1)?.[1]?.toLowerCase() ?? '';
}

/** The name of the next struct or function. */
function itemBelow(text: string, offset: number): string {
  return /\b(?:struct|fn)\s+(\w+)/.exec(text.slice(offset))?.[1] ?? '';
}

function isKnown(row: string): boolean {
  const flags = [...FREE_FLAGS].map(flag => `VM_${flag}`);
  const fields = [STABLE_FIELDS, STABLE_OF_CURRENT, KEPT_FIELDS].flatMap(Object.keys);
  const rows = [...Object.keys(CONTRACTS), ...fields, ...flags, 'current->mm', 'vma->vm_mm'];
  return (
    rows.some(name => name === row || name.endsWith(`::${row}`) || name.endsWith(`.${row}`)) ||
    /^VM_|^K?V?(?:Vec|malloc)|^mm/.test(row)
  );
}
