import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, State, TransportKind } from 'vscode-languageclient/node';

const NAME = 'mm-analyzer';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath('dist/mm-analyzer.js');
  const server = { module, args: ['lsp'], transport: TransportKind.ipc };
  // The first argument also names the settings: `mmAnalyzer.trace.server` is read by the library.
  client = new LanguageClient('mmAnalyzer', NAME, { run: server, debug: server }, CLIENT_OPTIONS);
  context.subscriptions.push(
    showStatus(client),
    vscode.commands.registerCommand('mm-analyzer.restart', () => client?.restart()),
    vscode.commands.registerCommand('mm-analyzer.showLog', () => client?.outputChannel.show()),
  );
  await client.start();
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}

const CLIENT_OPTIONS: LanguageClientOptions = {
  // VS Code takes a `.h` for C++.
  documentSelector: [{ language: 'c' }, { language: 'rust' }, { language: 'cpp', pattern: '**/*.h' }],
};

/** An item beside the language in the status bar, which says whether the server runs. */
function showStatus(watched: LanguageClient): vscode.Disposable {
  const selector = CLIENT_OPTIONS.documentSelector as vscode.DocumentSelector;
  const item = vscode.languages.createLanguageStatusItem(NAME, selector);
  item.name = NAME;
  const show = (state: State) => {
    const isDown = state === State.Stopped || state === State.StartFailed;
    item.busy = state === State.Starting;
    item.text = `${NAME}: ${WORDS[state]}`;
    item.severity = isDown ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.command = isDown
      ? { title: 'Restart', command: 'mm-analyzer.restart' }
      : { title: 'Show log', command: 'mm-analyzer.showLog' };
  };
  show(watched.state);
  return vscode.Disposable.from(
    item,
    watched.onDidChangeState(({ newState }) => show(newState)),
  );
}

const WORDS: Readonly<Record<State, string>> = {
  [State.Stopped]: 'stopped',
  [State.Starting]: 'starting',
  [State.StartFailed]: 'failed to start',
  [State.Running]: 'ready',
};
