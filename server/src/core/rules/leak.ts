import type { Judged, Leak, View } from '../program/judged';
import type { Span } from '../text';
import type { Resource } from '../typestate/summary';
import { findBranch } from './branch';
import { insertBefore, spellHandle } from './fixes';
import { releaseBeforeGoto } from './goto';
import { firstOf, isLocked } from './observe';
import type { Fix, Rule, TrailStep } from './rule';
import { Source } from './source';
import { lastStep, orderTrail, sameSpan, tellReleased, tellTaken } from './trail';
import { nameMode, nameOutcome, nameResource, quote, wordsOf } from './words';

/** The check of a rule about one resource that some path keeps: the verdict is made already, here it is told. */
export function checkLeaks(resource: Leak['resource']): NonNullable<Rule['check']> {
  return function* (judged) {
    const leaks = judged.leaks.filter(leak => leak.resource === resource);
    for (const leak of firstOf(leaks, placeOf)) {
      yield {
        span: leak.exit,
        message: describe(judged, leak),
        trail: tell(judged, leak),
        fixes: repair(judged, leak),
        subject: leak.of.symbol,
      };
    }
  };
}

/** Where no path releases, all returns have one cause, which is told once; else each return is a mistake of its own. */
function placeOf({ resource, exit, of, evidence }: Leak): string {
  const taken = evidence === 'unconsumed' ? lastStep(of, resource, 'takes') : undefined;
  return `${taken ? `taken ${taken.span.start}` : exit.start}:${of.symbol}`;
}

function describe(judged: Judged, { resource, of, evidence, result }: Leak): string {
  if (evidence === 'overwritten')
    return `overwrites ${quote(of.name)} without releasing the ${wordsOf(resource).noun} that it keeps`;
  if (evidence === 'unreleased')
    return `frees the object without releasing the ${wordsOf(resource).noun} that ${quote(of.name)} keeps, and no other function releases it`;
  if (evidence === 'cleared')
    return `clears ${quote(of.name)} without releasing the ${wordsOf(resource).noun} that it keeps, and no other function releases it`;
  if (evidence === 'passed over')
    return `frees the object without releasing the ${wordsOf(resource).noun} that ${quote(of.name)} keeps, which others release where they free one`;
  const step = lastStep(of, resource, 'takes');
  const from = step ? ` from \`${step.callee}()\`` : '';
  const held =
    resource === 'mmap_lock' || resource === 'vma_read'
      ? `returns with the ${nameResource(resource, of)} held${nameMode(resource === 'mmap_lock' ? of.lock : null)}`
      : `returns without releasing the ${nameResource(resource, of)}${from}`;
  switch (evidence) {
    case 'pair': {
      const outcome = nameOutcome(judged.cfg, result);
      return `${held}; another path${outcome && ` that returns ${outcome}`} releases it`;
    }
    case 'unreachable':
      return `${held}; nothing else names ${quote(of.name)}, so it can never be released`;
    case 'freed':
      return `${held}, and frees the object whose field keeps it`;
    case 'put':
      return `${held} although this path has put its reference on ${quote(of.name)}`;
    case 'unconsumed':
      return `${held}, and nothing that calls this function releases it`;
  }
}

/** What is kept was not taken here. */
const OF_FIELDS: ReadonlySet<Leak['evidence']> = new Set(['overwritten', 'unreleased', 'passed over', 'cleared']);

function tell(judged: Judged, { resource, of, exit, pair, evidence }: Leak): TrailStep[] {
  if (OF_FIELDS.has(evidence)) return [];
  const steps = tellTaken(of, resource);
  const take = lastStep(of, resource, 'takes');
  const releases = releaseSpans(judged, resource, of);
  const branch = take && findBranch(judged, take.span, exit, releases);
  if (branch) {
    const condition = judged.text.slice(branch.condition.start, branch.condition.end).replace(/\s+/g, ' ');
    steps.push({
      span: branch.condition,
      message: `${releases.length > 0 ? 'this path parts from the releasing ones here: ' : 'on this path '}${quote(condition)} is ${branch.isTrue}`,
    });
  }
  const released = pair && tellReleased(pair.of, resource)[0];
  if (released)
    steps.push({ span: released.span, message: released.message.replace(' here', ' here on another path') });
  const lost = lastStep(of, resource, 'loses');
  if (lost)
    steps.push({
      span: lost.span,
      message: `the object whose field keeps ${quote(of.name)} is freed here by \`${lost.callee}()\``,
    });
  return [...orderTrail(steps), { span: exit, message: 'this path returns here' }];
}

function releaseSpans(judged: Judged, resource: Resource, of: View): Span[] {
  return judged.events.flatMap(event =>
    event.kind === 'release' && event.resource === resource && event.of.symbol === of.symbol ? [event.at.span] : [],
  );
}

function repair(judged: Judged, leak: Leak): Fix[] {
  const { resource, of, exit } = leak;
  const callee = wordsOf(resource).release(of);
  const argument = spellHandle(of);
  const take = lastStep(of, resource, 'takes');
  // What an analysed function took is released by its own counterpart, which is not known here.
  if (!callee || !argument || !take || take.inferred) return [];
  // mmput() sleeps, and under mmap_lock it may deadlock: the other defect comes first.
  if (resource === 'users' && ((leak.atomicDepth ?? 0) > 0 || isLocked(of))) return [];
  const source = new Source(judged.text);
  const call = `${callee}(${argument});`;
  const worlds = judged.exits.filter(other => sameSpan(other.span, exit));
  if (!worlds.every(other => other.held.some(held => holds(held, of, resource)))) {
    const branch = findBranch(judged, take.span, exit, releaseSpans(judged, resource, of));
    return branch ? releaseBeforeGoto(source, branch, call) : [];
  }
  const value = /^return\b([^;]*)/.exec(source.code.slice(exit.start, exit.end))?.[1];
  if (value === undefined || isUseOf(value, of)) return [];
  const edits = insertBefore(source, exit, call);
  return edits ? [{ title: `call ${callee}(${argument}) before this return`, safe: true, edits }] : [];
}

function holds(held: View, of: View, resource: Leak['resource']): boolean {
  if (held.symbol !== of.symbol) return false;
  if (resource === 'mmap_lock') return held.lock === of.lock;
  return resource === 'vma_read' ? held.vmaRead : held[resource] > 0;
}

/** The returned value may need what the fix releases: it names the handle, or it is computed by a call. */
function isUseOf(value: string, handle: View): boolean {
  return /\b[a-z]\w*\s*\(/.test(value) || value.includes(handle.name) || value.includes('->');
}
