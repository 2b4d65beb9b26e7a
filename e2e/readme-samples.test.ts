import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './browser/eventually.ts';
import { RelayProcess } from './stage/relay-process.ts';

/** Runs each sample of README.md as it stands there, but for the port, against the built relay. */

const root = fileURLToPath(new URL('../', import.meta.url));

interface Sample {
  name: string;
  text: string;
}

const samples = readSamples(await readFile(path.join(root, 'README.md'), 'utf8'));

const calls = samples.filter(({ name }) => name.startsWith('call'));
// A missing bash or Python, or the Python package that one sample asks for, is no fault of the sample.
const runnable = calls.filter(({ name }) => canRun(name)).map((sample) => [sample.name, sample] as const);

let relay: RelayProcess;
let folder: string;
beforeAll(async () => {
  relay = await RelayProcess.start();
  // Inside the project, so that `import 'ws'` and `import 'pagewire'` find what they name.
  await mkdir(path.join(root, '.tmp'), { recursive: true });
  folder = await mkdtemp(path.join(root, '.tmp', 'readme-'));
});
afterAll(async () => {
  await relay?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
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

async function run({ name, text }: Sample): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text.replaceAll('127.0.0.1:9999', `127.0.0.1:${relay.port}`));
  const [command, ...args] = [...interpreter(name), file];
  const env = { ...process.env, PAGEWIRE_RELAY: relay.socketUrl };
  return new Promise((resolve, reject) => {
    execFile(command ?? '', args, { cwd: root, env, timeout: 30_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${name} failed: ${stderr || stdout}`, { cause: error })) : resolve(stdout),
    );
  });
}

function interpreter(name: string): string[] {
  switch (path.extname(name)) {
    case '.sh':
      return ['bash', '-e'];
    case '.mjs':
      return [process.execPath];
    case '.py':
      return ['python3'];
    default:
      throw new Error(`nothing here runs ${name}`);
  }
}

/** Whether this machine has what a sample asks for: Python, bash, and for one sample a Python package. Says what it has not. */
function canRun(name: string): boolean {
  const can = hasMeans(name);
  if (!can) console.log(`README.md: ${name} is not run, because this machine lacks what it needs`);
  return can;
}

function hasMeans(name: string): boolean {
  const [command = ''] = interpreter(name);
  if (name === 'call-first-protocol.py') return succeeds('python3', ['-c', 'import websocket']);
  return path.extname(name) === '.mjs' || succeeds(command, ['--version']);
}

function succeeds(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The blocks that have a file's name after their language. */
function readSamples(markdown: string): Sample[] {
  const blocks = markdown.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, name = '', text = '']) => ({ name, text }));
}
