import { COMMANDS, type CommandName, HELP_OF, type Option } from './options';

/** Column at which the explanations of options begin. */
const MARGIN = 27;

export function generalHelp(): string {
  return `mm-analyzer: what does this code hold on this mm_struct, and is that enough for what it does next?

Usage:
  mm-analyzer lint [PATH]...    report defects in files or folders
  mm-analyzer facts FILE...     print what every mm handle is, expression by expression
  mm-analyzer explain RULE      print the page of a rule
  mm-analyzer rules             list the rules
  mm-analyzer lsp --stdio       serve an editor
  mm-analyzer --version         print the version

mm-analyzer COMMAND --help tells the options of a command.
`;
}

export function commandHelp(command: CommandName): string {
  const help = HELP_OF[command];
  const groups = help.groups.map(({ title, options }) =>
    [`${title}:`, ...Object.entries(options).flatMap(([name, option]) => describe(name, option))].join('\n'),
  );
  const notes = help.notes.length > 0 ? [help.notes.join('\n')] : [];
  return `${[`Usage: ${help.usage}`, help.description.join('\n'), ...groups, ...notes].join('\n\n')}\n`;
}

export function isCommand(name: string): name is CommandName {
  return (COMMANDS as readonly string[]).includes(name);
}

function describe(name: string, option: Option): readonly string[] {
  if (!option.help) return [];
  const spelling = `  --${name}${option.value ? `=${option.value}` : ''}`;
  const [first, ...rest] = option.help.map(line => ' '.repeat(MARGIN) + line);
  return spelling.length < MARGIN - 1
    ? [spelling.padEnd(MARGIN) + first!.trimStart(), ...rest]
    : [spelling, first!, ...rest];
}
