import type { Connection } from 'vscode-languageserver/node';

/** The server's only voice besides results: `window/logMessage`, for stdout belongs to the protocol. */
export class Log {
  readonly #said = new Set<string>();

  constructor(readonly connection: Connection) {}

  error(message: string): void {
    this.connection.console.error(message);
  }

  warn(message: string): void {
    this.connection.console.warn(message);
  }

  info(message: string): void {
    this.connection.console.info(message);
  }

  /** For the client's `$/setTrace`: silent unless it asked. */
  trace(message: string): void {
    this.connection.tracer.log(message);
  }

  /** Says it the first time only, for a fault that every keystroke repeats. */
  errorOnce(message: string): void {
    if (this.#first(message)) this.error(message);
  }

  warnOnce(message: string): void {
    if (this.#first(message)) this.warn(message);
  }

  #first(message: string): boolean {
    if (this.#said.size > 1000) this.#said.clear();
    return !this.#said.has(message) && Boolean(this.#said.add(message));
  }
}
