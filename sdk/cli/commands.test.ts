import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import { result, type ScriptedRelay, startScriptedRelay } from '../scripted-relay.ts';
import { callCommand } from './call-command.ts';
import { listCommand } from './list-command.ts';
import { readableEvent, watchCommand } from './watch-command.ts';

let relay: ScriptedRelay;
beforeEach(async () => {
  relay = await startScriptedRelay();
});
afterEach(() => relay.close());

/** Thrown instead of ending the process. */
const OVER = new Error('over');

async function run(
  words: string[],
  { stdin = '', isTTY = false, signal = new AbortController().signal, relay: url = relay.url } = {},
): Promise<{ out: string; err: string; code: number }> {
  const written = { out: Buffer.alloc(0), err: '', code: -1 };
  const terminal = {
    stdout: {
      write: (text: string | Uint8Array) => (written.out = Buffer.concat([written.out, Buffer.from(text)])),
      isTTY,
    },
    stderr: { write: (text: string) => (written.err += text), isTTY },
    readStdin: () => Promise.resolve(stdin),
    env: { PAGEWIRE_RELAY: url },
    signal,
  };
  const exit = (code: number) => {
    written.code = code;
  };
  const program = new Command()
    .enablePositionalOptions()
    .addCommand(callCommand(terminal, exit))
    .addCommand(listCommand(terminal, exit))
    .addCommand(watchCommand(terminal, exit));
  for (const command of program.commands) {
    command.configureOutput({ writeErr: terminal.stderr.write, writeOut: terminal.stdout.write });
    command.exitOverride(({ exitCode }) => {
      written.code = exitCode === 0 ? 0 : 2;
      throw OVER;
    });
  }
  await program.parseAsync(words, { from: 'user' }).catch((thrown) => {
    if (thrown !== OVER) throw thrown;
  });
  return { ...written, out: written.out.toString() };
}

const failing = (code: string) => {
  relay.answer = ({ msgId }) => ({ type: 'error', msgId, data: { code, message: 'why' } });
};

