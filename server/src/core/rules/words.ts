import { type Cfg, type Mask, NEG, POS, ZERO } from '../ir/ir';
import type { View } from '../program/judged';
import type { Resource } from '../typestate/summary';

/** How a resource is called in messages, and which call gives it back. */
export interface ResourceWords {
  readonly noun: string;
  /** The releasing call, as the source would spell it for `handle`; null when the lock's mode is not known. */
  release(handle: View): string | null;
}

const WORDS: Record<Resource, ResourceWords> = {
  users: { noun: '`mm_users` reference', release: () => 'mmput' },
  count: { noun: '`mm_count` reference', release: () => 'mmdrop' },
  lazy: { noun: 'lazy-TLB reference', release: () => 'mmdrop_lazy_tlb' },
  mmap_lock: { noun: 'mmap_lock', release: handle => UNLOCKS[handle.lock] ?? null },
  vma_read: { noun: 'VMA lock', release: () => 'vma_end_read' },
};

const UNLOCKS: Partial<Record<View['lock'], string>> = { read: 'mmap_read_unlock', write: 'mmap_write_unlock' };

export function wordsOf(resource: Resource): ResourceWords {
  return WORDS[resource];
}

/** `mm_users reference on \`mm\``, `mmap_lock of \`mm\``: the resource together with its handle. */
export function nameResource(resource: Resource, handle: View): string {
  const preposition = resource === 'users' || resource === 'count' ? 'on' : 'of';
  return `${wordsOf(resource).noun} ${preposition} ${quote(handle.name)}`;
}

/** The mode of a lock, as it ends a clause: `held for reading`. */
export function nameMode(mode: View['lock'] | null): string {
  if (mode === 'read') return ' for reading';
  return mode === 'write' ? ' for writing' : '';
}

/** What a return gives its caller, as it ends `the other path that returns`; empty when it says nothing. */
export function nameOutcome(cfg: Cfg, mask: Mask): string {
  const { name, pointers } = cfg.returnType;
  if (cfg.language === 'rust')
    return (
      ({ [NEG]: 'an `Err`', [ZERO]: '`None`, `false` or 0', [POS]: 'a value' } as Record<Mask, string>)[mask] ?? ''
    );
  if (pointers > 0)
    return ({ [NEG]: 'an ERR_PTR', [ZERO]: 'NULL', [POS]: 'a pointer' } as Record<Mask, string>)[mask] ?? '';
  if (name === 'void') return '';
  if (name === 'bool') return ({ [ZERO]: 'false', [POS]: 'true' } as Record<Mask, string>)[mask] ?? '';
  return ({ [NEG]: 'an error', [ZERO]: '0', [POS]: 'a positive value' } as Record<Mask, string>)[mask] ?? '';
}

export function quote(code: string): string {
  return `\`${code}\``;
}
