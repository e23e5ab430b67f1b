/** A configuration option that must be on, or off, for a place in a file to be compiled. */
export interface Arm {
  /** `CONFIG_NUMA` without its prefix, or another macro's name. */
  readonly option: string;
  readonly on: boolean;
}

const DIRECTIVE = /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b([^\n]*)/gm;
const TESTED = /^\s*(!?)\s*(?:defined|IS_ENABLED)?\s*\(?\s*([A-Za-z_]\w*)\s*\)?\s*(?:\/[/*].*)?$/;

/**
 * For each offset (ascending), the options that the `#if` arms around it decide. Conditions that are no single option
 * decide nothing here.
 */
export function armsAround(text: string, offsets: readonly number[]): (readonly Arm[])[] {
  const open: (Arm | null)[] = [];
  const found: (readonly Arm[])[] = [];
  let next = 0;
  const record = (before: number) => {
    for (; next < offsets.length && offsets[next]! < before; next++) found.push(open.filter(arm => arm !== null));
  };
  DIRECTIVE.lastIndex = 0;
  for (let match = DIRECTIVE.exec(text); match && next < offsets.length; match = DIRECTIVE.exec(text)) {
    record(match.index);
    const [, word, rest] = match as unknown as [string, string, string];
    if (word === 'endif') open.pop();
    else if (word === 'else') open.push(negate(open.pop() ?? null));
    else if (word.startsWith('elif')) open.splice(-1, 1, null);
    else open.push(readArm(word, rest));
  }
  record(Number.POSITIVE_INFINITY);
  return found;
}

const negate = (arm: Arm | null): Arm | null => arm && { ...arm, on: !arm.on };

function readArm(word: string, rest: string): Arm | null {
  const tested = TESTED.exec(rest);
  if (!tested) return null;
  const option = tested[2]!.replace(/^CONFIG_/, '');
  return { option, on: (word === 'ifndef') === (tested[1] === '!') };
}
