/** What a scan for braces has to know: comments, strings and characters may hold braces too. */
const TOKEN = /\/\/[^\n]*|\/\*|[bc]?r(#*)"|"(?:[^"\\]|\\[\s\S])*"|'(?:\\[^'\n]*|[^\\'\n])'|[{}()[\];]|\bfn\b/g;

/**
 * The text with the bodies of its functions as blanks, of the same length: declarations are all that other files see, and
 * bodies are nine tenths of what there is to parse.
 */
export function withoutBodies(text: string): string {
  const pieces: string[] = [];
  let kept = 0;
  /** A signature is being read. */
  let inHead = false;
  /** Parentheses and brackets that are open in it. */
  let nested = 0;
  /** Braces of the body that are open. */
  let depth = 0;
  let start = 0;
  const token = new RegExp(TOKEN);
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found, hashes] = match;
    if (found === '/*' || hashes !== undefined) {
      const end = text.indexOf(found === '/*' ? '*/' : `"${hashes}`, token.lastIndex);
      if (end < 0) break;
      token.lastIndex = end + 1;
    } else if (depth > 0) {
      if (found === '{') depth++;
      else if (found === '}' && --depth === 0) {
        pieces.push(text.slice(kept, start), ' '.repeat(match.index - start));
        kept = match.index;
      }
    } else if (found === 'fn') {
      inHead = true;
      nested = 0;
    } else if (inHead) {
      if (found === '(' || found === '[') nested++;
      else if (found === ')' || found === ']') nested--;
      else if (nested > 0) continue;
      else if (found === '{') {
        depth = 1;
        start = token.lastIndex;
        inHead = false;
      } else if (found === ';' || found === '}') inHead = false;
    }
  }
  pieces.push(text.slice(kept));
  return pieces.join('');
}
