import type { Block, Call, Instr, Operand } from '../ir/ir';
import type { Judged } from '../program/judged';
import { replaceCallee } from './fixes';
import { surround } from './graph';
import { callsOf, firstOf } from './observe';
import { keyOf, operandsOf, partsOf } from './operands';
import type { Rule, TrailStep } from './rule';
import { quote } from './words';

export const findVmaMisuse: Rule = {
  id: 'find-vma-misuse',
  severity: 'warning',
  languages: ['c'],
  summary: 'the result of find_vma() is used as if it contained the address',
  why: '`find_vma()` returns the first VMA that ends above the address. When the address lies in a hole, that is the next VMA, which may belong to something else altogether: its flags, file and operations then say nothing about the address. `vma_lookup()` returns only a VMA that contains it. Iteration, gap searches and any test of `vm_start` are not reported.',

  *check(judged) {
    const calls = callsOf(judged).filter(({ summary }) => summary.nearest === true);
    for (const { call } of firstOf(calls, ({ at }) => at.span.start)) {
      const misuse = findMisuse(judged, call);
      if (!misuse) continue;
      const isPlain = call.args.length === 2 && !/\bVM_GROWSDOWN\b|\bexpand_/.test(judged.text);
      yield {
        span: call.span,
        message: `\`${call.callee}()\` may return the next vma above the address, and nothing tests the \`vm_start\` of ${quote(judged.cfg.locals.get(misuse.variable)?.sourceName ?? misuse.variable)}`,
        trail: [misuse.step],
        fixes: isPlain ? replaceCallee(call, 'vma_lookup', false) : [],
      };
    }
  },
};

/** What a vma is, as opposed to where it lies. */
const CONTENT = new Set(['vm_flags', 'vm_file', 'vm_ops', 'vm_private_data', 'vm_page_prot', 'vm_pgoff']);
const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);

function findMisuse(judged: Judged, call: Call): { variable: string; step: TrailStep } | null {
  const [, address] = call.args;
  if (!address || isIteration(address)) return null;
  const around = surround(judged.cfg, call);
  const variable = around && receiverOf(around.home, call);
  if (!around || !variable) return null;
  const { before, after } = around;
  // What goes on from the end of this vma walks from one to the next; a condition only asks whether it reaches far enough.
  if (after.some(instr => instr.op !== 'assume' && mentionsEnd(instr, variable))) return null;
  if (after.some(instr => mayTest(instr, variable, after))) return null;
  // Whoever looked for a VMA and found it does not look again.
  const isSearch = ({ callee }: Call) =>
    callsOf(judged).some(one => one.call.callee === callee && one.summary.returns === 'vma');
  if (before.some(instr => instr.op === 'call' && mayProve(instr, address) && !isSearch(instr))) return null;
  if (pinsLater(judged, call, address)) return null;
  const use = after.flatMap(instr => findUse(instr, variable, after))[0];
  return use ? { variable, step: { span: use, message: 'used here as if it contained the address' } } : null;
}

function mentionsEnd(instr: Instr, variable: string): boolean {
  return operandsOf(instr)
    .flatMap(partsOf)
    .some(part => keyOf(part) === `.vm_end $${variable}`);
}

/** The local variable that the result is assigned to at once. */
function receiverOf({ instrs }: Block, call: Call): string | null {
  const taken = instrs.find(
    instr => instr.op === 'assign' && instr.from.kind === 'temporary' && instr.from.id === call.result,
  );
  return taken?.op === 'assign' && taken.to.kind === 'variable' ? taken.to.name : null;
}

/** From address zero or from the end of a vma, the next one is meant. */
const isIteration = (address: Operand) =>
  keyOf(address) === '0' || partsOf(address).some(part => part.kind === 'field' && part.field === 'vm_end');

/** A call that was given the address, and whose result is looked at, may have shown that something is mapped there. */
const mayProve = ({ discarded, args }: Call, address: Operand) =>
  !discarded && args.some(arg => keyOf(arg) === keyOf(address));

/** A later call under the same lock that faults the address in fails where nothing is mapped. */
function pinsLater(judged: Judged, { span }: Call, address: Operand): boolean {
  return judged.events.some(
    event =>
      event.kind === 'call' &&
      event.at.span.start > span.end &&
      event.demands.some(({ demand }) => demand.resource === 'mmap_read') &&
      mayProve(event.call, address),
  );
}

/** Compares where the vma begins, or has a function do so. */
function mayTest(instr: Instr, variable: string, all: readonly Instr[]): boolean {
  if (instr.op === 'call' && instr.args.some(arg => keyOf(arg) === `$${variable}`))
    return instr.args.length > 1 ? !instr.discarded : !isTruth(instr, all) && isCompared(`%${instr.result}`, all);
  return instr.op !== 'call' && isCompared(`.vm_start $${variable}`, [instr]);
}

function isCompared(key: string, instrs: readonly Instr[]): boolean {
  const comparisons = instrs
    .flatMap(operandsOf)
    .flatMap(partsOf)
    .filter(part => part.kind === 'operator' && COMPARISONS.has(part.op));
  return comparisons.some(comparison => partsOf(comparison).some(part => keyOf(part) === key));
}

/** The result of a predicate, as in `if (is_vm_hugetlb_page(vma))`. */
const isTruth = (call: Call, instrs: readonly Instr[]) =>
  instrs.some(instr => instr.op === 'assume' && keyOf(instr.value) === `%${call.result}`);

/** Where the content of the vma is read, by itself or by a predicate about it. */
function findUse(instr: Instr, variable: string, all: readonly Instr[]) {
  if (instr.op === 'call' && instr.args.length === 1 && keyOf(instr.args[0]!) === `$${variable}` && isTruth(instr, all))
    return [instr.span];
  return operandsOf(instr)
    .flatMap(partsOf)
    .flatMap(part => {
      const offset =
        part.kind === 'operator' && part.op === '-' && part.args.some(arg => keyOf(arg) === `.vm_start $${variable}`);
      if (offset) return [instr.span];
      return part.kind === 'field' && CONTENT.has(part.field) && keyOf(part.base) === `$${variable}` ? [part.span] : [];
    });
}
