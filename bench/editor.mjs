import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import rpc from 'vscode-languageserver/node';
import { percentile, round } from './measure.mjs';

const FILE = 'mm/memory.c';
const EDITS = 60;
const OPENS = 10;
const HOVERS = 100;

/** Through the bundled server on stdio, as an editor sees it: how long the answer takes. */
export async function benchEditor({ tree, bundle }) {
  const editor = await startEditor(tree, bundle);
  const text = readFileSync(path.join(tree, FILE), 'utf8');
  const opens = [];
  for (let i = 0; i < OPENS; i++) {
    opens.push(await editor.time(() => editor.open(text)));
    await editor.close();
  }
  await editor.open(text);
  const edits = [];
  const before = editor.cpu();
  for (const at of places(text, EDITS)) edits.push(await editor.time(() => editor.insert(at, ' ')));
  const cpu = (editor.cpu() - before) / EDITS;
  const hovers = [];
  for (const at of places(text, HOVERS)) hovers.push(await editor.time(() => editor.hover(at)));
  const idle = [];
  for (let i = 0; i < HOVERS; i++) idle.push(await editor.time(() => editor.hover({ line: 0, character: 0 })));
  await editor.stop();

  const roundTrip = percentile(idle, 0.5);
  const describe = (what, values) => [
    { what: `${what}, median`, value: round(percentile(values, 0.5)), unit: 'ms' },
    { what: `${what}, 95 %`, value: round(percentile(values, 0.95)), unit: 'ms' },
  ];
  return [
    ...describe(`open ${FILE} → diagnostics`, opens),
    ...describe(`edit ${FILE} → diagnostics`, edits),
    ...describe(`hover in ${FILE}`, hovers),
    { what: 'a request with nothing to answer, median', value: round(roundTrip, 2), unit: 'ms' },
    { what: `edit ${FILE}, processor time of the server, mean`, value: round(cpu), unit: 'ms' },
    { what: 'edit / such a request', value: round(percentile(edits, 0.5) / roundTrip, 0), unit: '×' },
  ];
}

/** Ends of statements, spread over the functions of the file that have to do with an mm. */
function places(text, count) {
  const lines = text.split('\n');
  const near = lines.flatMap((line, index) => (/^\t.*\b(?:mm|vma)\b.*;$/.test(line) ? [index] : []));
  return Array.from({ length: count }, (_, i) => {
    const line = near[Math.floor((i * near.length) / count)];
    return { line, character: lines[line].search(/\b(?:mm|vma)\b/) };
  });
}

async function startEditor(tree, bundle) {
  const child = spawn(process.execPath, [bundle, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = rpc.createProtocolConnection(
    new rpc.StreamMessageReader(child.stdout),
    new rpc.StreamMessageWriter(child.stdin),
  );
  const uri = pathToFileURL(path.join(tree, FILE)).href;
  let version = 0;
  let wake = () => {};
  connection.onNotification(rpc.PublishDiagnosticsNotification.type, published => {
    if (published.uri === uri && published.version === version) wake();
  });
  connection.listen();
  const textDocument = { publishDiagnostics: { versionSupport: true, relatedInformation: true } };
  await connection.sendRequest(rpc.InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(tree).href,
    capabilities: { textDocument },
  });
  await connection.sendNotification(rpc.InitializedNotification.type, {});

  /** Sends a document's new version and waits for its diagnostics. */
  const published = async send => {
    version++;
    const arrived = new Promise(resolve => {
      wake = resolve;
    });
    await send();
    await arrived;
  };
  return {
    open: text =>
      published(() =>
        connection.sendNotification(rpc.DidOpenTextDocumentNotification.type, {
          textDocument: { uri, languageId: 'c', version, text },
        }),
      ),
    close: () => connection.sendNotification(rpc.DidCloseTextDocumentNotification.type, { textDocument: { uri } }),
    insert: (position, text) =>
      published(() =>
        connection.sendNotification(rpc.DidChangeTextDocumentNotification.type, {
          textDocument: { uri, version },
          contentChanges: [{ range: { start: position, end: position }, text }],
        }),
      ),
    hover: position => connection.sendRequest(rpc.HoverRequest.type, { textDocument: { uri }, position }),
    /** Milliseconds of processor time so far, from Linux's own count in ticks of 10 ms. */
    cpu() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return 10 * (Number(fields[11]) + Number(fields[12]));
    },
    async time(action) {
      const started = performance.now();
      await action();
      return performance.now() - started;
    },
    async stop() {
      await connection.sendRequest(rpc.ShutdownRequest.type);
      await connection.sendNotification(rpc.ExitNotification.type);
    },
  };
}
