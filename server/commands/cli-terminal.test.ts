import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

/** Runs `pagewire call` at a real terminal, by `script` of util-linux, and in a pipe. */

const COMMAND = `"${process.execPath}" "${inject('cli')}" call shop encrypt -s -- "$TEXT"`;
const TEXT = 'a\u001b[2J\u009bb\u202ec\n\td';
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
  (await (await relay.connect()).serve('shop')).echo();
});
afterAll(() => relay?.close());

async function run(file: string, args: string[]): Promise<string> {
  const env = { ...process.env, TEXT, PAGEWIRE_RELAY: relay.url.replace('http', 'ws') };
  return (await promisify(execFile)(file, args, { env })).stdout;
}

describe('an answer of a page', { timeout: 60_000 }, () => {
  it.skipIf(!hasScript)('cannot move the cursor of a terminal', async () => {
    const shown = await run('script', ['-qec', COMMAND, '/dev/null']);
    expect(shown).toBe('a\\u001b[2J\\u009bb\\u202ec\r\n\td\r\n');
  });

  it('goes into a pipe unchanged', async () => {
    expect(await run('sh', ['-c', COMMAND])).toBe(TEXT);
  });
});
