import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { HelperSource } from '../core/facade';
import type { SourceReader } from './reading';

const FOLDER = 'rust/helpers';

/** Files that are read at most: the kernel has a few dozen. */
const MAX_FILES = 500;

/** The C files of `rust/helpers` in a tree; null where there is no such folder. Never throws. */
export function readHelpers(root: string, reader: SourceReader): readonly HelperSource[] | null {
  let names: string[];
  try {
    names = readdirSync(path.join(root, FOLDER));
  } catch {
    return null;
  }
  return names
    .filter(name => name.endsWith('.c'))
    .sort()
    .slice(0, MAX_FILES)
    .flatMap(name => {
      const reading = reader.read(path.join(root, FOLDER, name));
      return reading.kind === 'source' ? [{ path: `${FOLDER}/${name}`, text: reading.source.text }] : [];
    });
}
