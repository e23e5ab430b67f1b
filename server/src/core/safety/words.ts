import type { SafetyFact, Sentence } from './facts';

export function claim(text: string, ...facts: SafetyFact[]): Sentence {
  return { kind: 'claim', text, facts };
}

export function todo(words: string): Sentence {
  return { kind: 'todo', text: `TODO: show that ${words}.` };
}

export function shorten(words: string): string {
  return words.length <= 48 ? words : `${words.slice(0, 45).trimEnd()}…`;
}
