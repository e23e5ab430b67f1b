import type { Host, Output } from './host';

/** Marks parts of a line for a terminal; the identity elsewhere. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const PLAIN: Paint = { bold: keep, dim: keep, red: keep, yellow: keep, cyan: keep };
const COLOURED: Paint = {
  bold: code(1, 22),
  dim: code(2, 22),
  red: code('1;31', '22;39'),
  yellow: code('1;33', '22;39'),
  cyan: code('1;36', '22;39'),
};

/** FORCE_COLOR wins over NO_COLOR, and both over the terminal, as in Node itself. */
export function paintFor(output: Output, { environment }: Host): Paint {
  const force = environment.FORCE_COLOR;
  if (force !== undefined && force !== '') return force === '0' || force === 'false' ? PLAIN : COLOURED;
  if (environment.NO_COLOR || environment.TERM === 'dumb') return PLAIN;
  return output.isTerminal ? COLOURED : PLAIN;
}

/** Text from a tree, made harmless: a file name or a comment could otherwise steer the terminal or forge a line. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, character => {
    const unit = character.charCodeAt(0);
    return unit < 0x100 ? `\\x${unit.toString(16).padStart(2, '0')}` : `\\u${unit.toString(16)}`;
  });
}

/** One line on a terminal that is written over again; nothing elsewhere. */
export interface Progress {
  show(what: string, done: number, total: number): void;
  clear(): void;
}

/** A quick run should not flicker: nothing is shown before this many milliseconds, nor more often than that. */
const PROGRESS_INTERVAL = 150;

export function progressOn(output: Output): Progress {
  let last = Date.now();
  let shown = false;
  return {
    show(what, done, total) {
      if (!output.isTerminal || Date.now() - last < PROGRESS_INTERVAL) return;
      last = Date.now();
      shown = true;
      output.write(`\r\x1b[K${what} ${done} of ${total} files`);
    },
    clear() {
      if (shown) output.write('\r\x1b[K');
      shown = false;
    },
  };
}

function keep(text: string): string {
  return text;
}

function code(on: number | string, off: number | string): (text: string) => string {
  return text => `\x1b[${on}m${text}\x1b[${off}m`;
}
