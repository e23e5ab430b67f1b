import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import * as lsp from 'vscode-languageserver/node';
import { BUNDLE, C_FILE, CAPABLE, Client, exitOf } from './client';

/** A tabbed kernel-shaped function that returns with a reference, behind a comment in several scripts. */
const LEAK = `/* 日本語 😀 */
int peek(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return -ESRCH;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}
`;

/** The bundle that ships, as an editor runs it. */
describe('mm-analyzer lsp --stdio', () => {
  let client: Client;
  let stderr = '';

  before(() => {
    const built = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: path.resolve(__dirname, '../..') });
    assert.equal(built.status, 0, String(built.stderr));
  });
  beforeEach(() => {
    stderr = '';
    client = Client.spawn();
    client.process!.stderr!.on('data', data => {
      stderr += data;
    });
  });
  afterEach(() => {
    client.connection.dispose();
    if (client.process!.exitCode === null) client.process!.kill();
  });

  it('finds a defect with its trail, fixes it, and finds nothing more', async () => {
    const { capabilities, serverInfo } = await client.initialize();
    assert.equal(serverInfo!.name, 'mm-analyzer');
    assert.equal(capabilities.positionEncoding, 'utf-16');
    await client.open(LEAK);
    const [diagnostic, ...rest] = await client.diagnostics(1);
    assert.deepEqual(rest, []);
    assert.equal(diagnostic!.code, 'leaked-users');
    assert.equal(diagnostic!.severity, lsp.DiagnosticSeverity.Error);
    assert.equal(diagnostic!.range.start.line, 8);
    assert.match(diagnostic!.relatedInformation![0]!.message, /taken here by `get_task_mm\(\)`/);
    assert.equal(diagnostic!.relatedInformation![0]!.location.range.start.line, 3);

    const [fix] = await client.codeActions(diagnostic!.range, ['quickfix'], [diagnostic!]);
    assert.deepEqual(fix!.diagnostics, [diagnostic]);
    const [change] = fix!.edit!.documentChanges as lsp.TextDocumentEdit[];
    const edits = [...(change!.edits as lsp.TextEdit[])].reverse();
    await client.change(
      2,
      edits.map(({ range, newText }) => ({ range, text: newText })),
    );
    assert.deepEqual(await client.diagnostics(2), []);

    assert.equal(await client.stop(), 0);
    assert.equal(stderr, '');
  });

  it('explains a handle and a call', async () => {
    await client.initialize();
    await client.open(LEAK);
    const handle = await client.hover(10, 8);
    assert.match((handle!.contents as lsp.MarkupContent).value, /\*\*`mm`\*\* — `MmWithUser`, owned/);
    assert.deepEqual(handle!.range, { start: { line: 10, character: 7 }, end: { line: 10, character: 9 } });
    const call = await client.hover(3, 30);
    assert.match((call!.contents as lsp.MarkupContent).value, /get_task_mm/);
    assert.equal(await client.hover(0, 0), null);
  });

  for (const [encoding, character] of [
    ['utf-8', 20],
    ['utf-16', 14],
  ] as const) {
    it(`counts columns in ${encoding}`, async () => {
      await client.initialize({ ...CAPABLE, general: { positionEncodings: [encoding] } });
      await client.open(LEAK.replace('return -EINTR', '/* 待つ 😀 */ return -EINTR'));
      const [diagnostic] = await client.diagnostics(1);
      assert.deepEqual(diagnostic!.range.start, { line: 8, character });
    });
  }

  it('takes a defect out of sight when its reason is given', async () => {
    await client.initialize();
    await client.open(LEAK);
    const [diagnostic] = await client.diagnostics(1);
    const allow = (await client.codeActions(diagnostic!.range)).at(-1);
    const [change] = allow!.edit!.documentChanges as lsp.TextDocumentEdit[];
    const [{ range, newText }] = change!.edits as [lsp.TextEdit];
    await client.change(2, [{ range, text: newText }]);
    assert.deepEqual(
      (await client.diagnostics(2)).map(({ code }) => code),
      ['unexplained-allow'],
    );
    await client.change(3, [{ range, text: newText }, { text: LEAK.replace(/\t\t(?=return -EINTR)/, reasoned) }]);
    assert.deepEqual(await client.diagnostics(3), []);
  });

  it('answers a burst of requests, and cancels those that wait', async () => {
    await client.initialize();
    await client.open(LEAK.repeat(200));
    const cancel = new lsp.CancellationTokenSource();
    const params = { textDocument: { uri: C_FILE }, position: { line: 10, character: 8 } };
    const requests = Array.from({ length: 100 }, () =>
      client.connection.sendRequest(lsp.HoverRequest.type, params, cancel.token).then(
        () => 'answered',
        error => error.code,
      ),
    );
    cancel.cancel();
    const results = new Set(await Promise.all(requests));
    results.delete('answered');
    assert.deepEqual([...results], [lsp.LSPErrorCodes.RequestCancelled]);
    assert.ok(await client.hover(10, 8));
  });

  it('is not ended by what does not make sense', async () => {
    await client.initialize();
    const { stdin } = client.process!;
    for (const message of [
      '{"jsonrpc":"2.0","id":',
      '[]',
      'null',
      '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":7}}}',
      '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":[1,2,3]}',
      `{"jsonrpc":"2.0","method":"$/unknown","params":${'['.repeat(2000)}${']'.repeat(2000)}}`,
    ]) {
      stdin!.write(`Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
    }
    await assert.rejects(client.connection.sendRequest('mm/unknown'), { code: lsp.ErrorCodes.MethodNotFound });
    await client.open(LEAK);
    assert.equal((await client.diagnostics(1)).length, 1);
    assert.equal(await client.stop(), 0);
  });

  it('judges what it can of damaged and of absurd texts', async () => {
    await client.initialize();
    for (const [index, text] of [
      'int f(void) { '.repeat(50_000),
      `int f(struct mm_struct *mm) { return ${'('.repeat(100_000)}mmget_not_zero(mm)${')'.repeat(100_000)}; }`,
      `${LEAK}\0\0\uD800`,
      LEAK.slice(0, 150),
    ].entries()) {
      const uri = `file:///tree/absurd-${index}.c`;
      await client.open(text, { uri });
      await client.diagnostics(1, uri);
    }
    await client.open(LEAK);
    assert.equal((await client.diagnostics(1)).length, 1);
  });

  describe('ends', () => {
    it('with 1 when it is told to exit without shutdown', async () => {
      await client.initialize();
      const exited = exitOf(client.process!);
      await client.connection.sendNotification(lsp.ExitNotification.type);
      assert.equal(await exited, 1);
    });

    it('with 1 when the client closes the stream', async () => {
      await client.initialize();
      const exited = exitOf(client.process!);
      client.process!.stdin!.end();
      assert.equal(await exited, 1);
    });

    it('when the process of the client is gone', async () => {
      const brief = spawn(process.execPath, ['-e', '0']);
      await once(brief, 'exit');
      const exited = exitOf(client.process!);
      await client.initialize(CAPABLE, { processId: brief.pid! });
      assert.equal(await exited, 1);
    });
  });
});

describe('mm-analyzer lsp', () => {
  it('talks over a socket of its client', async () => {
    const listening = createServer();
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as { port: number };
    const child = spawn(process.execPath, [BUNDLE, 'lsp', `--socket=${port}`], { stdio: 'inherit' });
    const [socket] = (await once(listening, 'connection')) as [Socket];
    const client = new Client(socket, socket, child);
    await client.initialize();
    await client.open(LEAK);
    assert.equal((await client.diagnostics(1)).length, 1);
    assert.equal(await client.stop(), 0);
    listening.close();
  });

  it('talks over the channel of a Node parent', async () => {
    const child = spawn(process.execPath, [BUNDLE, 'lsp', '--node-ipc', `--clientProcessId=${process.pid}`], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const answered = once(child, 'message');
    child.send({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    const [answer] = await answered;
    assert.ok(answer.result.capabilities.hoverProvider);
    const exited = exitOf(child);
    child.disconnect();
    assert.equal(await exited, 1);
  });
});

function reasoned(indent: string): string {
  return `${indent}/* mm-analyzer: allow(leaked-users): it is a test */\n${indent}`;
}
