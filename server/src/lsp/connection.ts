import {
  type Connection,
  type ConnectionStrategy,
  createConnection,
  createServerSocketTransport,
  IPCMessageReader,
  IPCMessageWriter,
  LSPErrorCodes,
} from 'vscode-languageserver/node';

export type Transport =
  | { readonly kind: 'stdio' }
  | { readonly kind: 'node-ipc' }
  /** Connects to a port of this machine, on which the client listens. */
  | { readonly kind: 'socket'; readonly port: number };

/** A connection that does not listen yet. The process ends with it: with code 1, unless `shutdown` and `exit` came. */
export function openConnection(transport: Transport): Connection {
  switch (transport.kind) {
    case 'stdio':
      return createConnection(process.stdin, process.stdout, strategy);
    case 'node-ipc':
      process.once('disconnect', leave);
      return createConnection(new IPCMessageReader(process), new IPCMessageWriter(process), strategy);
    case 'socket': {
      const [reader, writer] = createServerSocketTransport(transport.port);
      reader.onClose(leave);
      reader.onError(leave);
      return createConnection(reader, writer, strategy);
    }
  }
}

/** A request that is cancelled while it waits for its turn is answered at once, and never runs. */
const strategy: ConnectionStrategy = {
  cancelUndispatched: ({ jsonrpc }) => ({
    jsonrpc,
    // The library puts the request's own id here.
    id: null,
    error: { code: LSPErrorCodes.RequestCancelled, message: 'cancelled' },
  }),
};

function leave(): void {
  process.exit(1);
}
