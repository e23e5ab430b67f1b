import path from 'node:path';
import { version } from '../../../package.json';
import { languageOf } from '../workspace/languages';
import { encode } from '../workspace/reading';
import { relativePath } from '../workspace/root';
import { isInTree } from '../workspace/tree-index';
import { readBaseline, withoutBaseline, writeBaseline } from './baseline';
import { catalogue, ruleIds } from './catalogue';
import { formatCheckstyle } from './formats/checkstyle';
import { formatGithub } from './formats/github';
import { formatJson } from './formats/json';
import { formatSarif } from './formats/sarif';
import { count, describeStats, formatText } from './formats/text';
import type { Host } from './host';
import type { JudgeSettings } from './judge';
import { judgeChanges, judgeIn } from './judging';
import { type FailLevel, type Input, type LintOptions, parseLintOptions } from './lint-options';
import { openProgram, type Program } from './program';
import {
  compareFindings,
  compareText,
  emptyReport,
  type FileReport,
  INTERNAL_ERROR,
  type ReportedFinding,
  type Summary,
} from './report';
import { type Selection, selectSources } from './selection';
import { type Paint, paintFor, visible } from './terminal';
import { type NamedPath, openTree, statPaths, type Tree } from './tree';
import { UsageError } from './usage-error';
import { type Workshop, withWorkshop } from './work';

/** `mm-analyzer lint`: the exit status. Throws UsageError, before anything is written to stdout. */
export async function lint(argv: readonly string[], host: Host): Promise<number> {
  const options = parseLintOptions(argv, host);
  const named = namePaths(options.input, host.cwd);
  const tree = openTree(named, options, host.cwd);
  const settings = settingsOf(options, tree, host.cwd);
  const baseline = options.baseline === null ? null : path.resolve(host.cwd, options.baseline);
  // Read before the work begins, for it may be misspelt.
  const accepted = baseline && !options.writeBaseline ? readBaseline(baseline, options.baseline!) : null;
  const selection = selectSources(options, named, tree, host);
  const reports = await judgeAll(selection, settings, tree, options, host);
  rejectEmptyRun(reports, selection);
  if (options.emit) return printEmitted(reports, host);
  tellNotes(reports, options, host);
  if (options.fix === 'diff') return printDiffs(reports, options, host);
  const found = reports.flatMap(report => report.findings).sort(compareFindings);
  if (!options.writeBaseline)
    return printFindings(reports, found, accepted ? withoutBaseline(found, accepted) : found, options, host);
  writeBaseline(baseline!, options.baseline!, found);
  host.stderr.write(`wrote ${count(found.length, 'finding')} to ${options.baseline}\n`);
  return printFindings(reports, found, [], options, host);
}

/** What the command line names, or else the working folder. A file on stdin need not exist. Throws UsageError. */
function namePaths(input: Input, cwd: string): readonly NamedPath[] {
  if (input.kind === 'stdin') return [{ absolute: path.resolve(cwd, input.file), isFolder: false }];
  return statPaths(input.paths.length > 0 ? input.paths : ['.'], cwd);
}

function settingsOf(options: LintOptions, { root, configuration }: Tree, cwd: string): JudgeSettings {
  return {
    cwd,
    root,
    levels: { ...configuration.rules, ...options.levels },
    rules: ruleIds,
    extraRows: configuration.api,
    fix: options.fix,
    emit: options.emit,
  };
}

/** Reports in the order of their files. */
async function judgeAll(
  selection: Selection,
  settings: JudgeSettings,
  tree: Tree,
  options: LintOptions,
  host: Host,
): Promise<FileReport[]> {
  return withWorkshop(settings, options.jobs, host, async workshop => {
    const isSource = (file: string) => languageOf(file) !== null;
    const needsProgram = selection.tasks.some(task => isSource(task.path)) || selection.candidates.some(isSource);
    const program = needsProgram ? await openProgram(tree, selection, options.program, workshop, host) : null;
    const found = await findRelated(selection, program, tree.root, workshop);
    const tasks = [...selection.tasks, ...found.related.map(file => ({ path: file, source: null }))];
    const reports =
      selection.changes === null
        ? await judgeIn(program?.tree ?? null, tasks, workshop)
        : await judgeChanges(selection.changes, program?.tree ?? null, tree.root, workshop);
    const skipped = [...selection.skipped, ...found.skipped].map(skip =>
      emptyReport(relativePath(settings.cwd, skip.path), skip.reason),
    );
    return [...reports, ...skipped].sort((a, b) => compareText(a.file, b.file));
  });
}

