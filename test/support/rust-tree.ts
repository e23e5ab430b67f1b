import path from 'node:path';
import type { RustTree } from '../../server/src/core';

/** A tree of texts, which tells what was asked of it. */
export function treeOf(files: Readonly<Record<string, string>>): RustTree & { readonly asked: Set<string> } {
  const asked = new Set<string>();
  return {
    asked,
    read: file => {
      asked.add(file);
      return files[file] ?? null;
    },
    list: folder =>
      Object.keys(files).flatMap(file => (path.posix.dirname(file) === folder ? [path.posix.basename(file)] : [])),
  };
}
