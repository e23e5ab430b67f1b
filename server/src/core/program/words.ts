import { type Mask, NEG, POS, ZERO } from '../ir/ir';
import type { Demand, Effect, Outcome } from '../typestate/summary';

/** The effects of an outcome in the knowledge table's five-word form, for hovers and `--emit=summaries`. */
export function effectWords(outcome: Outcome): string[] {
  const when = resultWords(outcome.result);
  return [...outcome.effects, ...outcome.effectsAfter].flatMap(effect =>
    effectPhrases(effect).map(phrase => phrase + when),
  );
}

/** A demand in the same form. */
export function demandWords({ resource, of }: Demand): string {
  return `needs ${resource} of ${writtenSlot(of)}`;
}

function effectPhrases(effect: Effect): string[] {
  switch (effect.kind) {
    case 'count':
      return [`${effect.delta > 0 ? 'takes' : 'drops'} ${effect.resource} of ${writtenSlot(effect.of)}`];
    case 'lock': {
      const of = writtenSlot(effect.of);
      if (effect.from === 'none' && effect.to === 'none') return [`forbids mmap_lock of ${of}`];
      if (effect.from === 'write' && effect.to === 'read') return [`downgrades mmap_write of ${of}`];
      if (effect.to === 'none') return [`drops mmap_${effect.from === 'any' ? 'lock' : effect.from} of ${of}`];
      return [
        ...(effect.from === 'none' ? [] : [`drops mmap_${effect.from} of ${of}`]),
        `takes mmap_${effect.to} of ${of}`,
      ];
    }
    case 'vma-write':
      return [`takes vma_write of ${writtenSlot(effect.of)}`];
    case 'fault-lock':
      return [`drops the fault's lock of ${writtenSlot(effect.of)}`];
    case 'moves':
      return [`moves ${writtenSlot(effect.of)}`];
    case 'atomic':
      return [effect.delta > 0 ? 'enters atomic' : 'leaves atomic'];
  }
}

/** `arg0.vm_mm` as C writes it: `arg0->vm_mm`. */
function writtenSlot(slot: string): string {
  const [root, ...path] = slot.split('.');
  let text = root!.replace(/^global:/, '').replace(/^address:/, '&');
  for (const part of path)
    text = part === '*' ? `*${text}` : part.startsWith('&') ? `&${text}->${part.slice(1)}` : `${text}->${part}`;
  return text;
}

function resultWords(mask: Mask): string {
  switch (mask) {
    case POS:
      return ' when ret positive';
    case ZERO:
      return ' when ret zero';
    case NEG:
      return ' when ret negative';
    case NEG | POS:
      return ' when ret nonzero';
    case ZERO | POS:
      return ' when ret ok';
    case NEG | ZERO:
      return ' when ret zero or negative';
    default:
      return '';
  }
}
