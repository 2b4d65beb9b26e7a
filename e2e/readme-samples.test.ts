import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './browser/eventually.ts';
import { findClosedPort } from './samples/closed-port.ts';
import { readSamples, type Sample } from './samples/sample.ts';
import { canRun, type RunOptions, SampleFolder, succeeds } from './samples/sample-folder.ts';
import { borrowRelay, returnRelay } from './stage/borrow-relay.ts';
import { RelayProcess } from './stage/relay-process.ts';

/** Runs each sample of README.md, with another port, against the built relay. */

const samples = readSamples(await readFile(new URL('../README.md', import.meta.url), 'utf8'));

const calls = samples.filter(({ name }) => name.startsWith('call'));
// A missing bash, Python or Python package is not a failure of the sample.
const runnable = calls.filter(({ name }) => hasMeans(name)).map((sample) => [sample.name, sample] as const);

let relay: RelayProcess;
/** A relay with tokens, which the samples don't have. */
let guarded: RelayProcess;
let closedPort: number;
let folder: SampleFolder;
beforeAll(async () => {
  relay = await borrowRelay();
  guarded = await RelayProcess.start({
    PAGEWIRE_CALLER_TOKEN: 'another-one',
    PAGEWIRE_CLIENT_TOKEN: 'the client token',
  });
  closedPort = await findClosedPort();
  folder = await SampleFolder.create();
});
afterAll(async () => {
  await returnRelay(relay);
  await guarded?.stop();
  await folder?.remove();
});

const functions = [{ name: 'encrypt', tabs: [{ tabId: 1, url: 'https://shop.example/' }] }];
const agent = { browser: 'none', browserVersion: '0', extensionVersion: '0' };
const FIRST_INIT = { type: 'init', msgId: '', data: { clientId: 'my-browser' } };
const SECOND_INIT = {
  type: 'init',
  msgId: '',
  data: { protocol: 2, clientId: 'my-browser', instanceId: 'one', agent, functions },
};

describe.each([
  ['first', FIRST_INIT],
  ['second', SECOND_INIT],
])('the samples of README.md, with a client of the %s protocol', (_, init) => {
  let client: WebSocket;
  beforeAll(async () => {
    client = await serve(init);
  });
  afterAll(() => client?.terminate());

  it.each(runnable)('print the answer: %s', async (_name, sample) => {
    expect(await run(sample)).toContain('<hello>');
  });
});

/** README.zh-CN.md has the same samples, checked by docs/readme.test.ts. */
describe('the samples of README.md fail with a clear message', () => {
  it.each(runnable)('if the relay refuses them: %s', async (_name, sample) => {
    const failed = await failure(sample, { port: guarded.port, env: { PAGEWIRE_RELAY: guarded.socketUrl } });
    expect(failed).toMatch(/unauthorized|4401|token/);
  });

  it.each(runnable)('without a relay: %s', async (_name, sample) => {
    const failed = await failure(sample, { port: closedPort, env: { PAGEWIRE_RELAY: `ws://127.0.0.1:${closedPort}` } });
    expect(failed).toMatch(/ECONNREFUSED|refused|Could ?n[o']t connect|nothing listens/i);
  });

  it.each(runnable)('without the client: %s', async (_name, sample) => {
    const failed = await failure(sample, { port: relay.port, env: { PAGEWIRE_RELAY: relay.socketUrl } });
    expect(failed).toContain('client_not_found');
  });
});

it('prints a script for pages without the extension', async () => {
  const snippet = samples.find(({ name }) => name === 'snippet.sh');
  expect(await run(snippet ?? { name: 'snippet.sh', text: '' })).toContain('shop.crypto.encrypt');
});

/** A client whose function puts its argument in angle brackets. */
async function serve(init: object): Promise<WebSocket> {
  const socket = new WebSocket(relay.socketUrl);
  socket.on('message', (frame) => {
    const { type, msgId, data } = JSON.parse(frame.toString());
    if (type === 'decrypt') {
      answer({ type, msgId, data: { clientId: 'my-browser', msg: `<${data}>`, flag: true } });
    } else if (type === 'call') {
      answer({ type: 'result', msgId, data: { value: `<${data.args[0]}>` } });
    }
  });
  const answer = (message: object) => socket.send(JSON.stringify(message));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  answer(init);
  await eventually(async () =>
    (await fetch(`${relay.url}/api/clients`).then((response) => response.text())).includes('my-browser'),
  );
  return socket;
}

function run(sample: Sample): Promise<string> {
  return folder.run(sample, { port: relay.port, env: { PAGEWIRE_RELAY: relay.socketUrl } });
}

/** The error output of a failing sample. It must not print an answer or exit with 0. */
async function failure(sample: Sample, options: RunOptions): Promise<string> {
  const printed = await folder.run(sample, options).catch((error: Error) => error);
  if (typeof printed === 'string') throw new Error(`${sample.name} ended with 0 and printed: ${printed}`);
  return printed.message;
}

/** Whether this machine has what a sample needs. Prints what is missing. */
function hasMeans(name: string): boolean {
  const can = canRun(name) && (name !== 'call-first-protocol.py' || succeeds('python3', ['-c', 'import websocket']));
  if (!can) console.log(`README.md: ${name} is not run, because this machine lacks what it needs`);
  return can;
}
