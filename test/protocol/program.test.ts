import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as lsp from 'vscode-languageserver/node';
import { ensureBundle, inScratchLater } from '../cli/bundle';
import { GETTER, PEEKER, writeTree } from '../support/session-tree';
import { CAPABLE, Client } from './client';

describe('the language server over a tree', () => {
  before(ensureBundle);

  /** An editor with the tree open, and the file that leaks what another file takes. */
  function inTree(
    body: (client: Client, tree: string, uriOf: (file: string) => string) => Promise<void>,
    capabilities = CAPABLE,
  ): Promise<void> {
    return inScratchLater(async tree => {
      writeTree(tree);
      const client = Client.spawn();
      const uriOf = (file: string) => pathToFileURL(path.join(tree, file)).href;
      try {
        await client.initialize(capabilities, { rootUri: pathToFileURL(tree).href });
        await client.open(readFileSync(path.join(tree, 'mm/leaker.c'), 'utf8'), { uri: uriOf('mm/leaker.c') });
        await body(client, tree, uriOf);
      } finally {
        client.connection.dispose();
        client.process!.kill();
      }
    });
  }

  const published = (client: Client, uri: string, codes: readonly string[]) =>
    client.nextDiagnostics(
      sent => sent.uri === uri && JSON.stringify(sent.diagnostics.map(({ code }) => code)) === JSON.stringify(codes),
    );

  it('judges an open file again when the others are known, and when one of them is edited', () =>
    inTree(async (client, _, uriOf) => {
      const uri = uriOf('mm/leaker.c');
      await published(client, uri, ['leaked-users']);
      const gone = published(client, uri, []);
      await client.open(PEEKER, { uri: uriOf('lib/getter.c') });
      await gone;
      const back = published(client, uri, ['leaked-users']);
      await client.connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, {
        textDocument: { uri: uriOf('lib/getter.c') },
      });
      await back;
    }));

  it('notices files that change on disk', () =>
    inTree(async (client, tree, uriOf) => {
      const uri = uriOf('mm/leaker.c');
      await published(client, uri, ['leaked-users']);
      const changed = async (text: string, type: lsp.FileChangeType, codes: readonly string[]) => {
        const done = published(client, uri, codes);
        writeFileSync(path.join(tree, 'lib/getter.c'), text);
        const changes = [{ uri: uriOf('lib/getter.c'), type }];
        await client.connection.sendNotification(lsp.DidChangeWatchedFilesNotification.type, { changes });
        await done;
      };
      await changed(PEEKER, lsp.FileChangeType.Changed, []);
      await changed(GETTER, lsp.FileChangeType.Changed, ['leaked-users']);
    }));

  it('shows how far it is, and stops when it is told to', () =>
    inTree(
      async client => {
        const token = await new Promise<lsp.ProgressToken>(resolve => {
          client.connection.onRequest(lsp.WorkDoneProgressCreateRequest.type, ({ token }) => resolve(token));
        });
        const kinds: string[] = [];
        const ended = new Promise<void>(resolve => {
          client.connection.onProgress(lsp.WorkDoneProgress.type, token, ({ kind }) => {
            kinds.push(kind);
            if (kind === 'end') resolve();
          });
        });
        await client.connection.sendNotification(lsp.WorkDoneProgressCancelNotification.type, { token });
        await ended;
        assert.equal(kinds[0], 'begin');
        assert.equal(kinds.at(-1), 'end');
      },
      { ...CAPABLE, window: { workDoneProgress: true } },
    ));
});
