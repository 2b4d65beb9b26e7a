import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../browser/eventually.ts';
import { ROOT } from '../run/run-command.ts';
import { StandInClient } from '../samples/stand-in-client.ts';
import { freePort } from '../stage/free-port.ts';

/** Packs the package, installs it into an empty folder, and uses it there. */

const run = promisify(execFile);

let folder: string;
let tarball: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pagewire-package-'));
  await npm(['pack', '--pack-destination', folder], ROOT);
  const packed = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  tarball = path.join(folder, packed);
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'somebody-else', private: true }));
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], folder);
});
afterAll(() => folder && rm(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('passes publint', async () => {
    await run(process.execPath, [bin('publint', 'src/cli.js'), 'run', tarball, '--strict']);
  });

  it('has types that resolve', async () => {
    await run(process.execPath, [bin('@arethetypeswrong/cli', 'dist/index.js'), tarball, '--profile', 'esm-only']);
  });

  it('contains all used and documented files, and no tests', async () => {
    const files = await readdir(path.join(folder, 'node_modules/pagewire'), { recursive: true });
    for (const name of [
      'README.md',
      'LICENSE',
      'docs/http.md',
      'dist/server/cli.js',
      'dist/server/dashboard/index.html',
      'dist/sdk/node.js',
      'dist/chrome/manifest.json',
      'dist/firefox/manifest.json',
    ])
      expect(files).toContain(path.normalize(name));
    expect(files.filter((name) => /\.test\./.test(name))).toEqual([]);
  });
});

describe('installed into an empty folder', () => {
  let relay: ChildProcess;
  let port: number;
  let client: StandInClient;
  beforeAll(async () => {
    port = await freePort();
    const npx = ['--no-install', 'pagewire', 'serve', '--port', String(port)];
    // Its own process group, so that npx and its children end together.
    relay = spawn('npx', npx, { cwd: folder, env: ownEnv(), stdio: 'ignore', detached: true });
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, 60_000);
    client = await StandInClient.connect(`ws://127.0.0.1:${port}`, {
      encrypt: ([text]) => ({ kind: 'value', value: `<${text}>` }),
    });
  });
  afterAll(async () => {
    client?.socket.terminate();
    if (relay?.pid === undefined || relay.exitCode !== null) return;
    const ended = once(relay, 'exit');
    process.kill(-relay.pid, 'SIGTERM');
    await ended;
  });

  it('calls by the SDK through a relay started with npx', async () => {
    const program = `
      import { connect } from 'pagewire';
      const relay = await connect('ws://127.0.0.1:${port}');
      console.log(await relay.client('my-browser').call('encrypt', 'hello'));
      relay.close();`;
    await writeFile(path.join(folder, 'program.mjs'), program);
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder, env: ownEnv() });
    expect(stdout).toBe('<hello>\n');
  });

  it('serves its page with all resources', async () => {
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const loaded = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path);
    expect(loaded.length).toBe(3);
    for (const path of loaded) expect((await fetch(`http://127.0.0.1:${port}/${path}`)).status).toBe(200);
  });

  it('serves its API description with the packed version', async () => {
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const response = await fetch(`http://127.0.0.1:${port}/openapi.json`);
    expect(await response.json()).toMatchObject({ openapi: '3.1.0', info: { version } });
    expect((await fetch(`http://127.0.0.1:${port}/docs`)).status).toBe(200);
  });
});

function npm(args: string[], cwd: string): Promise<unknown> {
  return run('npm', args, { cwd, env: ownEnv() });
}

function bin(name: string, file: string): string {
  return path.join(ROOT, 'node_modules', name, file);
}

/** Without npm's variables, which would point back to this project. */
function ownEnv(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|command|execpath|config_local_prefix)|PAGEWIRE_)/.test(name),
  );
  return Object.fromEntries(others);
}