describe('pagewire call', () => {
  beforeEach(() => {
    relay.answer = (message) => result(message, message.data);
  });

  it('sends arguments as JSON, passes options, and prints the answer as JSON', async () => {
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

  it('reads strings with -s, and standard input for -', async () => {
    const { out } = await run(['call', 'shop', 'sign', '-s', '123', '-'], { stdin: 'body\n' });
    expect(JSON.parse(out)).toMatchObject({ args: ['123', 'body\n'] });
  });

  it('prints a string unchanged into a pipe, with a line end on a terminal, and as JSON with --json', async () => {
    relay.answer = (message) => result(message, 'abc');
    expect((await run(['call', 'shop', 'f'])).out).toBe('abc');
    expect((await run(['call', 'shop', 'f'], { isTTY: true })).out).toBe('abc\n');
    expect((await run(['call', 'shop', 'f', '--json'])).out).toBe('{"value":"abc"}\n');
  });

  it.each([
    ['a text that begins with -', ['-s', '-fVyQ=='], ['-fVyQ==']],
    ['a text that looks like -h', ['-s', '-h'], ['-h']],
    ['a text that looks like -h before --string', ['-h', '--string'], ['-h']],
    ['a text that looks like -s', ['-s', '-s'], ['-s']],
    ['a text that begins with an option', ['-s', '-sfVyQ'], ['-sfVyQ']],
    ['a text that begins with --', ['-s', '--fVyQ'], ['--fVyQ']],
    ['a text that is --', ['-s', '--'], ['--']],
    ['several texts', ['-s', 'a', '-b', '-h'], ['a', '-b', '-h']],
    ['anything behind --', ['-s', '--', '--json', '-h', '--'], ['--json', '-h', '--']],
    ['options between texts', ['a', '-s', 'b', '--tab', '7', '-c'], ['a', 'b', '-c']],
    ['a negative number', ['-5'], [-5]],
    ['an option value that looks like an option', ['--token', '-h', '-s', 'a'], ['a']],
    ['an option value -s', ['--url', '-s', 'true'], [true]],
  ])('accepts %s', async (_what, words, args) => {
    const { out, code } = await run(['call', 'shop', 'f', ...words]);
    expect(JSON.parse(out).args).toEqual(args);
    expect(code).toBe(0);
  });

  it.each([
    ['-s --json hello', 'write --json before -s for the option, -s -- --json for the text'],
    ['-s --relay=ws://other.test', 'for the text'],
    ['-s hello --timeot 5', "unknown option '--timeot'"],
    ['-s hello --timeot -h', "unknown option '--timeot'"],
  ])('rejects the ambiguous %s', async (words, message) => {
    expect(await run(['call', 'shop', 'f', ...words.split(' ')])).toMatchObject({
      out: '',
      code: 2,
      err: expect.stringContaining(message),
    });
    expect(relay.frames).toEqual([]);
  });

  it('escapes control characters of answers and errors on a terminal, but not in a pipe', async () => {
    const text = 'a\u001b]0;title\u0007\u009b2J\u202eb\n\tc';
    const shown = 'a\\u001b]0;title\\u0007\\u009b2J\\u202eb\n\tc';
    relay.answer = (message) => result(message, text);
    expect((await run(['call', 'shop', 'f'])).out).toBe(text);
    expect((await run(['call', 'shop', 'f'], { isTTY: true })).out).toBe(`${shown}\n`);
    relay.answer = (message) => result(message, { [text]: text });
    const { out } = await run(['call', 'shop', 'f'], { isTTY: true });
    expect(out).not.toMatch(/[\p{Bidi_Control}\u009b]/u);
    expect(JSON.parse(out)).toEqual({ [text]: text });
    const json = await run(['call', 'shop', 'f', '--json'], { isTTY: true });
    expect(json.out).not.toMatch(/[\p{Bidi_Control}\u009b]/u);
    expect(JSON.parse(json.out)).toEqual({ value: { [text]: text } });
    relay.answer = ({ msgId }) => ({ type: 'error', msgId, data: { code: 'function_threw', message: text } });
    expect((await run(['call', 'shop', 'f'])).err).toBe(`pagewire: function_threw: ${text}\n`);
    expect((await run(['call', 'shop', 'f'], { isTTY: true })).err).toBe(`pagewire: function_threw: ${shown}\n`);
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
  ])('exits after %s with code %i', async (error, code) => {
    failing(error);
    expect(await run(['call', 'shop', 'f'])).toEqual({ out: '', err: `pagewire: ${error}: why\n`, code });
    expect(JSON.parse((await run(['call', 'shop', 'f', '--json'])).err)).toEqual({
      error: { code: error, message: 'why' },
    });
  });

  it('exits with 3 if no relay listens', async () => {
    expect(await run(['call', 'shop', 'f', '--relay', 'ws://127.0.0.1:1'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('nothing listens on that port. Start the relay'),
    });
  });
});

describe('a relay URL', () => {
  it.each([
    ['#', 'has a fragment'],
    ['/?token=a#b', 'has a fragment'],
  ])('that ends with %s is a usage error', async (end, message) => {
    expect(await run(['list'], { relay: `${relay.url}${end}` })).toMatchObject({
      code: 2,
      err: expect.stringMatching(new RegExp(`^pagewire: bad_request: .*${message}`)),
    });
  });

  it('in an empty variable is ignored', async () => {
    expect((await run(['list', '--relay', relay.url], { relay: '' })).code).toBe(0);
  });
});

describe('pagewire list', () => {
  it('prints a table, or JSON with --json', async () => {
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

  it('says what to do if no client is connected', async () => {
    expect((await run(['list'])).out).toContain('No client is connected');
  });
});

describe('pagewire watch', () => {
  const client: ClientInfo = {
    clientId: 'shop',
    connectionId: 'c1',
    protocol: 2,
    agent: { browser: 'Firefox', browserVersion: '153', extensionVersion: '0.1.0' },
    functions: [
      { name: 'sign', tabs: [] },
      { name: 'hash', tabs: [{ tabId: 1, url: 'https://shop.example/' }] },
    ],
    inFlight: 0,
    connectedAt: '2026-01-01T00:00:00.000Z',
  };
  const events: RelayEvent[] = [
    { kind: 'clients', clients: [client] },
    { kind: 'connected', client },
    { kind: 'disconnected', clientId: 'shop', connectionId: 'c1' },
  ];

  /** Watches all events, then interrupts. */
  async function watched(words: string[]) {
    const interrupt = new AbortController();
    relay.answer = ({ type, msgId }) => {
      if (type !== 'watch') return [];
      setTimeout(() => interrupt.abort(), 50);
      return events.map((event) => ({ type: 'event', msgId, data: { event } }));
    };
    return run(['watch', ...words], { signal: interrupt.signal });
  }

  it('prints a line per event, and exits with 0 when interrupted', async () => {
    const { out, err, code } = await watched([]);
    expect(out.replaceAll(/^\d\d:\d\d:\d\d /gm, '').split('\n')).toEqual([
      'clients      shop',
      'connected    shop · Firefox 153 · sign (no tab), hash (1 tab)',
      'disconnected shop',
      '',
    ]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });

  it('prints one JSON object per line with --json', async () => {
    const { out } = await watched(['--json']);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(events);
  });

  it.each<[string, RelayEvent]>([
    ['none', { kind: 'clients', clients: [] }],
    [
      'shop sign timeout 30000 ms http',
      { kind: 'call', clientId: 'shop', fn: 'sign', outcome: 'timeout', ms: 30_000, via: 'http' },
    ],
    ['old (default) ok 3 ms websocket', { kind: 'call', clientId: 'old', outcome: 'ok', ms: 3, via: 'websocket' }],
    ['12 calls are not shown', { kind: 'dropped', count: 12 }],
    ['a\\u001b[2J\\u000ab', { kind: 'disconnected', clientId: 'a\u001b[2J\nb', connectionId: '' }],
  ])('shows "%s"', (text, event) => {
    expect(readableEvent(event)).toContain(text);
  });

  it('fails if the relay refuses to be watched', async () => {
    relay.answer = ({ msgId }) => ({ type: 'error', msgId, data: { code: 'forbidden', message: 'why' } });
    expect(await run(['watch'])).toMatchObject({ code: 3, err: 'pagewire: forbidden: why\n' });
  });
});
