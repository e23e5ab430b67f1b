import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Log } from './log';
import type { Session } from './session';

/** How far the conversation has come: `session` is null before `initialize` was answered. */
export interface Lifecycle {
  session: Session | null;
  shutdown: boolean;
}

/**
 * Wraps the handlers of messages so that nothing that a client sends can end the server: a fault is logged once with its
 * stack. The time that each handler takes goes to the client's trace.
 */
export class Guard {
  constructor(
    readonly lifecycle: Lifecycle,
    readonly log: Log,
  ) {}

  /** A fault is answered with `fallback`; a request outside the conversation is refused as the protocol says. */
  request<Params, Result>(name: string, handle: (session: Session, params: Params) => Result, fallback: Result) {
    return (params: Params, token: CancellationToken): Result | ResponseError<never> => {
      const { session, shutdown } = this.lifecycle;
      if (!session) return new ResponseError(ErrorCodes.ServerNotInitialized, 'the server is not initialized');
      if (shutdown) return new ResponseError(ErrorCodes.InvalidRequest, 'the server is shutting down');
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      return this.#run(name, () => handle(session, params), fallback);
    };
  }

  notification<Params>(name: string, handle: (session: Session, params: Params) => void | Promise<void>) {
    return (params: Params): void => {
      const { session, shutdown } = this.lifecycle;
      if (!session || shutdown) return;
      const result = this.#run(name, () => handle(session, params), undefined);
      result?.catch(error => this.#logFault(name, error));
    };
  }

  #run<Result>(name: string, body: () => Result, fallback: Result): Result {
    const start = performance.now();
    try {
      return body();
    } catch (error) {
      this.#logFault(name, error);
      return fallback;
    } finally {
      this.log.trace(`${name}: ${(performance.now() - start).toFixed(1)} ms`);
    }
  }

  #logFault(name: string, error: unknown): void {
    this.log.errorOnce(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
