import type { Position, PositionEncodingKind, Range } from 'vscode-languageserver/node';
import type { LineIndex, Span } from '../core/text';

/** What a client's `character` counts: bytes, UTF-16 units or code points. */
export type Encoding = 'utf-8' | 'utf-16' | 'utf-32';

/** UTF-8 when the client offers it, for a compiler's columns are bytes; UTF-16 is what every client must know. */
export function chooseEncoding(offered: readonly PositionEncodingKind[] | undefined): Encoding {
  if (offered?.includes('utf-8')) return 'utf-8';
  if (offered?.includes('utf-32') && !offered.includes('utf-16')) return 'utf-32';
  return 'utf-16';
}

export function spanOf(lines: LineIndex, range: Range, encoding: Encoding): Span {
  const start = offsetOf(lines, range.start, encoding);
  return { start, end: Math.max(start, offsetOf(lines, range.end, encoding)) };
}

/** Offset in UTF-16 units. A position past the end of its line means the end of that line, as the protocol says. */
export function offsetOf(lines: LineIndex, position: Position, encoding: Encoding): number {
  if (position.line >= lines.lineCount) return lines.text.length;
  const start = lines.lineStart(position.line);
  const text = lines.lineText(position.line);
  if (encoding === 'utf-16') return start + Math.min(Math.max(0, position.character), text.length);
  let units = 0;
  let counted = 0;
  for (const character of text) {
    counted += encoding === 'utf-32' ? 1 : utf8Width(character);
    // A position inside a character means the start of that character.
    if (counted > position.character) break;
    units += character.length;
  }
  return start + units;
}

/** Bytes of one code point in UTF-8; a lone surrogate counts as the replacement character that it is sent as. */
function utf8Width(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
