import type { Step, View } from '../program/judged';
import type { Span, Spot } from '../text';
import type { Resource } from '../typestate/summary';
import type { TrailStep } from './rule';
import { nameMode, nameResource } from './words';

/** Where this path took the resource last, and where it then downgraded a lock; empty when it came from outside. */
export function tellTaken(handle: View, resource: Resource): TrailStep[] {
  const steps = handle.history.filter(step => step.resource === resource && step.action !== 'drops');
  const taken = steps.findLast(({ action }) => action === 'takes');
  const last = steps.at(-1);
  const mode = resource === 'mmap_lock' ? nameMode(taken?.mode ?? null) : '';
  const name = nameResource(resource, handle);
  return [
    ...(taken ? [toTrail(taken, `${name} taken${mode} here${nameCallee(taken)}`)] : []),
    ...(last?.action === 'downgrades' ? [toTrail(last, `${name} downgraded to reading here${nameCallee(last)}`)] : []),
  ];
}

/** Where this path gave the resource back last. */
export function tellReleased(handle: View, resource: Resource): TrailStep[] {
  const step = lastStep(handle, resource, 'drops');
  return step ? [toTrail(step, `${nameResource(resource, handle)} released here${nameCallee(step)}`)] : [];
}

/** Where another file shows what keeps the handle; empty when no other file does. */
export function tellKept({ guarantee: { at, because } }: Pick<View, 'guarantee'>, span: Span): TrailStep[] {
  return at && 'file' in at ? [{ span, at, message: because }] : [];
}

export function lastStep(handle: View, resource: Resource, action: Step['action']): Step | undefined {
  return handle.history.filter(step => step.resource === resource && step.action === action).at(-1);
}

/** Trails are read from the top, so their steps follow the text; a step is told once. */
export function orderTrail(steps: readonly TrailStep[]): TrailStep[] {
  const told = new Set<string>();
  return steps
    .filter(step => {
      const key = `${step.span.start}:${step.message}`;
      return !told.has(key) && told.add(key);
    })
    .sort((a, b) => a.span.start - b.span.start);
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

const toTrail = ({ span, inferred, callee }: Step, message: string): TrailStep => ({
  span,
  message,
  ...(inferred && { inside: callee }),
});

/** Behind what a function of another file does: where that is. */
export function tellInside(steps: readonly TrailStep[], placeOf: (name: string) => Spot | null): TrailStep[] {
  return steps.flatMap(step => {
    const at = step.inside === undefined ? null : placeOf(step.inside);
    return at ? [step, { span: step.span, at, message: `\`${step.inside}()\` is defined here` }] : [step];
  });
}

function nameCallee(step: Step): string {
  return step.inferred ? `, inside \`${step.callee}()\`` : ` by \`${step.callee}()\``;
}
