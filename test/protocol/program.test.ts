import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as lsp from 'vscode-languageserver/node';
import { LineIndex } from '../../server/src/core/text';
import { ensureBundle, inScratchLater } from '../cli/bundle';
import { GETTER, LEAKER, PEEKER, READER, writeTree } from '../support/session-tree';
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

  it('links to the other file that a contract comes from', () =>
    inTree(async (client, _, uriOf) => {
      const [leak] = await published(client, uriOf('mm/leaker.c'), ['leaked-users']);
      const related = leak!.relatedInformation!.map(({ location, message }) => [
        location.uri,
        location.range.start.line + 1,
        message,
      ]);
      assert.deepEqual(related[1], [uriOf('lib/getter.c'), 1, '`session_mm()` is defined here']);

      const told = async (uri: string, text: string, token: string) => {
        const { line, column } = new LineIndex(text).positionAt(text.indexOf(token));
        return ((await client.hover(line, column, uri))!.contents as lsp.MarkupContent).value;
      };
      assert.ok(
        (await told(uriOf('mm/leaker.c'), LEAKER, 'mm)\n')).includes(
          `- [lib/getter.c:1](${uriOf('lib/getter.c')}#L1): \`session_mm()\` is defined here`,
        ),
      );
      assert.ok(
        (await told(uriOf('mm/leaker.c'), LEAKER, 'session_mm(')).includes(
          `In this tree: [lib/getter.c:1](${uriOf('lib/getter.c')}#L1)`,
        ),
      );
      await client.open(READER, { uri: uriOf('mm/reader.c') });
      assert.ok(
        (await told(uriOf('mm/reader.c'), READER, 'mm->')).includes(
          `- [mm/keeper.c:7](${uriOf('mm/keeper.c')}#L7): \`session.mm\` is kept with \`mmgrab()\``,
        ),
      );
    }));

  it('tells a client without related places which file a step is in', () =>
    inTree(
      async (client, _, uriOf) => {
        const [leak] = await published(client, uriOf('mm/leaker.c'), ['leaked-users']);
        assert.match(String(leak!.message), /\n {2}lib\/getter\.c:1: `session_mm\(\)` is defined here\n {2}line 7: /);
      },
      { ...CAPABLE, textDocument: { ...CAPABLE.textDocument, publishDiagnostics: { versionSupport: true } } },
    ));

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
