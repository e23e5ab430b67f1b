import { EMIT_KINDS } from '../core/facade';

/** One option of a command. The parser, the completion of misspelt names and `--help` all read this. */
export interface Option {
  /** What stands for its value in the help; an option without it is a flag. */
  readonly value?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** It may be given several times; otherwise the last one counts. */
  readonly repeats?: boolean;
  /** Lines of the help. An option without help is accepted and not listed. */
  readonly help?: readonly string[];
}

export type Options = Readonly<Record<string, Option>>;

export interface OptionGroup {
  readonly title: string;
  readonly options: Options;
}

export interface CommandHelp {
  readonly usage: string;
  readonly description: readonly string[];
  readonly groups: readonly OptionGroup[];
  readonly notes: readonly string[];
}

export const COMMANDS = ['lint', 'facts', 'explain', 'rules', 'lsp'] as const;
export type CommandName = (typeof COMMANDS)[number];

export const LINT_FORMATS = ['text', 'json', 'sarif', 'github', 'checkstyle'] as const;
export const FAIL_LEVELS = ['error', 'warning', 'info', 'never'] as const;

const HELP: OptionGroup = {
  title: '',
  options: { help: { help: ['print this help'] } },
};

const TREE: Options = {
  root: {
    value: 'DIR',
    help: [
      'root of the source tree; found upward by default: MAINTAINERS',
      'and Kbuild, else .git, else the working folder',
    ],
  },
  config: { value: 'FILE', help: ['configuration; mm-analyzer.json at the root by default'] },
};

const INDEX: Options = {
  'no-index': { help: ['judge each file alone, without the rest of the program'] },
  'no-cache': { help: ['keep no index for the next run, and use none'] },
  'cache-dir': { value: 'DIR', help: ['where to keep it; $XDG_CACHE_HOME/mm-analyzer by default'] },
};

export const HELP_OF: Readonly<Record<CommandName, CommandHelp>> = {
  lint: {
    usage: 'mm-analyzer lint [OPTION]... [PATH]...',
    description: [
      'Report what C and Rust code does wrong with an mm_struct: its reference counts,',
      'its mmap_lock and its VMAs. A PATH is a file, or a folder with all that is below;',
      'the default is the working folder. Nothing is built and nothing is run.',
    ],
    groups: [
      {
        title: 'What is judged',
        options: {
          'stdin-filename': { value: 'FILE', help: ['judge the text on stdin as if it were FILE in the tree'] },
          patch: {
            value: 'FILE|-',
            help: [
              'report what a patch touches or causes: a plain diff, a',
              'git format-patch or an mbox, applied to the tree or not yet',
            ],
          },
          since: { value: 'REV', help: ['the same for what the working tree changed since a git revision'] },
          shard: { value: 'I/N', help: ['judge the I-th of N parts of the files (I from 1 to N)'] },
          ...TREE,
        },
      },
      {
        title: 'What is reported',
        options: {
          format: { value: 'FORMAT', choices: LINT_FORMATS, help: [`${LINT_FORMATS.join(', ')}; text by default`] },
          rule: { value: 'ID=LEVEL', repeats: true, help: ['off, info, warning or error for all findings of a rule'] },
          'fail-on': {
            value: 'LEVEL',
            choices: FAIL_LEVELS,
            help: ['exit with 1 from this severity on: error, warning (default),', 'info or never'],
          },
          'max-findings': { value: 'N', help: ['print the first N findings only'] },
          baseline: {
            value: 'FILE',
            help: ['leave out the findings that FILE lists; they are recognised', 'when their lines move'],
          },
          'write-baseline': { help: ['write the findings of this run to the baseline'] },
          emit: {
            value: 'KIND',
            choices: EMIT_KINDS,
            help: [`print what the analysis sees instead of findings:`, EMIT_KINDS.join(', ')],
          },
        },
      },
      {
        title: 'Fixes',
        options: {
          fix: { help: ['apply the safe fixes, then report what is left'] },
          'diff-fixes': { help: ['print them as a unified diff and change nothing'] },
        },
      },
      {
        title: 'Other',
        options: {
          jobs: { value: 'N', help: ['worker threads; the number of processors, at most 4, by default'] },
          ...INDEX,
          ...HELP.options,
        },
      },
    ],
    notes: [
      'In the source, an exception is a comment on the line, on the line above or above the function:',
      '  /* mm-analyzer: allow(leaked-users): the work item puts it */',
      '',
      'Exit status: 0 clean, 1 findings, 2 misuse or an internal error.',
      '',
      'Examples:',
      '  mm-analyzer lint mm/ drivers/android/',
      '  git format-patch -1 --stdout | mm-analyzer lint --patch -',
      '  mm-analyzer lint --since origin/master --format sarif > mm.sarif',
    ],
  },
  facts: {
    usage: 'mm-analyzer facts [OPTION]... FILE...',
    description: [
      'Print what is known of every expression that denotes an mm_struct, a guard or a VMA:',
      'what it guarantees, who owns it, whether it may be NULL, the mmap_lock held on it,',
      'and the Rust type that says the same.',
    ],
    groups: [
      {
        title: 'Options',
        options: {
          format: { value: 'FORMAT', choices: ['text', 'json'], help: ['text (default) or json'] },
          ...TREE,
          ...INDEX,
          ...HELP.options,
        },
      },
    ],
    notes: ['Example:', '  mm-analyzer facts mm/oom_kill.c'],
  },
  explain: {
    usage: 'mm-analyzer explain RULE',
    description: ['Print the page of a rule: what it reports, why that is a defect, and an example of both.'],
    groups: [{ title: 'Options', options: HELP.options }],
    notes: ['Example:', '  mm-analyzer explain leaked-users'],
  },
  rules: {
    usage: 'mm-analyzer rules [OPTION]...',
    description: ['List the rules with their severities.'],
    groups: [
      {
        title: 'Options',
        options: {
          format: {
            value: 'FORMAT',
            choices: ['text', 'json', 'markdown'],
            help: ['text (default), json or markdown'],
          },
          ...HELP.options,
        },
      },
    ],
    notes: [],
  },
  lsp: {
    usage: 'mm-analyzer lsp --stdio | --socket=PORT | --node-ipc',
    description: ['Serve an editor over the Language Server Protocol.'],
    groups: [
      {
        title: 'Options',
        options: {
          stdio: { help: ['speak on stdin and stdout'] },
          socket: { value: 'PORT', help: ['connect to a port of this machine'] },
          'node-ipc': { help: ['speak over the channel of a Node parent process'] },
          clientProcessId: { value: 'PID' },
          ...HELP.options,
        },
      },
    ],
    notes: [],
  },
};

/** Every option of a command by its name. */
export function optionsOf(command: CommandName): Options {
  return Object.assign({}, ...HELP_OF[command].groups.map(group => group.options));
}
