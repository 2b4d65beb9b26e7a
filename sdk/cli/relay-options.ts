import type { Command } from 'commander';
import { CallError } from '../../shared/errors.ts';
import { connect, type Relay } from '../node.ts';
import { exitCodeOf } from './exit-code.ts';
import { printText } from './print-text.ts';
import type { Terminal } from './terminal.ts';

/** Options shared by the commands that connect to a relay. */
export interface RelayOptions {
  relay?: string;
  token?: string;
  json?: true;
}

const DEFAULT_RELAY = 'ws://127.0.0.1:9999';

export function addRelayOptions(command: Command): Command {
  return command
    .option('--relay <url>', `the relay's URL (env PAGEWIRE_RELAY; default ${DEFAULT_RELAY})`)
    .option(
      '--token <token>',
      'a caller token (safer: env PAGEWIRE_CALLER_TOKEN, which other users of this machine cannot see)',
    )
    .option('--json', 'print JSON, also for errors');
}

/** Connects, runs `work` and returns the exit code. Prints the error if one occurs. */
export async function withRelay(
  options: RelayOptions,
  terminal: Terminal,
  work: (relay: Relay) => Promise<void>,
): Promise<number> {
  let relay: Relay | undefined;
  try {
    relay = await open(options, terminal);
    await work(relay);
    return 0;
  } catch (thrown) {
    const error = CallError.from(thrown);
    const line = options.json ? JSON.stringify({ error }) : `pagewire: ${error.code}: ${error.message}`;
    printText(terminal.stderr, `${line}\n`);
    return exitCodeOf(error.code);
  } finally {
    relay?.close();
  }
}

function open(options: RelayOptions, { env, signal }: Terminal): Promise<Relay> {
  const token = options.token ?? env.PAGEWIRE_CALLER_TOKEN;
  const url = (options.relay ?? (env.PAGEWIRE_RELAY?.trim() || DEFAULT_RELAY)).replace(/^http/i, 'ws');
  return connect(url, { signal, ...(token ? { token } : {}) });
}
