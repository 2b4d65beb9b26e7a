import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './browser/eventually.ts';
import { findClosedPort } from './samples/closed-port.ts';
import { readSamples, type Sample } from './samples/sample.ts';
import { canRun, SampleFolder } from './samples/sample-folder.ts';
import { type Functions, StandInClient } from './samples/stand-in-client.ts';
import { RelayProcess } from './stage/relay-process.ts';

/** Runs each sample of docs/http.md, with another port, against the built relay. */

const markdown = await readFile(new URL('../docs/http.md', import.meta.url), 'utf8');
const samples = readSamples(markdown);

const FUNCTIONS: Functions = {
  encrypt: ([text]) => ({ kind: 'value', value: `<${text}>` }),
  compress: ([bytes]) => ({ kind: 'value', value: reversed(bytes) }),
  explode: () => ({
    kind: 'error',
    error: { code: 'function_threw', message: 'boom', details: { name: 'TypeError' } },
  }),
  slow: () => ({ kind: 'silence' }),
};

/** Expected output. The samples in LIBRARIES are run by the others. */
const PRINTS: Record<string, string | RegExp> = {
  'call.sh': '{"value":"<hello>"}',
  'call-target.sh': '{"value":"<hello>"}',
  'raw.sh': '<hello>',
  'bytes.sh': '{"value":{"$type":"bytes","kind":"Uint8Array","value":"b2xsZWg="}}',
  'list.sh': /^\{"clients":\[\{"clientId":"my-browser",/,
  'errors.sh': /"code":"function_threw".*\}failed with 22\n$/,
  'cancel.sh': 'given up\n',
  'token.sh': '{"value":"<hello>"}',
  'events.sh': /^event: clients\ndata: \{"kind":"clients","clients":\[\{/,
  'call.py': '<hello>\n',
  'call_target.py': '<hello>\n',
  'raw.py': '<hello>\n',
  'bytes_both_ways.py': 'bytes 6f6c6c6568\n',
  'list.py': "my-browser ['encrypt', 'compress', 'explode', 'slow']\n",
  'errors.py': "function_threw {'name': 'TypeError'}\n",
  'cancel.py': /^given up: .*timed out/,
  'token_python.sh': '<hello>\n',
  'call.go': '<hello>\n',
  'call_target.go': '<hello>\n',
  'raw.go': '<hello>\n',
  'bytes.go': '6f6c6c6568\n',
  'list.go': 'my-browser [{encrypt} {compress} {explode} {slow}]\n',
  'errors.go': 'function_threw {"name":"TypeError"}\n',
  'cancel.go': 'given up\n',
  'token_go.sh': '<hello>\n',
};
const LIBRARIES = ['pagewire_http.py', 'pagewire.go'];

interface Stand {
  relay: RelayProcess;
  client: StandInClient;
}

let open: Stand;
let guarded: Stand;
let folder: SampleFolder;
beforeAll(async () => {
  [open, guarded] = await Promise.all([
    stand({}),
    stand({ PAGEWIRE_CALLER_TOKEN: 'another-one', PAGEWIRE_CLIENT_TOKEN: 'the client token' }),
  ]);
  folder = await SampleFolder.create();
});
afterAll(async () => {
  for (const { relay, client } of [open, guarded].filter(Boolean)) {
    client.socket.terminate();
    await relay.stop();
  }
  await folder?.remove();
});

describe('the samples of docs/http.md', () => {
  it('are all run', () => {
    expect(samples.map(({ name }) => name).sort()).toEqual([...Object.keys(PRINTS), ...LIBRARIES].sort());
  });

  const runnable = samples.filter(({ name }) => !LIBRARIES.includes(name) && canRunHere(name));
  it.each(runnable.map((sample) => [sample.name, sample] as const))(
    'print the expected output: %s',
    async (name, sample) => {
      const { relay, client } = name.startsWith('token') ? guarded : open;
      const asked = client.asked.length;
      const cancels = client.cancels;
      const printed = await run(sample, relay.port);
      expect(printed).toEqual(
        typeof PRINTS[name] === 'string' ? PRINTS[name] : expect.stringMatching(PRINTS[name] ?? ''),
      );
      if (name.startsWith('call')) expect(client.asked.length).toBe(asked + 1);
      if (name.includes('target')) expect(client.asked.at(-1)?.target).toEqual({ url: 'https://shop.example/' });
      if (name.startsWith('cancel')) await eventually(async () => client.cancels === cancels + 1);
    },
  );
});

describe('the samples of docs/http.md fail with a clear message', () => {
  const loud = samples.filter(
    ({ name }) => !LIBRARIES.includes(name) && !/^(errors|cancel|token|events)/.test(name) && canRunHere(name),
  );

  it.each(loud.map((sample) => [sample.name, sample] as const))(
    'if the relay refuses them: %s',
    async (_name, sample) => {
      await expect(run(sample, guarded.relay.port)).rejects.toThrow(/unauthorized/);
    },
  );

  const calls = loud.filter(({ name }) => name.startsWith('call.'));
  it.each(calls.map((sample) => [sample.name, sample] as const))('without a relay: %s', async (_name, sample) => {
    await expect(run(sample, await findClosedPort())).rejects.toThrow(/refused|Could ?n[o']t connect/i);
  });
});

it('has a description, which /docs shows, whose curl lines work as they stand', async () => {
  const { paths } = (await (await fetch(`${open.relay.url}/openapi.json`)).json()) as Described;
  const descriptions = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.description));
  const lines = descriptions.flatMap((text) =>
    [...text.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, line = '']) => line),
  );
  expect(lines.length).toBeGreaterThan(8);
  for (const text of lines.filter((line) => !line.includes('/api/events'))) {
    const printed = await run({ name: 'page.sh', text }, open.relay.port);
    if (text.includes('/encrypt')) expect(printed).toContain('<');
  }
});

interface Described {
  paths: Record<string, Record<string, { description: string }>>;
}

async function stand(env: NodeJS.ProcessEnv): Promise<Stand> {
  const relay = await RelayProcess.start(env);
  return { relay, client: await StandInClient.connect(relay.socketUrl, FUNCTIONS, env.PAGEWIRE_CLIENT_TOKEN) };
}

async function run(sample: Sample, port: number): Promise<string> {
  for (const library of samples) if (LIBRARIES.includes(library.name)) await folder.add(library, port);
  // The token samples of Python and Go run it too.
  for (const called of samples) if (called.name.startsWith('call.')) await folder.add(called, port);
  return folder.run(sample, { port, cwd: folder.path });
}

function canRunHere(name: string): boolean {
  const can =
    canRun(name) && (name !== 'token_go.sh' || canRun('call.go')) && (name !== 'token_python.sh' || canRun('call.py'));
  if (!can) console.log(`docs/http.md: ${name} is not run, because this machine lacks what it needs`);
  return can;
}

/** Reverses bytes in the wire encoding. */
function reversed(bytes: unknown): unknown {
  const { value, ...rest } = bytes as { value: string };
  return { ...rest, value: Buffer.from(Buffer.from(value, 'base64').reverse()).toString('base64') };
}
