import path from 'node:path';
import type { Language } from '../core/syntax/node';

const EXTENSIONS: ReadonlyMap<string, Language> = new Map([
  ['.c', 'c'],
  ['.h', 'c'],
  ['.rs', 'rust'],
]);

/** Why a file is not judged that `languageOf` does not know. */
export const NOT_A_SOURCE = 'neither C (.c, .h) nor Rust (.rs)';

/** The language of a file by its name; null for anything that is not analysed. */
export function languageOf(file: string): Language | null {
  return EXTENSIONS.get(path.extname(file)) ?? null;
}

/**
 * Names without which a file of a whole tree cannot concern an `mm_struct`, so that it need not be parsed. The text is
 * tested byte by byte (Latin-1): every name is ASCII.
 */
const MENTIONS: Readonly<Record<Language, RegExp>> = {
  c: /mm_struct|mmget|mmput|mmgrab|mmdrop|mmap_(?:read|write)_|mmap_lock|mmap_sem/,
  rust: /mm_struct|mmget|mmput|mmgrab|mmdrop|mmap_(?:read|write)_|MmWithUser|\bMm\b|kernel::mm\b|bindings::(?:mm|vma)_|VmaRef/,
};

export function mentionsMm(language: Language, text: string): boolean {
  return MENTIONS[language].test(text);
}
