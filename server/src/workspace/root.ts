import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The root of the tree that holds `start` (an absolute folder): the nearest folder upward with `MAINTAINERS` and
 * `Kbuild`, else the nearest with `.git`, else the working folder when it holds `start`, else `start` itself.
 */
export function findRoot(start: string, cwd: string): string {
  return (
    findUpward(start, folder => holds(folder, 'MAINTAINERS') && holds(folder, 'Kbuild')) ??
    findUpward(start, folder => holds(folder, '.git')) ??
    (isInside(cwd, start) ? cwd : start)
  );
}

/** Whether `target` is `folder` or lies below it. Both are absolute; symbolic links are not resolved. */
export function isInside(folder: string, target: string): boolean {
  // The usual case, which whole trees ask for each file.
  if (target.startsWith(folder) && target[folder.length] === path.sep && !target.includes('..')) return true;
  const relative = path.relative(folder, target);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** The deepest folder that holds all of these absolute folders. */
export function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? path.sep;
  for (const folder of folders) while (!isInside(common, folder)) common = path.dirname(common);
  return common;
}

/** `target` relative to `folder`, with `/` on every system. */
export function relativePath(folder: string, target: string): string {
  const isBelow = target.startsWith(folder) && target[folder.length] === path.sep && !target.includes('..');
  const relative = isBelow ? target.slice(folder.length + 1) : path.relative(folder, target);
  return path.sep === '/' ? relative : relative.split(path.sep).join('/');
}

function findUpward(start: string, accepts: (folder: string) => boolean): string | null {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (accepts(folder)) return folder;
    if (path.dirname(folder) === folder) return null;
  }
}

function holds(folder: string, name: string): boolean {
  return existsSync(path.join(folder, name));
}
