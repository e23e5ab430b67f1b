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
  readonly normalised: string;
  readonly text: string;
}

/**
 * What the rest of the kernel promises to the functions of a file that it calls, by the places that name them, and to
 * the static functions that only such functions call.
 */
export function findEntries(sources: Sources): ReadonlyMap<string, Entry> {
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
  if (entries.size > 0) inherit(sources, entries);
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
const COUNTS = /\b\w*(?:mm(?:get|put|grab|drop)|get_\w*mm|use_mm|mm_access)\w*\s*\(/;

/** A static function that only functions with an entry call is entered as they are. */
function inherit({ functions, normalised }: Sources, entries: Map<string, Entry>): void {
  const bodies = new Map(functions.map(one => [one.name, normalised.slice(one.bodyStart, one.end)]));
  const isStatic = (one: FunctionText) => /\bstatic\b/.test(normalised.slice(one.start, one.nameStart));
  const statics = new Set(functions.filter(isStatic).map(({ name }) => name));
  // Whoever is called directly may be called with the lock held.
  const direct = callersOf(functions, normalised, [...entries.keys()]);
  for (const [name, entry] of entries) {
    const callers = direct.get(name);
    if (callers === undefined || callers.length > 0) entries.set(name, { ...entry, lock: 'unknown' });
  }
  let last = [...entries.keys()];
  for (let round = 0; round < MAX_ROUNDS && last.length > 0; round++) {
    const called = new Set(last.flatMap(name => namesCalledIn(bodies.get(name) ?? '')));
    const candidates = [...called].filter(name => statics.has(name) && !entries.has(name));
    last = [];
    for (const [name, callers] of callersOf(functions, normalised, candidates)) {
      const given = callers?.map(caller => withCaller(entries.get(caller), caller)) ?? [];
      if (given.length === 0 || !given.every(entry => entry !== undefined)) continue;
      const { lock, ...entry } = given.reduce(weaker);
      const stays = lock === 'none' && callers!.every(caller => !LOCKS.test(bodies.get(caller)!));
      const isPinned = given.some(one => one.isPinned) || callers!.some(caller => COUNTS.test(bodies.get(caller)!));
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

/** Functions that call each of `names`; undefined for a name that is also used otherwise than called. */
function callersOf(
  functions: readonly FunctionText[],
  normalised: string,
  names: readonly string[],
): Map<string, string[] | undefined> {
  const callers = new Map<string, string[] | undefined>(names.map(name => [name, []]));
  if (names.length === 0) return callers;
  let at = 0;
  for (const { 0: name, index } of normalised.matchAll(new RegExp(`\\b(?:${names.join('|')})\\b`, 'g'))) {
    while (at < functions.length && functions[at]!.end <= index) at++;
    const inside = functions[at];
    const isCall = /^\s*\(/.test(normalised.slice(index + name.length, index + name.length + 20));
    const isBody = inside !== undefined && inside.bodyStart <= index;
    if (isBody && !isCall) callers.set(name, undefined);
    else if (isBody && inside.name !== name) callers.get(name)?.push(inside.name);
  }
  return callers;
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