/** The files met in folders that mention an mm: the index knows those of the tree. */
async function findRelated(
  { candidates }: Selection,
  program: Program | null,
  root: string,
  workshop: Workshop,
): Promise<{ readonly related: readonly string[]; readonly skipped: Selection['skipped'] }> {
  const isIndexed = (file: string) => program !== null && isInTree(root, file);
  const found = await workshop.filter(
    candidates.filter(file => !isIndexed(file)).map(file => relativePath(root, file)),
  );
  const wanted = new Set(candidates);
  const indexed = candidates.filter(file => isIndexed(file) && program!.tree.files.has(relativePath(root, file)));
  return {
    related: [...indexed, ...found.related.map(file => path.join(root, file.path))].sort(),
    skipped: [
      ...found.skipped.map(skip => ({ ...skip, path: path.join(root, skip.path) })),
      ...(program?.skipped ?? []).filter(skip => wanted.has(skip.path)),
    ],
  };
}

/**
 * A run that judged nothing of what it was asked to must not pass for a clean one. A folder may well have nothing to
 * judge, unless the program itself is broken.
 */
function rejectEmptyRun(reports: readonly FileReport[], { candidates }: Selection): void {
  const skipped = reports.filter(report => report.skipped !== null);
  if (skipped.length === 0 || skipped.length < reports.length) return;
  const broken = skipped.filter(report => report.skipped!.startsWith(INTERNAL_ERROR));
  const told = candidates.length === 0 ? skipped : broken;
  if (told.length > 0)
    throw new UsageError(told.map(report => `${visible(report.file)}: ${report.skipped}`).join('\n'));
}

function tellNotes(reports: readonly FileReport[], { fix }: LintOptions, { stderr }: Host): void {
  for (const { file, skipped, note } of reports) {
    if (skipped !== null) stderr.write(`${visible(file)}: skipped: ${skipped}\n`);
    if (note !== null) stderr.write(`${visible(file)}: ${note}\n`);
  }
  const fixed = reports.filter(report => report.fixed > 0);
  const applied = fixed.reduce((sum, report) => sum + report.fixed, 0);
  if (applied > 0) {
    const verb = fix === 'apply' ? 'fixed' : 'would fix';
    stderr.write(`${verb} ${count(applied, 'finding')} in ${count(fixed.length, 'file')}\n`);
  }
}

function printEmitted(reports: readonly FileReport[], { stdout }: Host): number {
  const many = reports.length > 1;
  for (const { file, emitted } of reports) {
    if (emitted !== '')
      stdout.write(`${many ? `== ${visible(file)}\n` : ''}${emitted}${emitted.endsWith('\n') ? '' : '\n'}`);
  }
  return 0;
}

/** The diff is for `patch` and `git apply`, so it has the bytes of the files. */
function printDiffs(reports: readonly FileReport[], { failOn }: LintOptions, { stdout }: Host): number {
  for (const { diff, encoding } of reports) {
    if (diff !== '') stdout.write(encode({ text: diff, encoding }) ?? diff);
  }
  return statusOf(
    reports.flatMap(report => report.findings),
    failOn,
  );
}

function printFindings(
  reports: readonly FileReport[],
  found: readonly ReportedFinding[],
  reported: readonly ReportedFinding[],
  options: LintOptions,
  host: Host,
): number {
  const summary = summarise(reports, found, reported, options.maxFindings);
  host.stdout.write(format(summary, options, paintFor(host.stdout, host)));
  host.stderr.write(`${describeStats(summary.stats)}\n`);
  return statusOf(reported, options.failOn);
}

function summarise(
  reports: readonly FileReport[],
  found: readonly ReportedFinding[],
  reported: readonly ReportedFinding[],
  max: number,
): Summary {
  const incomplete = reports.flatMap(report => report.incomplete);
  const skipped = reports.flatMap(({ file, skipped: reason }) => (reason === null ? [] : [{ file, reason }]));
  const withSeverity = (name: string) => reported.filter(({ severity }) => severity === name).length;
  return {
    version,
    findings: reported.slice(0, max),
    incomplete,
    stats: {
      files: reports.length - skipped.length,
      errors: withSeverity('error'),
      warnings: withSeverity('warning'),
      infos: withSeverity('info'),
      omitted: Math.max(0, reported.length - max),
      allowed: reports.reduce((sum, report) => sum + report.allowed, 0),
      baselined: found.length - reported.length,
      fixed: reports.reduce((sum, report) => sum + report.fixed, 0),
      incomplete: incomplete.length,
      skipped,
    },
  };
}

function format(summary: Summary, { format: name }: LintOptions, paint: Paint): string {
  switch (name) {
    case 'text':
      return formatText(summary, paint);
    case 'json':
      return formatJson(summary);
    case 'sarif':
      return formatSarif(summary, catalogue);
    case 'github':
      return formatGithub(summary);
    case 'checkstyle':
      return formatCheckstyle(summary);
  }
}

function statusOf(findings: readonly ReportedFinding[], failOn: FailLevel): number {
  const order = ['info', 'warning', 'error'];
  const least = failOn === 'never' ? order.length : order.indexOf(failOn);
  return findings.some(({ severity }) => order.indexOf(severity) >= least) ? 1 : 0;
}
