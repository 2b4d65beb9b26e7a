#!/usr/bin/env node
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { callCommand } from '../sdk/cli/call-command.ts';
import { listCommand } from '../sdk/cli/list-command.ts';
import { processTerminal } from '../sdk/cli/process-terminal.ts';
import { serve } from './serve.ts';

const WRONG_USAGE = 2;

const program = new Command('pagewire')
  .description('Calls functions that live inside web pages, from any program.')
  .version(packageJson.version);

program
  .command('serve')
  .description('Start the relay, between browsers that serve functions and programs that call them.')
  .option('--port <number>', 'port to listen on, 0 for any free one (env PORT; default 9999)')
  .option('--host <address>', 'address to listen on (env HOST; default 127.0.0.1)')
  .addHelpText(
    'after',
    `
Environment:
  PAGEWIRE_CLIENT_TOKEN   what browsers must present to serve
  PAGEWIRE_CALLER_TOKEN   what programs must present to call
  PAGEWIRE_OPEN           without tokens, serve private networks (1) or anyone (public)
  ALLOWED_HOSTS           names that this relay goes by, beside localhost, IP addresses and names without dots
  ALLOWED_ORIGINS         web origins that may do what a program may
  TZ                      time zone of the log`,
  )
  .action(serve);

// As a caller this program is one like any other: it talks to a relay through the SDK.
const terminal = processTerminal();
const exit = (code: number) => {
  process.exitCode = code;
};
program.addCommand(callCommand(terminal, exit)).addCommand(listCommand(terminal, exit));

for (const command of [program, ...program.commands]) {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));
}
await program.parseAsync();
