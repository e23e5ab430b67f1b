import assert from 'node:assert/strict';
import { ensureBundle, runBundle, TREE } from './bundle';
import { runHere } from './here';

/** Each misuse is told in one sentence, with exit status 2 and nothing on stdout. */
const MISUSES: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
  [[], /^mm-analyzer: name a command/],
  [['lnt'], /^mm-analyzer: there is no command "lnt"; did you mean lint\?/],
  [['--fix'], /^mm-analyzer: unknown option --fix; the command comes first/],
  [['lint', '--formt=json'], /^mm-analyzer lint: unknown option --formt; did you mean --format\?/],
  [['lint', '-x'], /^mm-analyzer lint: unknown option -x/],
  [['lint', '--format'], /^mm-analyzer lint: --format needs a value: FORMAT/],
  [['lint', '--format', '--fix'], /^mm-analyzer lint: --format needs a value/],
  [['lint', '--format=xml'], /^mm-analyzer lint: --format takes text, json, sarif, github or checkstyle, not "xml"/],
  [['lint', '--fix=yes'], /^mm-analyzer lint: --fix takes no value/],
  [['lint', '--jobs=0'], /^mm-analyzer lint: --jobs needs a whole number from 1 on, not "0"/],
  [['lint', '--jobs=2.5'], /^mm-analyzer lint: --jobs needs a whole number/],
  [['lint', '--max-findings=many'], /^mm-analyzer lint: --max-findings needs a whole number/],
  [['lint', '--shard=3/2'], /^mm-analyzer lint: --shard needs I\/N with I from 1 to N, not "3\/2"/],
  [['lint', '--shard=0/2'], /^mm-analyzer lint: --shard needs I\/N/],
  [['lint', '--rule', 'leaked-users'], /^mm-analyzer lint: --rule needs ID=LEVEL/],
  [
    ['lint', '--rule=leaked-user=off'],
    /^mm-analyzer lint: there is no rule "leaked-user"; did you mean leaked-users\?/,
  ],
  [['lint', '--fail-on=all'], /^mm-analyzer lint: --fail-on takes error, warning, info or never/],
  [['lint', '--fix', '--diff-fixes'], /^mm-analyzer lint: --fix and --diff-fixes cannot be combined/],
  [['lint', '--patch=a', '--since=b'], /^mm-analyzer lint: --patch and --since cannot be combined/],
  [['lint', '--write-baseline'], /^mm-analyzer lint: --write-baseline needs --baseline=FILE/],
  [['lint', '--baseline=nowhere.json'], /^mm-analyzer lint: cannot read the baseline nowhere.json: no such file/],
  [['lint', '--patch=nowhere.patch'], /^mm-analyzer lint: cannot read the patch nowhere.patch: no such file/],
  [['lint', '--config=nowhere.json'], /^mm-analyzer lint: nowhere.json: no such file/],
  [['lint', '--root=MAINTAINERS'], /^mm-analyzer lint: --root needs a folder, and MAINTAINERS is a file/],
  [['lint', '--since=no-such-revision'], /^mm-analyzer lint: git cannot tell what changed: /],
  [['lint', 'nowhere.c'], /^mm-analyzer lint: nowhere.c: no such file or folder/],
  [['lint', 'MAINTAINERS'], /^mm-analyzer lint: MAINTAINERS: neither C \(\.c, \.h\) nor Rust \(\.rs\)/],
  [['lint', '--stdin-filename=x.txt'], /^mm-analyzer lint: x.txt: neither C/],
  [
    ['lint', '--stdin-filename=x.c', 'y.c'],
    /^mm-analyzer lint: --stdin-filename takes its text from stdin: remove y.c/,
  ],
  [['facts'], /^mm-analyzer facts: name the files to look at/],
  [['facts', 'mm'], /^mm-analyzer facts: mm: is a folder; facts takes files/],
  [['facts', 'Kbuild'], /^mm-analyzer facts: Kbuild: neither C/],
  [['explain'], /^mm-analyzer explain: name one rule/],
  [['explain', 'leaked-uesrs'], /^mm-analyzer explain: there is no rule "leaked-uesrs"; did you mean leaked-users\?/],
  [['rules', 'leaked-users'], /^mm-analyzer rules: it takes no names/],
  [['lsp'], /^mm-analyzer lsp: choose one of --stdio, --socket=PORT and --node-ipc/],
  [['lsp', '--socket=99999'], /^mm-analyzer lsp: --socket needs a port up to 65535/],
  [['lsp', '--node-ipc'], /^mm-analyzer lsp: --node-ipc needs a Node parent process/],
];

describe('misuse of the command line', () => {
  const unneeded = () => Promise.reject(new Error('a misuse is told before the parser is loaded'));

  for (const [args, sentence] of MISUSES) {
    it(`mm-analyzer ${args.join(' ')}`, async () => {
      const { status, stdout, stderr } = await runHere(args, TREE, unneeded);
      assert.match(stderr, sentence);
      assert.equal(stderr.split('\n').length, 2, 'one line');
      assert.deepEqual([status, stdout], [2, '']);
    });
  }

  it('is told by the bundle alike', () => {
    ensureBundle();
    const { status, stdout, stderr } = runBundle(['lint', '--formt=json']);
    assert.equal(stderr, 'mm-analyzer lint: unknown option --formt; did you mean --format?\n');
    assert.deepEqual([status, stdout], [2, '']);
  });
});
