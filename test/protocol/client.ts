import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import * as lsp from 'vscode-languageserver/node';
import { createConnection } from 'vscode-languageserver/node';
import { type ServerOptions, startServer } from '../../server/src/lsp/server';

export const BUNDLE = path.resolve(__dirname, '../../dist/mm-analyzer.js');
export const C_FILE = 'file:///tree/mm/example.c';

/** What a capable editor offers; tests take away what they are about. */
export const CAPABLE: lsp.ClientCapabilities = {
  workspace: { workspaceEdit: { documentChanges: true } },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, versionSupport: true },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } } },
  },
};

/** A small editor: it speaks the protocol over a stream and remembers what the server told it. */
export class Client {
  readonly connection: lsp.ProtocolConnection;
  readonly logged: lsp.LogMessageParams[] = [];
  readonly published: lsp.PublishDiagnosticsParams[] = [];
  readonly registered: lsp.Registration[] = [];
  /** Answer to `workspace/configuration`. */
  settings: unknown = null;
  #watchers: ((published: lsp.PublishDiagnosticsParams) => void)[] = [];

  constructor(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream,
    readonly process?: ChildProcess,
  ) {
    this.connection = lsp.createProtocolConnection(readerOf(input), new lsp.StreamMessageWriter(output));
    this.connection.onNotification(lsp.PublishDiagnosticsNotification.type, published => {
      this.published.push(published);
      for (const watcher of this.#watchers) watcher(published);
    });
    this.connection.onNotification(lsp.LogMessageNotification.type, message => void this.logged.push(message));
    this.connection.onRequest(lsp.ConfigurationRequest.type, ({ items }) => items.map(() => this.settings));
    this.connection.onRequest(
      lsp.RegistrationRequest.type,
      ({ registrations }) => void this.registered.push(...registrations),
    );
    this.connection.listen();
  }

  /** The bundled server in a process of its own. */
  static spawn(...args: readonly string[]): Client {
    const child = spawn(process.execPath, [BUNDLE, 'lsp', '--stdio', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    return new Client(child.stdout, child.stdin, child);
  }

  /** The server in this process, with whatever analyzer the test is about. */
  static inProcess(options: ServerOptions): Client {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    startServer(createConnection(readerOf(toServer), new lsp.StreamMessageWriter(toClient)), options);
    return new Client(toClient, toServer);
  }

  async initialize(
    capabilities: lsp.ClientCapabilities = CAPABLE,
    more: Partial<lsp.InitializeParams> = {},
  ): Promise<lsp.InitializeResult> {
    const params = { processId: this.process ? process.pid : null, rootUri: null, capabilities, ...more };
    const result = await this.connection.sendRequest(lsp.InitializeRequest.type, params);
    await this.connection.sendNotification(lsp.InitializedNotification.type, {});
    return result;
  }

  open(text: string, { uri = C_FILE, languageId = 'c', version = 1 } = {}): Promise<void> {
    const textDocument = { uri, languageId, version, text };
    return this.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument });
  }

  change(version: number, contentChanges: lsp.TextDocumentContentChangeEvent[], uri = C_FILE): Promise<void> {
    const textDocument = { uri, version };
    return this.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges,
    });
  }

  hover(line: number, character: number, uri = C_FILE): Promise<lsp.Hover | null> {
    const params = { textDocument: { uri }, position: { line, character } };
    return this.connection.sendRequest(lsp.HoverRequest.type, params);
  }

  async codeActions(range: lsp.Range, only?: string[], diagnostics: lsp.Diagnostic[] = []): Promise<lsp.CodeAction[]> {
    const context = { diagnostics, ...(only && { only }) };
    const params = { textDocument: { uri: C_FILE }, range, context };
    return ((await this.connection.sendRequest(lsp.CodeActionRequest.type, params)) ?? []) as lsp.CodeAction[];
  }

  /** The diagnostics of this version, sent already or soon. */
  diagnostics(version: number, uri = C_FILE): Promise<lsp.Diagnostic[]> {
    const wanted = (published: lsp.PublishDiagnosticsParams) => published.uri === uri && published.version === version;
    const known = this.published.findLast(wanted);
    if (known) return Promise.resolve(known.diagnostics);
    return this.nextDiagnostics(wanted);
  }

  nextDiagnostics(
    wanted: (published: lsp.PublishDiagnosticsParams) => boolean = () => true,
  ): Promise<lsp.Diagnostic[]> {
    return within(
      new Promise(resolve => {
        const watcher = (published: lsp.PublishDiagnosticsParams) => {
          if (!wanted(published)) return;
          this.#watchers = this.#watchers.filter(other => other !== watcher);
          resolve(published.diagnostics);
        };
        this.#watchers.push(watcher);
      }),
      'diagnostics',
    );
  }

  /** Shuts the server process down as the protocol says; resolves to its exit code. */
  async stop(): Promise<number | null> {
    const exited = exitOf(this.process!);
    await this.connection.sendRequest(lsp.ShutdownRequest.type);
    await this.connection.sendNotification(lsp.ExitNotification.type);
    return exited;
  }
}

/** A reader that was left in the middle of a message would wait for the rest, and keep the tests from ending. */
function readerOf(input: NodeJS.ReadableStream): lsp.StreamMessageReader {
  const reader = new lsp.StreamMessageReader(input);
  reader.partialMessageTimeout = 0;
  return reader;
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return within(new Promise(resolve => child.once('exit', resolve)), 'the server to exit');
}

function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`timed out waiting for ${what}`)), 8000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
