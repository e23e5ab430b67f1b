import { closest } from './closest';
import { commandHelp, generalHelp, isCommand } from './help';
import type { Host } from './host';
import { COMMANDS, type CommandName } from './options';
import { UsageError } from './usage-error';

/** Runs one command line (without the program's name) and returns the exit status: 0 clean, 1 findings, 2 misuse. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  const [command, ...rest] = argv;
  try {
    if (command === undefined)
      throw new UsageError('name a command: lint, facts, explain, rules or lsp; --help tells more');
    if (command === '--help' || command === '-h' || command === 'help') return print(helpFor(rest[0]), host);
    if (!isCommand(command)) throw new UsageError(unknownCommand(command));
    if (asksForHelp(rest)) return print(commandHelp(command), host);
    return await perform(command, rest, host);
  } catch (error) {
    const where = command !== undefined && isCommand(command) ? `mm-analyzer ${command}` : 'mm-analyzer';
    host.stderr.write(error instanceof UsageError ? saySentences(where, error.message) : sayInternal(where, error));
    return 2;
  }
}

async function perform(command: CommandName, argv: readonly string[], host: Host): Promise<number> {
  switch (command) {
    case 'lint':
      return (await import('./lint')).lint(argv, host);
    case 'facts':
      return (await import('./facts')).facts(argv, host);
    case 'explain':
      return (await import('./rule-pages')).explain(argv, host);
    case 'rules':
      return (await import('./rule-pages')).listRules(argv, host);
    case 'lsp':
      return (await import('./lsp')).serveEditor(argv);
  }
}

function helpFor(command: string | undefined): string {
  return command !== undefined && isCommand(command) ? commandHelp(command) : generalHelp();
}

/** Anywhere before `--`, whatever else is wrong with the line. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).some(arg => arg === '--help' || arg === '-h');
}

function unknownCommand(command: string): string {
  const guess = closest(command, COMMANDS);
  if (guess) return `there is no command "${command}"; did you mean ${guess}?`;
  return command.startsWith('-')
    ? `unknown option ${command}; the command comes first`
    : `there is no command "${command}"; --help lists them`;
}

function print(text: string, host: Host): number {
  host.stdout.write(text);
  return 0;
}

function saySentences(where: string, message: string): string {
  return message
    .split('\n')
    .map(line => `${where}: ${line}\n`)
    .join('');
}

function sayInternal(where: string, error: unknown): string {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${where}: internal error, please report it: ${detail}\n`;
}
