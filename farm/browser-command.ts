import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import * as z from 'zod/mini';
import { readManaged } from '../extension/sites/managed-settings.ts';
import { Settings } from '../extension/sites/settings-schema.ts';
import { formatSitePattern, siteOfUrl } from '../extension/sites/site-pattern.ts';
import { EXIT_CODE, exitCodeOf } from '../sdk/cli/exit-code.ts';
import { printText } from '../sdk/cli/print-text.ts';
import type { Terminal } from '../sdk/cli/terminal.ts';
import { checkRelayUrl } from '../sdk/relay-url.ts';
import { read } from '../shared/envelope.ts';
import { CallError } from '../shared/errors.ts';
import { wordUnknownField } from '../shared/unknown-field.ts';
import { withoutBom } from '../shared/without-bom.ts';
import { withoutUserinfo } from '../shared/without-userinfo.ts';
import type { BrowserName } from './browser-name.ts';
import { findExecutable } from './find-executable.ts';
import { type FleetOptions, makeMembers, runFleet } from './fleet.ts';
import { LiveTable } from './live-table.ts';
import { hasCaptures, type PackedSettings } from './packed-extension.ts';
import { RelayView } from './relay-view.ts';

interface Options {
  url: string[];
  function?: string[];
  settings?: string;
  browser: BrowserName;
  executable?: string;
  headless?: true;
  count: string;
  profile?: string;
  relay?: string;
  clientId: string;
  token?: string;
  json?: true;
}

const DEFAULT_RELAY = 'ws://127.0.0.1:9999';

/** A guard against typing errors. Memory limits the number in practice. */
const MAX_BROWSERS = 200;

const EXAMPLES = `
Examples:
  pagewire browser --url https://shop.example --function encrypt=shop.crypto.encrypt
  pagewire browser --url https://shop.example -f encrypt=shop.crypto.encrypt -f sign=shop.sign --headless --count 4
  pagewire browser --url https://shop.example --settings pagewire-settings.json --browser firefox
  pagewire browser --url https://shop.example -f sign=shop.sign --profile ./profiles   keeps logins and cookies

All browsers serve one clientId, and a call goes to the least busy one. With --client-id shop-{n} each has its own clientId.
Browsers that exit are restarted; pages that are closed or crash are reopened. Press Ctrl-C to stop.

Environment:
  PAGEWIRE_RELAY          the relay's URL
  PAGEWIRE_CLIENT_TOKEN   the client token of the browsers
  PAGEWIRE_CALLER_TOKEN   a caller token; with it this command shows connections and calls
  CHROME_PATH, FIREFOX_PATH   the browser to start`;

/** `pagewire browser`: starts browsers with the extension set up, and keeps them running. */
export function browserCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return new Command('browser')
    .description('start browsers with the extension set up and connected, and keep them running')
    .requiredOption('--url <url...>', "the pages to open, one tab each; functions belong to the first one's site")
    .option('-f, --function <name=path...>', 'a function to serve, such as encrypt=shop.crypto.encrypt')
    .option('--settings <file>', 'sites and functions from a file exported by the options page')
    .addOption(new Option('--browser <name>', 'which browser').choices(['chromium', 'firefox']).default('chromium'))
    .option('--executable <path>', 'the browser to start (default: searched in the usual folders)')
    .option('--headless', 'without windows')
    .option('--count <number>', 'how many browsers', '1')
    .option('--profile <dir>', 'keep profiles here, with logins and cookies (default: temporary profiles)')
    .option('--relay <url>', `the relay's URL (default ${DEFAULT_RELAY})`)
    .option('--client-id <id>', "the clientId; {n} is replaced by the browser's number", 'my-browser')
    .option('--token <token>', 'a client token (better: env PAGEWIRE_CLIENT_TOKEN)')
    .option('--json', 'print state changes as JSON, one object per line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => exit(await run(options, terminal)));
}

