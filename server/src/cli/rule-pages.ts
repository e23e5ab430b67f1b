import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArguments } from './args';
import { catalogue, findRule, type RuleInfo } from './catalogue';
import type { Host } from './host';
import { optionsOf } from './options';
import { type Paint, paintFor } from './terminal';
import { UsageError } from './usage-error';

/** Columns of prose; a terminal has at least as many. */
const WIDTH = 80;

/** `mm-analyzer explain`: the exit status. Throws UsageError. */
export function explain(argv: readonly string[], host: Host): number {
  const { positionals } = parseArguments(argv, optionsOf('explain'));
  if (positionals.length !== 1) throw new UsageError('name one rule; mm-analyzer rules lists them');
  host.stdout.write(layOut(pageOf(findRule(positionals[0]!)), paintFor(host.stdout, host)));
  return 0;
}

/** `mm-analyzer rules`: the exit status. Throws UsageError. */
export function listRules(argv: readonly string[], host: Host): number {
  const args = parseArguments(argv, optionsOf('rules'));
  if (args.positionals.length > 0)
    throw new UsageError(`it takes no names; mm-analyzer explain ${args.positionals[0]} tells more of one`);
  host.stdout.write(formatRules(args.value('format') ?? 'text', paintFor(host.stdout, host)));
  return 0;
}

/** The generated page with its tested examples, which is shipped beside the bundle; without it, what the rule says. */
function pageOf(rule: RuleInfo): string {
  const page = path.join(__dirname, '..', 'docs', 'rules', `${rule.id}.md`);
  if (existsSync(page)) return readFileSync(page, 'utf8');
  return `# ${rule.id}\n\n${capitalise(rule.summary)}. Severity: ${rule.severity}.\n\n${rule.why}\n`;
}

function formatRules(format: string, paint: Paint): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify({ version: 1, rules: catalogue.map(({ id, severity, languages, summary, why }) => ({ id, severity, languages, summary, why })) }, null, 2)}\n`;
    case 'markdown':
      return [
        '| rule | severity | languages | defect |',
        '|---|---|---|---|',
        ...catalogue.map(
          rule => `| ${rule.id} | ${rule.severity} | ${languagesOf(rule)} | ${rule.summary.replaceAll('|', '\\|')} |`,
        ),
        '',
      ].join('\n');
    default: {
      const width = Math.max(...catalogue.map(({ id }) => id.length));
      return catalogue
        .map(({ id, severity, summary }) => `${paint.bold(id.padEnd(width))}  ${severity.padEnd(7)}  ${summary}\n`)
        .join('');
    }
  }
}

function languagesOf({ languages }: RuleInfo): string {
  return languages.map(language => (language === 'c' ? 'C' : 'Rust')).join(', ');
}

/** Markdown as it is read in a terminal: prose wrapped, code untouched, headings marked. */
function layOut(markdown: string, paint: Paint): string {
  let inCode = false;
  const lines = markdown.replace(/^<!--.*?-->\s*/s, '').split('\n');
  return lines
    .map(line => {
      if (line.startsWith('```')) inCode = !inCode;
      if (inCode || line.startsWith('```')) return line;
      return line.startsWith('#') ? paint.bold(line) : wrap(line);
    })
    .join('\n');
}

/** Breaks a line at blanks; what continues a list item is indented as its text is. */
function wrap(line: string): string {
  const indent = /^- /.test(line) ? '  ' : '';
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1)!;
    if (last.trim() !== '' && last.length + 1 + word.length > WIDTH) lines.push(indent + word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
