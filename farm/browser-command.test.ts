import { expect, it } from 'vitest';
import type { Terminal } from '../sdk/cli/terminal.ts';
import { browserCommand } from './browser-command.ts';

/** What it says of arguments that make no sense, and nothing is started. */
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
  [['--url', 'about:blank', '-f', 'a=b'], 'about:blank is no page that can be served'],
  [SHOP, 'name a function'],
  [[...SHOP, '-f', 'encrypt'], 'encrypt is no function: write name=path'],
  [[...SHOP, '-f', 'encrypt=shop..x'], "sites can't be used"],
  [[...SHOP, '-f', 'a=b', '--relay', 'relay.test'], "relayUrl can't be used"],
  [[...SHOP, '-f', 'a=b', '--client-id', ''], "clientId can't be used"],
  [[...SHOP, '-f', 'a=b', '--count', '0'], '--count is a number from 1'],
  [[...SHOP, '--settings', '/nowhere.json'], "/nowhere.json can't be read as settings"],
  [[...SHOP, '-f', 'a=b', '--executable', '/nowhere'], 'there is no chromium at /nowhere'],
])('refuses %j', async (args, words) => {
  const { code, said } = await run(...args);
  expect(said).toContain(words);
  expect(code).toBe(2);
});

it('explains itself', () => {
  const help = browserCommand({} as Terminal, () => {}).helpInformation();
  for (const option of ['--url', '--function', '--count', '--headless', '--profile', '--client-id']) {
    expect(help).toContain(option);
  }
});
