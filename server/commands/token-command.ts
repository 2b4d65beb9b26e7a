import { Command, InvalidArgumentError, Option } from 'commander';
import { read } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { makeToken } from '../access/token-registry.ts';
import { Role, TokenEntry } from '../config/token-entry.ts';
import { addTokenEntry } from './add-token-entry.ts';
import { readExpiry } from './expiry.ts';

interface TokenOptions {
  name: string;
  role: Role;
  clients?: string[];
  expires?: string;
  file?: string;
}

/** What the command writes to; a test passes its own. */
interface Outputs {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

const FAILED = 1;

/** `pagewire token`: makes a token, shows it this once, and lets a tokens file know its hash. */
export function tokenCommand({ stdout, stderr }: Outputs, exit: (code: number) => void): Command {
  return new Command('token')
    .description(
      'Make a token for browsers (role client) or programs (role caller). It is shown this once; its file keeps a hash.',
    )
    .requiredOption('--name <name>', "the token's name, for the relay's log")
    .addOption(new Option('--role <role>', 'what it lets its bearer be').choices(Role.options).makeOptionMandatory())
    .option('--clients <patterns...>', 'the clientIds that it may serve or call, * for any characters (default: all)')
    .option('--expires <when>', 'a time from now (12h, 30d) or a date as of RFC 3339 (default: never)', parseExpiry)
    .option('--file <path>', 'the tokens file to add it to; made where there is none (default: print the entry)')
    .addHelpText('after', EXAMPLES)
    .action((options: TokenOptions) => {
      try {
        makeAndTell(options, stdout, stderr);
      } catch (thrown) {
        stderr.write(`pagewire: ${CallError.from(thrown).message}\n`);
        exit(FAILED);
      }
    });
}

function makeAndTell(
  { name, role, clients, expires, file }: TokenOptions,
  stdout: Outputs['stdout'],
  stderr: Outputs['stderr'],
) {
  const settings = { name, role, ...(clients ? { clients } : {}), ...(expires ? { expires } : {}) };
  const { token, entry } = makeToken(settings);
  // What no tokens file could hold is of no use to anybody.
  read(TokenEntry, entry, 'token');
  // The file first: a token that nobody knows would be shown otherwise.
  if (file !== undefined) addTokenEntry(file, entry);
  stdout.write(`${token}\n`);
  stderr.write(
    file === undefined ? howToAdd(entry) : `Added to ${file}. A relay that uses this file takes it within a second.\n`,
  );
}

function howToAdd(entry: TokenEntry): string {
  return `Its entry, for the "tokens" list of a tokens file:\n${JSON.stringify(entry, undefined, 2)}\n`;
}

function parseExpiry(text: string): string {
  try {
    return readExpiry(text, Date.now());
  } catch (thrown) {
    throw new InvalidArgumentError(CallError.from(thrown).message);
  }
}

const EXAMPLES = `
The token goes to standard output, all else to standard error.

Examples:
  pagewire token --name ci --role caller --expires 30d --file tokens.json
  pagewire token --name shop-browsers --role client --clients 'shop-*' --file tokens.json
  pagewire serve --tokens tokens.json`;
