import type { Span } from '../text';

/** One sentence of a doc section, as written. */
export interface Clause {
  readonly span: Span;
  readonly words: string;
}

/** A section of a doc comment, such as `# Safety`. */
export interface Section {
  readonly span: Span;
  readonly clauses: readonly Clause[];
}

export interface ItemHead {
  readonly safety: Section | null;
  readonly invariants: Section | null;
  readonly attributes: readonly Span[];
  /** Where doc comments and attributes begin: what stands above the item is put there. */
  readonly start: number;
  /** There is a doc comment. */
  readonly documented: boolean;
  /** The line of the first attribute behind the doc comment, or of the item: a doc section goes there. */
  readonly docEnd: number;
}

/** Reads the doc comment and the attributes directly above an item that begins at `offset`. */
export function sectionsAbove(text: string, offset: number): ItemHead {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  const docs: { at: number; words: string }[] = [];
  const attributes: Span[] = [];
  let docEnd = start;
  while (start > 0) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    const line = text.slice(before, start - 1);
    const doc = /^(\s*\/\/\/ ?)(?!\/)(.*)$/.exec(line);
    if (doc) {
      if (docs.length === 0) docEnd = start;
      docs.unshift({ at: before + doc[1]!.length, words: doc[2]! });
    } else if (/^\s*#!?\[|^\s*[^/\s].*\)\]\s*$/.test(line)) {
      attributes.unshift({ start: before, end: start - 1 });
      if (docs.length === 0) docEnd = before;
    } else if (!/^\s*\/\//.test(line)) break;
    start = before;
  }
  return {
    safety: readSection(docs, /^safety$/i),
    invariants: readSection(docs, /^invariants?$/i),
    attributes,
    start,
    documented: docs.length > 0,
    docEnd,
  };
}

function readSection(docs: readonly { at: number; words: string }[], title: RegExp): Section | null {
  const first = docs.findIndex(({ words }) => title.test(/^#+\s+(.*?)\s*$/.exec(words)?.[1] ?? ''));
  if (first < 0) return null;
  const next = docs.findIndex(({ words }, at) => at > first && /^#+\s/.test(words));
  const lines = docs.slice(first + 1, next < 0 ? undefined : next).filter(({ words }) => !/^\[[^\]]*\]:/.test(words));
  const head = docs[first]!;
  const last = lines.at(-1) ?? head;
  return { span: { start: head.at, end: last.at + last.words.length }, clauses: splitClauses(lines) };
}

/** Sentences and list items; a sentence that demands several things is split at `, and that`. */
function splitClauses(lines: readonly { at: number; words: string }[]): Clause[] {
  const clauses: Clause[] = [];
  let current: { words: string; start: number; end: number } | null = null;
  const flush = () => {
    if (current) clauses.push({ words: current.words.trim(), span: { start: current.start, end: current.end } });
    current = null;
  };
  for (const { at, words } of lines) {
    if (words.trim() === '') {
      flush();
      continue;
    }
    const item = /^\s*[*-]\s+/.exec(words);
    if (item) flush();
    const body = item ? words.slice(item[0].length) : words;
    const base = at + (words.length - body.length);
    let from = 0;
    for (const stop of body.matchAll(/(?<!\be\.g|\bi\.e|\betc)[.](?=\s|$)/g)) {
      current = extend(current, body.slice(from, stop.index), base + from, base + stop.index);
      flush();
      from = stop.index + 1;
    }
    if (body.slice(from).trim() !== '') current = extend(current, body.slice(from), base + from, base + body.length);
  }
  flush();
  return clauses.filter(({ words }) => words !== '');
}

function extend(
  before: { words: string; start: number; end: number } | null,
  words: string,
  start: number,
  end: number,
) {
  return before
    ? { words: `${before.words} ${words.trim()}`, start: before.start, end }
    : { words: words.trim(), start, end };
}

/** The single demands of a clause, as statements: "Callers must ensure that `p` is valid, and that …" holds two. */
export function statementsOf(clause: Clause): string[] {
  // What was said is said again.
  if (/^(?:that is|in other words|this means)\b/i.test(clause.words)) return [];
  const bare = clause.words
    .replace(
      /^(?:the )?(?:callers?|implementers?|users?) (?:must|should|has to|have to|needs? to) (?:also )?(?:ensure|guarantee|make sure|promise)s? /i,
      '',
    )
    .replace(/^(?:the )?(?:callers?|implementers?) (?:ensures?|guarantees?|promises?) /i, '')
    .replace(/^assumes that /i, '')
    .replace(/^takes (an?|the) /i, 'the caller passes $1 ')
    .replace(/^called (by|from) /i, 'it is called $1 ')
    .replace(/^in particular, /i, '')
    .replace(/\s*\((?:Otherwise|e\.g\.|i\.e\.|as )[^)]*\)?(?:\([^)]*\)[^)]*\))?/g, '')
    .replace(/\[(`[^`]+`)\](?:\[[^\]]*\]|\([^)]*\))?/g, '$1')
    .replace(/\bthey are\b/g, 'the caller is');
  return bare
    .split(/,? and (?=that )|, and (?=it (?:is|must)\b)/)
    .map(part =>
      indicative(
        part
          .trim()
          .replace(/^that\s+/, '')
          .replace(/,$/, ''),
      ),
    )
    .filter(part => part !== '' && !/^(?:for more|see) /i.test(part));
}

/** A demand as what then is: "`p` must be valid" becomes "`p` is valid". */
function indicative(words: string): string {
  const turned = words
    .replace(/\b(\w*s|pointers|fields|arguments)\b (must|should) be\b/gi, (all, noun: string) =>
      /ss$|us$|is$|^this$/i.test(noun) ? all : `${noun} are`,
    )
    .replace(/^((?:all|the) \w+s\b.*?) (?:must|should) be\b/i, '$1 are')
    .replace(/^(`[^`]+`(?:, `[^`]+`)*,? and `[^`]+`) (?:must|should) be\b/, '$1 are')
    .replace(/^(no \w+) (?:may|can|must|should) be\b/i, '$1 is')
    .replace(/\b(?:must|should) not be\b/g, 'is not')
    .replace(/\b(?:must|should) be\b/g, 'is')
    .replace(/\b(?:must|should) only be\b/g, 'is only')
    .replace(/\b(?:must|should) only (\w+)/g, (_, verb: string) => `only ${thirdPerson(verb)}`)
    .replace(/^[Mm]ust only be\b/, 'this is only')
    .replace(/^is only\b/, 'this is only')
    .replace(/\b(?:must|should) not have\b/g, 'has not')
    .replace(/\b(?:must|should) have\b/g, 'has')
    .replace(/\b(?:must|should) not\b/g, 'does not')
    .replace(/\b(?:must|should) (\w+)/g, (_, verb: string) => thirdPerson(verb))
    .replace(/'a\b/g, (at, offset: number, all: string) => (all[offset - 1] === '`' ? at : "`'a`"));
  return /^[A-Z][a-z]/.test(turned) ? turned[0]!.toLowerCase() + turned.slice(1) : turned;
}

function thirdPerson(verb: string): string {
  return /(?:s|sh|ch|x|z|o)$/.test(verb) ? `${verb}es` : `${verb}s`;
}
