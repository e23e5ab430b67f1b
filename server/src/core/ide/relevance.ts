import type { Table } from '../knowledge/load';
import type { Surroundings } from '../program/program-index';
import type { CUnits, Unit } from '../program/units';
import { GUARDED_FIELDS } from '../rules';

/** The functions of a file that may have something to be judged, or told to their callers, in the order of the text. */
export function relevantUnits(units: CUnits, table: Table, around: Surroundings): readonly Unit[] {
  const relevant = new Set(units.matching(callPattern(table)));
  // Functions of other files that take or release something make their callers worth a look too.
  const elsewhere = namePattern(around.summarised);
  for (const unit of elsewhere ? units.matching(elsewhere) : []) relevant.add(unit);
  for (const unit of units.walking()) relevant.add(unit);
  // Who only calls what forbids mmap_lock is at fault only if it is entered with the lock held.
  const forbidding = namePattern(table.forbidding);
  for (const unit of forbidding ? units.matching(forbidding) : []) if (units.isEnteredLocked(unit)) relevant.add(unit);
  return [...relevant].sort((a, b) => a.start - b.start);
}

const namePatterns = new WeakMap<ReadonlySet<string>, RegExp>();

/** Calls of functions by their names; null without any. */
export function namePattern(names: ReadonlySet<string>): RegExp | null {
  if (names.size === 0) return null;
  const known = namePatterns.get(names);
  if (known) return known;
  const pattern = new RegExp(`\\b(?:${[...names].join('|')})\\s*\\(`, 'g');
  namePatterns.set(names, pattern);
  return pattern;
}

const patterns = new WeakMap<Table, RegExp>();

/**
 * Calls of the functions that the table knows something to judge about, fields that rules watch (those of an mm, and those
 * that keep one), and functions that return an mm.
 */
function callPattern(table: Table): RegExp {
  const known = patterns.get(table);
  if (known) return known;
  const pattern = new RegExp(
    `\\b(?:${[...table.names].join('|')})\\s*\\(|->\\s*(?:${GUARDED_FIELDS.join('|')})\\b|\\bmm_struct\\s*\\*\\s*\\w+\\s*\\(|(?:->|\\.)\\s*(?:(?:\\w+_)?mm(?:_\\w+)?\\s*=[^=]|\\w+\\s*=\\s*current->mm\\b)`,
    'g',
  );
  patterns.set(table, pattern);
  return pattern;
}
