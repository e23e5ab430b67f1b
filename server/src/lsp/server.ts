import {
  type Connection,
  ErrorCodes,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { version } from '../../../package.json';
import type { AnalyzerOptions } from '../core';
import type { Parser } from '../core/syntax/node';
import { readClientFeatures } from './client-features';
import { Guard, type Lifecycle } from './guard';
import { CODE_ACTION_KINDS, codeActions } from './handlers/code-actions';
import { didChangeConfiguration, didChangeWatchedFiles, subscribe } from './handlers/configuration';
import { definition } from './handlers/definition';
import { diagnostics, NO_REPORT } from './handlers/diagnostics';
import { didChange, didClose, didOpen, didSave } from './handlers/documents';
import { hover } from './handlers/hover';
import { inlayHints } from './handlers/inlay-hints';
import { Log } from './log';
import type { IndexOptions } from './programs';
import { type EditorAnalyzer, foldersOf, Projects } from './projects';
import { Session } from './session';

export interface ServerOptions {
  /** Being loaded since the process began: `initialize` is answered when it is there. */
  readonly parser: Promise<Parser>;
  readonly createAnalyzer: (options: AnalyzerOptions) => EditorAnalyzer;
  /** Ids of the rules, which a configuration may name. */
  readonly rules: readonly string[];
  /** How the index of a tree is built and kept; null when each file is to be judged alone. */
  readonly index: IndexOptions | null;
}

/** Serves one client over a connection that does not listen yet. */
export function startServer(connection: Connection, options: ServerOptions): void {
  const lifecycle: Lifecycle = { session: null, shutdown: false };
  const log = new Log(connection);
  const guard = new Guard(lifecycle, log);

  // A parser that cannot be loaded is the answer to `initialize`, not the end of the process before it.
  options.parser.catch(() => {});
  connection.onInitialize(async params => {
    if (lifecycle.session) return new ResponseError(ErrorCodes.InvalidRequest, 'the server is initialized already');
    const parser = await options.parser;
    const createAnalyzer = (extraRows: readonly unknown[]) =>
      options.createAnalyzer({ parser, extraRows, keepCaches: true });
    const projects = new Projects(foldersOf(params), new Set(options.rules), createAnalyzer, log);
    const session = new Session(connection, readClientFeatures(params), projects, log, guard, options.index);
    session.configure(params.initializationOptions);
    lifecycle.session = session;
    return describeServer(session);
  });
  connection.onInitialized(guard.notification('initialized', subscribe));
  connection.onShutdown(() => {
    lifecycle.shutdown = true;
  });

  connection.onDidOpenTextDocument(guard.notification('textDocument/didOpen', didOpen));
  connection.onDidChangeTextDocument(guard.notification('textDocument/didChange', didChange));
  connection.onDidSaveTextDocument(guard.notification('textDocument/didSave', didSave));
  connection.onDidCloseTextDocument(guard.notification('textDocument/didClose', didClose));
  connection.onDidChangeConfiguration(guard.notification('workspace/didChangeConfiguration', didChangeConfiguration));
  connection.onDidChangeWatchedFiles(guard.notification('workspace/didChangeWatchedFiles', didChangeWatchedFiles));

  connection.onHover(guard.request('textDocument/hover', hover, null));
  connection.onCodeAction(guard.request('textDocument/codeAction', codeActions, []));
  connection.onDefinition(guard.request('textDocument/definition', definition, []));
  connection.languages.inlayHint.on(guard.request('textDocument/inlayHint', inlayHints, []));
  connection.languages.diagnostics.on(guard.request('textDocument/diagnostic', diagnostics, NO_REPORT));
  connection.listen();
}

function describeServer({ client }: Session): InitializeResult {
  return {
    serverInfo: { name: 'mm-analyzer', version },
    capabilities: {
      positionEncoding: client.encoding,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      hoverProvider: true,
      definitionProvider: true,
      inlayHintProvider: true,
      codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS },
      ...(client.pullsDiagnostics && {
        diagnosticProvider: { identifier: 'mm-analyzer', interFileDependencies: false, workspaceDiagnostics: false },
      }),
    },
  };
}
