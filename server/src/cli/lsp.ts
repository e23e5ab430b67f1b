import type { Transport } from '../lsp/connection';
import { parseArguments, parseCount } from './args';
import { optionsOf } from './options';
import { UsageError } from './usage-error';

/** `mm-analyzer lsp`: starts the server, which goes on after this returns. Throws UsageError. */
export async function serveEditor(argv: readonly string[]): Promise<number> {
  const transport = parseTransport(argv);
  (await import('../lsp/serve')).serve(transport);
  return 0;
}

function parseTransport(argv: readonly string[]): Transport {
  const args = parseArguments(argv, optionsOf('lsp'));
  const chosen = ['stdio', 'socket', 'node-ipc'].filter(name => args.has(name));
  if (args.positionals.length > 0) throw new UsageError(`it takes no files, such as ${args.positionals[0]}`);
  if (chosen.length !== 1) throw new UsageError('choose one of --stdio, --socket=PORT and --node-ipc');
  switch (chosen[0]) {
    case 'stdio':
      return { kind: 'stdio' };
    case 'socket':
      return { kind: 'socket', port: parsePort(args.value('socket')!) };
    default:
      if (process.send === undefined) throw new UsageError('--node-ipc needs a Node parent process with a channel');
      return { kind: 'node-ipc' };
  }
}

function parsePort(text: string): number {
  const port = parseCount('socket', text, 1);
  if (port > 65535) throw new UsageError(`--socket needs a port up to 65535, not "${text}"`);
  return port;
}
