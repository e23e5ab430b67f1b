import { decodeMail } from './mail';
import { UsageError } from './usage-error';

/** What one file of a patch changes. */
export interface FilePatch {
  /** As written, mostly with `a/` or `b/` before the path; null when the patch makes the file. */
  readonly oldPath: string | null;
  /** Null when the patch deletes the file. */
  readonly newPath: string | null;
  readonly hunks: readonly Hunk[];
}

export interface Hunk {
  /** Line of the old and of the new file, from 1, where the hunk says that it begins. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly HunkLine[];
}

export interface HunkLine {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * The file patches of a plain diff, of `git format-patch` or of an mbox, in the order in which they apply. A patch may
 * mix encodings, so all its text stays bytes, one a character. `shown` is its name in messages. Throws UsageError where
 * a hunk is damaged.
 */
export function parsePatch(bytes: Buffer, shown: string): readonly FilePatch[] {
  return decodeMail(bytes.toString('latin1')).flatMap(body => [...parseDiff(body, shown)]);
}

function* parseDiff(text: string, shown: string): Generator<FilePatch> {
  const lines = text.split('\n').map(line => line.replace(/\r$/, ''));
  let at = 0;
  let renamed: { from: string; to: string } | null = null;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.startsWith('diff --git ')) {
      // A rename without a change has no `---` and `+++` lines.
      if (renamed) yield { oldPath: renamed.from, newPath: renamed.to, hunks: [] };
      renamed = null;
    } else if (line.startsWith('rename from ')) {
      const to = lines[at + 1]?.startsWith('rename to ') ? unquote(lines[at + 1]!.slice('rename to '.length)) : null;
      if (to !== null) renamed = { from: `a/${unquote(line.slice('rename from '.length))}`, to: `b/${to}` };
    } else if (line.startsWith('--- ') && lines[at + 1]?.startsWith('+++ ') && lines[at + 2]?.startsWith('@@ -')) {
      const oldPath = pathIn(line, shown);
      const newPath = pathIn(lines[at + 1]!, shown);
      const read = readHunks(lines, at + 2, shown);
      yield { oldPath, newPath, hunks: read.hunks };
      at = read.end;
      renamed = null;
      continue;
    }
    at++;
  }
  if (renamed) yield { oldPath: renamed.from, newPath: renamed.to, hunks: [] };
}

function readHunks(lines: readonly string[], from: number, shown: string): { hunks: Hunk[]; end: number } {
  const hunks: Hunk[] = [];
  let at = from;
  for (;;) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[at] ?? '');
    if (!header) return { hunks, end: at };
    const body: HunkLine[] = [];
    let olds = Number(header[2] ?? 1);
    let news = Number(header[4] ?? 1);
    at++;
    while (olds > 0 || news > 0) {
      // Some mailers strip the blank of an empty context line.
      const line = lines[at] === '' && at + 1 < lines.length ? ' ' : lines[at];
      const kind = line?.[0];
      if (line === undefined || !(kind === ' ' || kind === '-' || kind === '+')) {
        if (kind !== '\\') throw new UsageError(`${shown}:${at + 1}: the hunk is damaged or cut short`);
        at++;
        continue;
      }
      if (kind !== '+') olds--;
      if (kind !== '-') news--;
      if (olds < 0 || news < 0)
        throw new UsageError(`${shown}:${at + 1}: the hunk has more lines than its header says`);
      body.push({ kind, text: line.slice(1) });
      at++;
    }
    if (lines[at]?.startsWith('\\')) at++;
    hunks.push({ oldStart: Number(header[1]), newStart: Number(header[3]), lines: body });
  }
}

/** The path of a `---` or `+++` line. Throws UsageError when it leads out of the tree. */
function pathIn(line: string, shown: string): string | null {
  const written = unquote(line.slice(4).split('\t', 1)[0]!.trimEnd());
  if (written === '/dev/null') return null;
  if (/^\/|^[^/]+\/\//.test(written) || written.split('/').includes('..')) {
    throw new UsageError(`${shown}: the patch names a file outside the tree: ${written}`);
  }
  return written;
}

/** A path in UTF-8, out of its bytes. Git quotes it as C would when some are not plain ASCII. */
function unquote(written: string): string {
  const quoted = /^"(.*)"$/.exec(written)?.[1];
  const bytes = quoted?.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
  );
  return Buffer.from(bytes ?? written, 'latin1').toString('utf8');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
