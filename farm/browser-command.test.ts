import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Terminal } from '../sdk/cli/terminal.ts';
import { browserCommand } from './browser-command.ts';

/** Runs the command with invalid arguments, so that it starts no browser. */
async function run(...args: string[]): Promise<{ code: number | undefined; said: string }> {
  let said = '';
  let code: number | undefined;
  const terminal: Terminal = {
    stdout: { write() {} },
    stderr: { write: (text: string) => (said += text) },
    readStdin: async () => '',
    env: {},
    signal: AbortSignal.abort(),
  };
  const command = browserCommand(terminal, (exitCode) => {
    code = exitCode;
  });
  await command.parseAsync(args, { from: 'user' });
  return { code, said };
}

const SHOP = ['--url', 'https://shop.test'];

it.each([
  [['--url', 'about:blank', '-f', 'a=b'], "about:blank can't be served"],
  [SHOP, 'name a function'],
  [[...SHOP, '-f', 'a=b', '--relay', 'ws://127.0.0.1/#x'], 'the relay URL ws://127.0.0.1/ has a fragment'],
  [[...SHOP, '-f', 'encrypt'], '"encrypt" is not a function: write name=path'],
  [[...SHOP, '-f', 'encrypt=shop..x'], 'sites[0].functions[0].path must be a path such as shop.cart.add'],
  [
    [...SHOP, '-f', 'a=b', '--relay', 'relay.test'],
    '"relay.test" is not a relay URL: it must start with ws:// or wss://',
  ],
  [[...SHOP, '-f', 'a=b', '--client-id', ''], 'clientId must not be empty'],
  [[...SHOP, '-f', 'a=b', '--count', '0'], '--count must be from 1'],
  [[...SHOP, '--settings', '/nowhere.json'], "can't read settings from /nowhere.json"],
  [[...SHOP, '-f', 'a=b', '--executable', '/nowhere'], 'no chromium executable at /nowhere'],
])('refuses %j', async (args, words) => {
  const { code, said } = await run(...args);
  expect(said).toContain(words);
  expect(code).toBe(2);
});

it.each([
  ['{"site":[]}', 'unknown field "site"; did you mean "sites"?'],
  ['{}', 'sites is missing'],
  [
    '\ufeff{"sites":[{"pattern":"https://shop.test","function":[]}]}',
    'unknown field "function" in sites[0]; did you mean "functions"?',
  ],
])('rejects the settings file %s', async (text, words) => {
  const folder = await mkdtemp(join(tmpdir(), 'pagewire-settings-'));
  const file = join(folder, 'settings.json');
  await writeFile(file, text);
  expect(await run(...SHOP, '--settings', file)).toMatchObject({ code: 2, said: expect.stringContaining(words) });
  await rm(folder, { recursive: true });
});

it('prints its help', () => {
  const help = browserCommand({} as Terminal, () => {}).helpInformation();
  for (const option of ['--url', '--function', '--count', '--headless', '--profile', '--client-id']) {
    expect(help).toContain(option);
  }
});
