import { lookup } from 'node:dns/promises';
import { CallError } from '../../shared/errors.ts';
import { registryOf, type TokenRegistry } from '../access/token-registry.ts';
import { type Config, isLoopback, readConfig } from '../config/config.ts';
import { type ConfigFlags, readHost, wordMisspelt } from '../config/settings.ts';
import { BUILT_DASHBOARD, readDashboard } from '../http/dashboard-files.ts';
import { LAST_LINES_MS, SHORTEST_GOOD_TOKEN } from '../limits.ts';
import { type Relay, startRelay } from '../main.ts';
import { createLog, type Log } from '../observability/log.ts';
import { LogWriter } from '../observability/log-writer.ts';
import { readableLine } from '../observability/readable-line.ts';
import type { StopSignals } from './stop-signals.ts';

const STDOUT = 1;
const WRONG_SETTING = 2;
const CANNOT_LISTEN = 1;
/** A second longer than connections have to close. The process then exits, whatever hangs. */
const LAST_RESORT_MS = 4_800;

/** `pagewire serve`: reads the settings, starts the relay, and stops it at a signal, also at one that came before it was started. */
export async function serve(flags: ConfigFlags, signals: StopSignals): Promise<void> {
  const config = await configOrExit(flags);
  const writer = process.stdout.isTTY ? new LogWriter(STDOUT, readableLine) : new LogWriter(STDOUT);
  const log = createLog(writer);
  for (const words of wordMisspelt(process.env)) log.warn(words);
  warn(config, log);
  signals.onFirst((signal) => stopStarting(signal, { log, writer }));
  // The process ends once its last line is written; until then nothing may start.
  if (signals.hasCome) return;
  const parts = { dashboard: readDashboard(BUILT_DASHBOARD), logLosses: writer };
  const relay = await startRelay(config, log, parts).catch(async (error: NodeJS.ErrnoException) => {
    await writer.written(LAST_LINES_MS);
    return exit(CANNOT_LISTEN, `can't listen on ${config.host} port ${config.port}: ${whyNot(error, config.host)}`);
  });
  if (signals.hasCome) return;
  log.info({ url: relay.url }, 'listening');
  signals.onFirst((signal) =>
    stop(relay, signal, { log, writer }, LAST_RESORT_MS + (config.nats ? config.drainMs : 0)),
  );
}

async function configOrExit(flags: ConfigFlags): Promise<Config> {
  try {
    // First: of a host that does not exist nothing else is worth saying.
    await checkHost(readHost(process.env, flags));
    return readConfig(process.env, flags);
  } catch (thrown) {
    return exit(WRONG_SETTING, CallError.from(thrown).message);
  }
}

function exit(status: number, line: string): never {
  process.stderr.write(`pagewire: ${line}\n`);
  process.exit(status);
}

/** @throws CallError `bad_request` where the name has no address */
async function checkHost(host: string): Promise<void> {
  try {
    await lookup(host);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CallError('bad_request', `can't listen on ${host}: ${whyNot({ code, message: String(code) }, host)}`, {
      cause,
    });
  }
}

function whyNot({ code, message }: Pick<NodeJS.ErrnoException, 'code' | 'message'>, host: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `there is no host of that name (${code}); give --host an address of this machine, such as 127.0.0.1 or 0.0.0.0`;
  if (code === 'EADDRNOTAVAIL')
    return `${host} is no address of this machine; give --host one that is, such as 127.0.0.1 or 0.0.0.0`;
  if (code === 'EADDRINUSE') return 'another program does so already; choose another with --port';
  if (code === 'EACCES') return 'that takes more rights; choose a port above 1023 with --port';
  return message;
}

function warn(config: Config, log: Log): void {
  const { open, host } = config;
  const registry = registryOf(config);
  if (registry.isOpen && open === 'public')
    log.warn({ host }, 'OPEN TO ANYONE: no tokens are set, and whoever reaches this relay may serve and call');
  else if (registry.isOpen && open === 'private')
    log.warn(
      { host },
      'OPEN TO THE LOCAL NETWORK: no tokens are set; peers on this and private networks may serve and call',
    );
  if (!registry.isOpen) warnOfTokens(registry, config, log);
}

function warnOfTokens(registry: TokenRegistry, config: Config, log: Log): void {
  const { host, tls, trustedProxies, guessableTokens } = config;
  if (!registry.hasRole('client')) log.warn('no client token is set, so nothing can serve: set PAGEWIRE_CLIENT_TOKEN');
  if (!registry.hasRole('caller')) log.warn('no caller token is set, so nothing can call: set PAGEWIRE_CALLER_TOKEN');
  for (const name of guessableTokens)
    log.warn(
      `${name} is shorter than ${SHORTEST_GOOD_TOKEN} characters and can be guessed: pagewire token makes a good one`,
    );
  if (!isLoopback(host) && !tls && trustedProxies.length === 0)
    log.warn(
      { host },
      'tokens come in clear here, for the network to read: set TLS_CERT and TLS_KEY, or put a proxy with TLS before it',
    );
}

/** The log and its writer. */
interface Logging {
  readonly log: Log;
  readonly writer: LogWriter;
}

/** Exits before anything is served: there is nothing to drain. */
function stopStarting(signal: NodeJS.Signals, { log, writer }: Logging): void {
  log.info({ signal }, 'stopped while starting');
  void writer.written(LAST_LINES_MS).then(() => process.exit(0));
}

function stop(relay: Relay, signal: NodeJS.Signals, { log, writer }: Logging, lastResortMs: number): void {
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), lastResortMs).unref();
  const end = async (status: number) => {
    await writer.written(LAST_LINES_MS);
    process.exit(status);
  };
  void relay.close().then(
    () => end(0),
    () => end(1),
  );
}
