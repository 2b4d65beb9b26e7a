import { CallError } from '../shared/errors.ts';
import { type Config, type ConfigFlags, isLoopback, readConfig, registryOf } from './config.ts';
import { BUILT_DASHBOARD, readDashboard } from './dashboard-files.ts';
import { SHORTEST_GOOD_TOKEN } from './limits.ts';
import { createLog, type Log } from './log.ts';
import { type Relay, startRelay } from './main.ts';
import type { TokenRegistry } from './token-registry.ts';

const WRONG_SETTING = 2;
const CANNOT_LISTEN = 1;
/** A second longer than peers have to go: then the process ends whatever hangs. */
const LAST_RESORT_MS = 4_800;

/** `pagewire serve`: reads the settings, starts the relay, and stops it at a signal. */
export async function serve(flags: ConfigFlags): Promise<void> {
  const config = configOrExit(flags);
  const log = createLog(process.stdout);
  warn(config, log);
  const relay = await startRelay(config, log, { dashboard: readDashboard(BUILT_DASHBOARD) }).catch(
    (error: NodeJS.ErrnoException) =>
      exit(CANNOT_LISTEN, `can't listen on ${config.host} port ${config.port}: ${whyNot(error)}`),
  );
  log.info({ url: relay.url }, 'listening');
  stopAtSignals(relay, log, LAST_RESORT_MS + (config.nats ? config.drainMs : 0));
}

function configOrExit(flags: ConfigFlags): Config {
  try {
    return readConfig(process.env, flags);
  } catch (thrown) {
    return exit(WRONG_SETTING, CallError.from(thrown).message);
  }
}

function exit(status: number, line: string): never {
  process.stderr.write(`pagewire: ${line}\n`);
  process.exit(status);
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
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

function stopAtSignals(relay: Relay, log: Log, lastResortMs: number): void {
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), lastResortMs).unref();
    relay.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // Once: a second signal ends the process at once, as signals do.
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
