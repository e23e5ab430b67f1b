import type { Diagnostic } from 'vscode-languageserver/node';
import type { Document } from './documents';
import type { Guard } from './guard';
import { diagnosticsOf } from './handlers/diagnostics';
import type { Session } from './session';

/**
 * Pause after a keystroke before its diagnostics are computed, in milliseconds: short enough to feel immediate. Edits
 * that come while a run takes longer are all read before the next run begins.
 */
const PAUSE = 10;

/** Brings diagnostics to the client: pushed soon after an edit, or by word that it should ask again. */
export class Publisher {
  readonly #session: Session;
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #publish: (document: Document) => void;

  constructor(session: Session, guard: Guard) {
    this.#session = session;
    this.#publish = guard.notification('textDocument/publishDiagnostics', (_, document) => this.#publishNow(document));
  }

  /** Replaces the run that still waits for an older version of this document. */
  schedule(document: Document, when: 'now' | 'after a pause'): void {
    if (this.#session.client.pullsDiagnostics) return;
    this.#cancel(document.uri);
    this.#waiting.set(document.uri, setTimeout(this.#publish, when === 'now' ? 0 : PAUSE, document));
  }

  /** Takes a closed document's diagnostics away. */
  clear(uri: string): void {
    if (this.#session.client.pullsDiagnostics) return;
    this.#cancel(uri);
    this.#send(uri, []);
  }

  /** These documents must be judged again. */
  refresh(documents: readonly Document[]): void {
    const { client, connection } = this.#session;
    if (client.refreshesDiagnostics) connection.languages.diagnostics.refresh();
    for (const document of documents) this.schedule(document, 'now');
  }

  #publishNow(document: Document): void {
    this.#waiting.delete(document.uri);
    // An edit that came meanwhile has its own run: a stale result is never sent.
    if (this.#session.documents.get(document.uri) !== document) return;
    this.#send(document.uri, diagnosticsOf(this.#session, document), document.version);
  }

  #send(uri: string, diagnostics: Diagnostic[], version?: number): void {
    void this.#session.connection.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) });
  }

  #cancel(uri: string): void {
    clearTimeout(this.#waiting.get(uri));
    this.#waiting.delete(uri);
  }
}
