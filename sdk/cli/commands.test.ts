import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { result, type ScriptedRelay, startScriptedRelay } from '../scripted-relay.ts';
import { callCommand } from './call-command.ts';
import { listCommand } from './list-command.ts';

let relay: ScriptedRelay;
beforeEach(async () => {
  relay = await startScriptedRelay();
});
afterEach(() => relay.close());

async function run(
  words: string[],
  { stdin = '', isTTY = false } = {},
): Promise<{ out: string; err: string; code: number }> {
  const written = { out: Buffer.alloc(0), err: '', code: -1 };
  const terminal = {
    stdout: {
      write: (text: string | Uint8Array) => (written.out = Buffer.concat([written.out, Buffer.from(text)])),
      isTTY,
    },
    stderr: { write: (text: string) => (written.err += text) },
    readStdin: () => Promise.resolve(stdin),
    env: { PAGEWIRE_RELAY: relay.url },
    signal: new AbortController().signal,
  };
  const exit = (code: number) => {
    written.code = code;
  };
  const program = new Command().addCommand(callCommand(terminal, exit)).addCommand(listCommand(terminal, exit));
  await program.parseAsync(words, { from: 'user' });
  return { ...written, out: written.out.toString() };
}

const failing = (code: string) => {
  relay.answer = ({ msgId }) => ({ type: 'error', msgId, data: { code, message: 'why' } });
};

describe('pagewire call', () => {
  beforeEach(() => {
    relay.answer = (message) => result(message, message.data);
  });

  it('sends arguments as JSON, options beside them, and prints the answer as JSON', async () => {
    const { out, code } = await run(['call', 'shop', 'sign', '{"id":1}', 'true', '--timeout', '50', '--tab', '7']);
    expect(JSON.parse(out)).toEqual({
      clientId: 'shop',
      fn: 'sign',
      args: [{ id: 1 }, true],
      timeoutMs: 50,
      target: { tabId: 7 },
    });
    expect(code).toBe(0);
  });

  it('takes strings with -s and standard input for -', async () => {
    const { out } = await run(['call', 'shop', 'sign', '-s', '123', '-'], { stdin: 'body\n' });
    expect(JSON.parse(out)).toMatchObject({ args: ['123', 'body\n'] });
  });

  it('prints a string exactly into a pipe, with a line end on a terminal, and in JSON where asked', async () => {
    relay.answer = (message) => result(message, 'abc');
    expect((await run(['call', 'shop', 'f'])).out).toBe('abc');
    expect((await run(['call', 'shop', 'f'], { isTTY: true })).out).toBe('abc\n');
    expect((await run(['call', 'shop', 'f', '--json'])).out).toBe('{"value":"abc"}\n');
  });

  it('explains an argument that is not JSON', async () => {
    expect(await run(['call', 'shop', 'f', 'hello'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`write '"hello"' or use -s`),
    });
  });

  it.each([
    ['function_threw', 1],
    ['client_not_found', 4],
    ['tab_closed', 4],
    ['timeout', 5],
  ])('fails with %s as exit code %i', async (error, code) => {
    failing(error);
    expect(await run(['call', 'shop', 'f'])).toEqual({ out: '', err: `pagewire: ${error}: why\n`, code });
    expect(JSON.parse((await run(['call', 'shop', 'f', '--json'])).err)).toEqual({
      error: { code: error, message: 'why' },
    });
  });

  it('fails with 3 where no relay is', async () => {
    expect(await run(['call', 'shop', 'f', '--relay', 'ws://127.0.0.1:1'])).toMatchObject({ code: 3 });
  });
});

describe('pagewire list', () => {
  it('shows a table for people and JSON for programs', async () => {
    const agent = { browser: 'Firefox', browserVersion: '153', extensionVersion: '0.1.0' };
    const functions = [{ name: 'encrypt', tabs: [{ tabId: 1, url: 'https://shop.example/' }] }];
    relay.clients = [
      {
        clientId: 'shop',
        connectionId: 'c1',
        protocol: 2,
        agent,
        functions,
        inFlight: 0,
        connectedAt: '2026-01-01T00:00:00.000Z',
      },
    ];
    const { out } = await run(['list']);
    for (const part of ['shop', 'Firefox 153', 'encrypt (1)', '2026-01-01']) expect(out).toContain(part);
    expect(JSON.parse((await run(['list', '--json'])).out)).toEqual({ clients: relay.clients });
  });

  it('says what to do where nobody is connected', async () => {
    expect((await run(['list'])).out).toContain('No client is connected');
  });
});
