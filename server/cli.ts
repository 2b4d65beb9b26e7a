#!/usr/bin/env node
import { Command } from 'commander';
import { browserCommand } from '../farm/browser-command.ts';
import packageJson from '../package.json' with { type: 'json' };
import { callCommand } from '../sdk/cli/call-command.ts';
import { listCommand } from '../sdk/cli/list-command.ts';
import { processTerminal } from '../sdk/cli/process-terminal.ts';
import { watchCommand } from '../sdk/cli/watch-command.ts';
import { DEFAULT_MAX_IN_FLIGHT } from '../shared/limits.ts';
import { StopSignals } from './commands/stop-signals.ts';
import { tokenCommand } from './commands/token-command.ts';
import type { ConfigFlags } from './config/settings.ts';
import {
  DEFAULT_DRAIN_SECONDS,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_MAX_UNREAD_BYTES,
  DEFAULT_MAX_UNREAD_BYTES_IN_ALL,
} from './limits.ts';

const WRONG_USAGE = 2;

const program = new Command('pagewire')
  // Else -V anywhere, also as a value, would print the version.
  .enablePositionalOptions()
  .description('Calls functions that live inside web pages, from any program.')
  .version(packageJson.version);

program
  .command('serve')
  .description('Start the relay, between browsers that serve functions and programs that call them.')
  .option('--port <number>', 'port to listen on, 0 for any free one (env PORT; default 9999)')
  .option('--host <address>', 'address to listen on (env HOST; default 127.0.0.1)')
  .option('--tokens <file>', 'tokens file, as pagewire token makes it (env PAGEWIRE_TOKENS_FILE)')
  .addHelpText(
    'after',
    `
Environment:
  PAGEWIRE_CLIENT_TOKEN   what browsers must present to serve
  PAGEWIRE_CALLER_TOKEN   what programs must present to call
  PAGEWIRE_TOKENS_FILE    names, roles and hashes of more tokens; taken anew when it changes
  PAGEWIRE_HOLDS_FILE     keeps across restarts which clientIds are held against web pages
  PAGEWIRE_OPEN           without tokens, serve private networks (1) or anyone (public)
  ALLOWED_HOSTS           names that this relay goes by, beside localhost, IP addresses and names without dots
  ALLOWED_ORIGINS         web origins that may do what a program may
  TLS_CERT, TLS_KEY       PEM files: https and wss on the same port
  PAGEWIRE_TRUSTED_PROXIES  addresses and blocks whose X-Forwarded-For, -Proto and -Host are believed
  TZ                      time zone of the log

Many nodes (docs/cluster.md; without NATS_URL the relay is one by itself):
  NATS_URL                  joins other relays by these servers: nats://host:4222 or tls://…, commas between
  NATS_USER, NATS_PASSWORD  the way in; or
  NATS_TOKEN                a token; or
  NATS_CREDS                a credentials file
  NATS_TLS_CA               PEM file of who has signed the servers' certificates
  NATS_TLS_CERT, NATS_TLS_KEY  PEM files that this relay shows to the servers
  PAGEWIRE_DRAIN_SECONDS    what stopping may take, to hand peers over and let calls end (default ${DEFAULT_DRAIN_SECONDS})

Limits (a whole number each; those of an address are off unless set):
  PAGEWIRE_MAX_CONNECTIONS              in all (default ${DEFAULT_MAX_CONNECTIONS})
  PAGEWIRE_MAX_IN_FLIGHT                calls in flight on one connection (default ${DEFAULT_MAX_IN_FLIGHT})
  PAGEWIRE_MAX_UNREAD_BYTES             what may wait for one peer to read it (default ${DEFAULT_MAX_UNREAD_BYTES})
  PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL      and for all together (default ${DEFAULT_MAX_UNREAD_BYTES_IN_ALL})
  PAGEWIRE_MAX_CONNECTIONS_PER_ADDRESS  from one address
  PAGEWIRE_MAX_MESSAGES_PER_SECOND      messages and HTTP requests from one address
  PAGEWIRE_MAX_BYTES_PER_SECOND         bytes of messages and bodies from one address

Examples:
  pagewire serve --port 8080
  pagewire serve --tokens tokens.json
  TLS_CERT=cert.pem TLS_KEY=key.pem pagewire serve --host 0.0.0.0 --tokens tokens.json`,
  )
  .action(async (flags: ConfigFlags) => {
    // First, as the rest takes a moment to load. In a container nothing else would hear a signal.
    const signals = new StopSignals(process);
    // A relay is three quarters of what this program has to load: a call goes without it.
    const { serve } = await import('./commands/serve.ts');
    await serve(flags, signals);
  });

// As a caller this program is one like any other: it talks to a relay through the SDK.
const terminal = processTerminal();
const exit = (code: number) => {
  process.exitCode = code;
};
program
  .addCommand(callCommand(terminal, exit))
  .addCommand(listCommand(terminal, exit))
  .addCommand(watchCommand(terminal, exit))
  .addCommand(browserCommand(terminal, exit))
  .addCommand(tokenCommand(process, exit));

for (const command of [program, ...program.commands]) {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));
}
await program.parseAsync();
