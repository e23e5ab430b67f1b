import type { Span } from '../text';
import { scanC } from './functions';

/** The places where a C text defines a function or a macro with arguments: spans of its name. */
export function findDefinitions(text: string, name: string): Span[] {
  if (!/^\w+$/.test(name) || !text.includes(name)) return [];
  const functions = scanC(text).functions.filter(found => found.name === name);
  const macros = [...text.matchAll(new RegExp(`^([ \\t]*#[ \\t]*define[ \\t]+)${name}\\(`, 'gm'))];
  const starts = [
    ...functions.map(({ nameStart }) => nameStart),
    ...macros.map(match => match.index + match[1]!.length),
  ];
  return starts.sort((a, b) => a - b).map(start => ({ start, end: start + name.length }));
}