async function run(options: Options, terminal: Terminal): Promise<number> {
  try {
    const fleet = await readOptions(options, terminal);
    const members = makeMembers(fleet);
    const relay = new RelayView({
      url: fleet.settings.relayUrl,
      token: terminal.env.PAGEWIRE_CALLER_TOKEN,
      signal: terminal.signal,
      changed: () => table.changed(),
    });
    const table = new LiveTable(terminal, members, relay, { json: options.json === true });
    await Promise.all([relay.run(), runFleet(fleet, members, () => table.changed())]);
    table.close();
    return EXIT_CODE.ok;
  } catch (thrown) {
    const error = CallError.from(thrown);
    printText(terminal.stderr, `pagewire: ${error.message}\n`);
    return exitCodeOf(error.code);
  }
}

async function readOptions(options: Options, { env, signal }: Terminal): Promise<FleetOptions> {
  const { browser, url: urls, headless = false, profile } = options;
  const settings = await readSettings(options, env);
  return {
    browser,
    count: readCount(options.count),
    headless,
    urls,
    profile,
    signal,
    extension: builtExtension(browser, settings),
    settings,
    executable: await findExecutable(browser, options.executable),
  };
}

/** The extension built by this package: beside the relay in `dist`. */
function builtExtension(browser: BrowserName, settings: PackedSettings): string {
  const forChromium = hasCaptures(settings) ? 'chrome-capture' : 'chrome';
  const folder = browser === 'firefox' ? 'firefox' : forChromium;
  const inDist = import.meta.url.includes('/dist/server/') ? `../${folder}` : `../dist/${folder}`;
  return fileURLToPath(new URL(inDist, import.meta.url));
}

async function readSettings(options: Options, env: Terminal['env']): Promise<PackedSettings> {
  const settings = {
    relayUrl: (options.relay ?? (env.PAGEWIRE_RELAY?.trim() || DEFAULT_RELAY)).replace(/^http/, 'ws'),
    clientId: options.clientId,
    token: options.token ?? env.PAGEWIRE_CLIENT_TOKEN ?? '',
    sites: options.settings === undefined ? [siteFor(options)] : await sitesIn(options.settings),
  };
  checkRelayUrl(settings.relayUrl);
  const { values, problems } = readManaged(settings);
  if (problems[0] !== undefined) throw new CallError('bad_request', problems[0]);
  return { ...settings, sites: (values.sites ?? []).filter(({ enabled }) => enabled) };
}

function siteFor({ url: urls, function: functions = [] }: Options): unknown {
  const [first = ''] = urls;
  const site = siteOfUrl(first);
  if (!site) throw new CallError('bad_request', `${withoutUserinfo(first)} can't be served: give an http or https URL`);
  if (functions.length === 0) throw new CallError('bad_request', 'name a function: -f encrypt=shop.crypto.encrypt');
  return { pattern: formatSitePattern(site), functions: functions.map(readFunction) };
}

function readFunction(text: string): { name: string; path: string } {
  const [, name, path] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || path === undefined)
    throw new CallError(
      'bad_request',
      `"${text}" is not a function: write name=path, such as encrypt=shop.crypto.encrypt`,
    );
  return { name, path };
}

const EXPORTED_FIELDS = Object.keys(Settings.shape);

/** @throws CallError `bad_request` for an unknown top-level field; `readManaged` checks the nested ones */
function sitesOf(json: unknown): unknown {
  const { sites, ...others } = read(z.looseObject({ sites: z.optional(z.unknown()) }), json, 'it', '');
  for (const field of Object.keys(others))
    if (!EXPORTED_FIELDS.includes(field)) throw new CallError('bad_request', wordUnknownField(field, EXPORTED_FIELDS));
  if (sites === undefined) throw new CallError('bad_request', 'sites is missing');
  return sites;
}

async function sitesIn(file: string): Promise<unknown> {
  try {
    return sitesOf(JSON.parse(withoutBom(await readFile(file, 'utf8'))));
  } catch (cause) {
    throw new CallError('bad_request', `can't read settings from ${file}: ${(cause as Error).message}`, { cause });
  }
}

function readCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_BROWSERS)
    throw new CallError('bad_request', `--count must be from 1 to ${MAX_BROWSERS}, not ${text}`);
  return count;
}
