import type { Entry } from '../ir/ir';
import { CONTEXTS, type Context, contextOf } from '../knowledge/contexts';
import { registrationOf } from '../knowledge/registrations';
import type { Callback } from '../syntax/callbacks';
import type { FunctionText } from '../syntax/functions';

/** A file as the search for entry points sees it. */
export interface Sources {
  readonly functions: readonly FunctionText[];
  readonly callbacks: readonly Callback[];
  /** Without comments and strings; offsets are those of the functions. */
  readonly code: string;
  readonly text: string;
  /** Functions that the table knows to change a reference count of an mm. */
  readonly counting: ReadonlySet<string>;
}

/**
 * What the rest of the kernel promises to the functions of a file that it calls, by the places that name them, and to
 * the static functions that only such functions call.
 */
export function findEntries(sources: Sources): ReadonlyMap<string, Entry> {
  const entries = new Map(entriesByName(sources));
  if (entries.size > 0) inherit(sources, entries);
  return entries;
}

/** The same for functions that the kernel calls itself, whoever else calls them. */
export function entriesByName(sources: Omit<Sources, 'code' | 'counting'>): ReadonlyMap<string, Entry> {
  const { functions, callbacks } = sources;
  const entries = new Map<string, Entry>();
  const add = (name: string, entry: Entry) => {
    const known = entries.get(name);
    entries.set(name, known ? weaker(known, entry) : entry);
  };
  for (const { name, start, bodyStart } of functions) {
    const macro = /^\s*(?:COMPAT_)?(SYSCALL_DEFINE|BPF_CALL_)/.exec(sources.text.slice(start, bodyStart))?.[1];
    const context = macro ? contextOf(macro === 'BPF_CALL_' ? 'BPF_CALL' : macro, 'body') : contextOf(name, 'body');
    if (context) add(name, toEntry(context));
  }
  for (const callback of callbacks) {
    const context = contextAt(callback);
    if (context) add(callback.function, toEntry(context, callback));
  }
  return entries;
}

/** The same for a language that tells more of a function than its name: what the places that name it promise together. */
export function entryOf(callbacks: readonly Callback[]): Entry | undefined {
  const entries = callbacks.flatMap(callback => {
    const context = contextAt(callback);
    return context ? [toEntry(context, callback)] : [];
  });
  return entries.length > 0 ? entries.reduce(weaker) : undefined;
}

/** Calls are followed from the entry points this far down. */
const MAX_ROUNDS = 4;
const LOCKS = /\bmmap_\w*lock|\bmmap_sem\b/;

/** A static function that only functions with an entry call is entered as they are. */
function inherit(sources: Sources, entries: Map<string, Entry>): void {
  const { functions, code, counting } = sources;
  const bodies = new Map(functions.map(one => [one.name, code.slice(one.bodyStart, one.end)]));
  const counts = (name: string) => namesCalledIn(bodies.get(name) ?? '').some(callee => counting.has(callee));
  const isStatic = (one: FunctionText) => /\bstatic\b/.test(code.slice(one.start, one.nameStart));
  const statics = new Set(functions.filter(isStatic).map(({ name }) => name));
  // Whoever is called directly may be called with the lock held.
  const direct = usesOf(sources, [...entries.keys()]);
  for (const [name, entry] of entries) {
    const { named, callers } = direct.get(name)!;
    if (named.inside || callers.size > 0) entries.set(name, { ...entry, lock: 'unknown' });
  }
  let last = [...entries.keys()];
  for (let round = 0; round < MAX_ROUNDS && last.length > 0; round++) {
    const called = new Set(last.flatMap(name => namesCalledIn(bodies.get(name) ?? '')));
    const candidates = [...called].filter(name => statics.has(name) && !entries.has(name));
    last = [];
    for (const [name, { named, callers: by }] of usesOf(sources, candidates)) {
      if (named.inside) continue;
      const callers = [...by];
      const given = callers.map(caller => withCaller(entries.get(caller), caller));
      if (given.length === 0 || !given.every(entry => entry !== undefined)) continue;
      const { lock, ...entry } = given.reduce(weaker);
      const stays = lock === 'none' && callers.every(caller => !LOCKS.test(bodies.get(caller)!));
      const isPinned = given.some(one => one.isPinned) || callers.some(counts);
      entries.set(name, { ...entry, lock: stays ? 'none' : 'unknown', isPinned });
      last.push(name);
    }
  }
}

