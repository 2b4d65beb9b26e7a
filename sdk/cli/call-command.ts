import { Command, Option, type ParseOptionsResult } from 'commander';
import { CallError } from '../../shared/errors.ts';
import { serializeValue } from '../../shared/serialize-value.ts';
import { EXIT_CODES_HELP } from './exit-code.ts';
import { printText } from './print-text.ts';
import { addRelayOptions, type RelayOptions, withRelay } from './relay-options.ts';
import { splitArguments } from './split-arguments.ts';
import type { Terminal } from './terminal.ts';

interface Options extends RelayOptions {
  string?: true;
  timeout?: string;
  tab?: string;
  url?: string;
}

const EXAMPLES = `
Examples:
  pagewire call my-browser encrypt '"hello"'        one string argument, as JSON
  pagewire call my-browser encrypt -s hello         the same: -s takes every argument as a string
  pagewire call my-browser decrypt -s -- "$text"     any text, also one that begins with -
  pagewire call my-browser sign '{"id":1}' true     two arguments
  cat body.txt | pagewire call my-browser encrypt - standard input as a string argument`;

const STRING = new Option('-s, --string', 'take the arguments as strings, not as JSON');
const HELP = new Option('-h, --help', 'display help for command');

class CallCommand extends Command {
  override parseOptions(words: string[]): ParseOptionsResult {
    let split: string[];
    try {
      split = splitArguments(words, [...this.options, HELP], STRING);
    } catch (thrown) {
      this.error(`error: ${(thrown as Error).message}`);
    }
    const { operands, unknown } = super.parseOptions(split);
    const end = unknown.indexOf('--');
    // After an unknown option commander parses nothing: a -h among the arguments would then print help.
    return end < 0 ? { operands, unknown } : { operands: unknown.slice(end + 1), unknown: unknown.slice(0, end) };
  }
}

/** `pagewire call`: prints strings and bytes unchanged, other values as JSON. */
export function callCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return addRelayOptions(new CallCommand('call'))
    .description("call a page's function and print its answer")
    .argument('<clientId>', 'the client, as its popup shows it')
    .argument('<function>', 'the name of the function')
    .argument('[args...]', 'its arguments as JSON; - is standard input')
    .addOption(STRING)
    .option('--timeout <ms>', 'how long to wait for the answer (default 30000)')
    .option('--tab <id>', 'the tab to call in')
    .option('--url <prefix>', 'a tab whose URL starts with this prefix')
    .addHelpText('after', EXAMPLES + EXIT_CODES_HELP)
    .action(async (clientId: string, name: string, words: string[], options: Options) =>
      exit(await call(clientId, name, words, options, terminal)),
    );
}

function call(clientId: string, name: string, words: string[], options: Options, terminal: Terminal): Promise<number> {
  return withRelay(options, terminal, async (relay) => {
    const args = await readArguments(words, options, terminal);
    const timeoutMs = readNumber(options.timeout, '--timeout');
    const target = {
      ...(options.tab === undefined ? {} : { tabId: readNumber(options.tab, '--tab') ?? 0 }),
      ...(options.url === undefined ? {} : { url: options.url }),
    };
    const value = await relay.client(clientId).invoke(name, args, {
      signal: terminal.signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(Object.keys(target).length > 0 ? { target } : {}),
    });
    print(value, options, terminal);
  });
}

async function readArguments(words: string[], { string }: Options, terminal: Terminal): Promise<unknown[]> {
  const args: unknown[] = [];
  for (const word of words) {
    if (word === '-') args.push(await terminal.readStdin());
    else args.push(string ? word : parseArgument(word));
  }
  return args;
}

function parseArgument(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch (cause) {
    throw new CallError(
      'bad_request',
      `the argument ${word} is not JSON: for a string write '${JSON.stringify(word)}' or use -s`,
      { cause },
    );
  }
}

function readNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new CallError('bad_request', `${option} takes a whole number, not "${text}"`);
  return Number(text);
}

function print(value: unknown, { json }: Options, { stdout }: Terminal): void {
  if (json) printText(stdout, `{"value":${serializeValue(value, undefined, Number.POSITIVE_INFINITY)}}\n`);
  else if (typeof value === 'string') printText(stdout, stdout.isTTY ? `${value}\n` : value);
  else if (value instanceof Uint8Array && !stdout.isTTY) stdout.write(value);
  else printText(stdout, `${pretty(value)}\n`);
}

function pretty(value: unknown): string {
  return JSON.stringify(JSON.parse(serializeValue(value, undefined, Number.POSITIVE_INFINITY)), undefined, 2);
}