function withCaller(entry: Entry | undefined, caller: string): Entry | undefined {
  return entry && { through: caller, ...entry };
}

function namesCalledIn(body: string): string[] {
  return [...body.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map(match => match[1]!);
}

/** What a file does with a function by its name. */
export interface Uses {
  /** Functions that call it. */
  readonly callers: Set<string>;
  /** It is named otherwise than called or declared: inside of a function, or outside, as in a table of operations. */
  readonly named: { inside: boolean; outside: boolean };
}

/** What is no use of a function that it names. */
const MARK = /\b(?:EXPORT_\w+|NOKPROBE_SYMBOL|ALLOW_ERROR_INJECTION)\s*\([\w\s,]*$/;

export function usesOf({ functions, code }: Sources, names: readonly string[]): ReadonlyMap<string, Uses> {
  const uses = new Map<string, Uses>(
    names.map(name => [name, { callers: new Set(), named: { inside: false, outside: false } }]),
  );
  if (names.length === 0) return uses;
  let at = 0;
  for (const { 0: name, index } of code.matchAll(/\b[A-Za-z_]\w*/g)) {
    const use = uses.get(name);
    // Neither a member nor the tag of a struct.
    if (!use || /(?:\.|->|\bstruct\s)$/.test(code.slice(Math.max(0, index - 8), index))) continue;
    while (at < functions.length && functions[at]!.end <= index) at++;
    const inside = functions[at];
    const { callers, named } = use;
    const isCall = /^\s*\(/.test(code.slice(index + name.length, index + name.length + 20));
    if (inside !== undefined && inside.bodyStart <= index) {
      if (!isCall) named.inside = true;
      else if (inside.name !== name) callers.add(inside.name);
    } else if (!isCall && !MARK.test(code.slice(Math.max(0, index - 80), index))) named.outside = true;
  }
  return uses;
}

function contextAt(callback: Callback): Context | undefined {
  if (callback.kind === 'argument') {
    const registration = registrationOf(callback.callee, callback.position);
    return registration && contextOf(registration.struct, registration.member);
  }
  if (callback.struct !== null) return contextOf(callback.struct, callback.member);
  // An assignment does not name the struct: the member must belong to one only.
  const [only, ...others] = CONTEXTS.filter(({ member }) => member === callback.member);
  return others.length === 0 ? only : undefined;
}

function toEntry(context: Context, callback?: Callback): Entry {
  const { struct, member, users } = context;
  const lock = lockBeside(callback) ?? context.mmapLock;
  return {
    place: `${struct}.${member}`,
    runs: context.context,
    isPinned: false,
    lock: lock === 'inherited' ? 'unknown' : lock === 'read-or-vma' ? 'read' : lock,
    ...(lock === 'read-or-vma' && { isFault: true }),
    ...(users === 'zero' && { isExit: true }),
  };
}

/** What a sibling of the callback tells of the lock, as `walk_lock` does of that of `pmd_entry`. */
function lockBeside(callback: Callback | undefined): Context['mmapLock'] | undefined {
  if (callback?.kind !== 'member') return undefined;
  const { struct, beside } = callback;
  return CONTEXTS.find(row => row.struct === struct && beside.includes(row.member))?.mmapLock;
}

const STRENGTH: readonly Entry['runs'][] = ['any', 'softirq', 'atomic', 'kthread', 'task', 'task-current-mm'];

/** A function that is called from two places may rely on what both promise. */
function weaker(a: Entry, b: Entry): Entry {
  const weak = STRENGTH.indexOf(a.runs) <= STRENGTH.indexOf(b.runs) ? a : b;
  return { ...weak, lock: a.lock === b.lock ? a.lock : 'unknown' };
}
