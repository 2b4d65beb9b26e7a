import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { metricOf } from '../metrics/metric-of.ts';
import { Peer } from '../testing/test-relay.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts a relay with this stdout, and waits until it answers requests. */
async function serve(stdout: 'pipe' | number): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const child = spawn(process.execPath, [inject('cli'), 'serve', '--port', String(port)], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', stdout, 'inherit'],
  });
  started.push(child);
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(
      () =>
        fetch(`${url}/healthz`).then(
          ({ ok }) => ok,
          () => child.exitCode,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
  return { child, url };
}

/** A connection of a page, with its Origin and clientId in the log. */
async function connect(url: string, origin: string, clientId = 'shop'): Promise<void> {
  const peer = new Peer(new WebSocket(url.replace('http', 'ws'), { origin }));
  await once(peer.socket, 'open');
  peer.send({ type: 'init', data: { clientId } });
  peer.socket.close();
  await peer.closed;
}

async function end(child: ChildProcess): Promise<unknown> {
  child.kill('SIGTERM');
  const [status] = await once(child, 'exit');
  return status;
}

describe('the log', { timeout: 120_000 }, () => {
  it('with a stalled reader does not block the relay; lines over the limit are dropped and counted', async () => {
    const { child, url } = await serve('pipe');
    const dropped = () => metricOf(url, 'pagewire_log_dropped_lines_total', {});
    // Three lines each: together they are more than may wait.
    const origin = `https://${'x'.repeat(300)}.example`;
    const fill = () => Promise.all(Array.from({ length: 50 }, () => connect(url, origin, 'x'.repeat(200))));
    for (let times = 0; times < 100 && (await dropped()) === 0; times++) await fill();
    expect(await dropped()).toBeGreaterThan(0);
    expect((await fetch(`${url}/healthz`)).ok).toBe(true);
    expect(await end(child)).toBe(0);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'on a full disk does not stop the relay, and failed writes are counted',
    async () => {
      const full = openSync('/dev/full', 'w');
      const { child, url } = await serve(full);
      closeSync(full);
      for (let times = 0; times < 3; times++) await connect(url, 'https://shop.example');
      expect(await metricOf(url, 'pagewire_log_failed_writes_total', {})).toBeGreaterThan(0);
      expect(await end(child)).toBe(0);
    },
  );

  it('escapes control characters from remotes, and keeps all lines', async () => {
    const { child, url } = await serve('pipe');
    const lines = text(child.stdout ?? process.stdin);
    await connect(url, 'https://\u009b31m\u0085.example', '\u202emoc');
    expect(await end(child)).toBe(0);
    const log = await lines;
    expect(log).not.toMatch(/[\u0080-\u009f]/);
    expect(log).toContain('\\u009b31m\\u0085');
    expect(log).toContain('\\u202emoc');
    expect(JSON.parse(log.trim().split('\n').at(-1) ?? '')).toMatchObject({ msg: expect.any(String) });
    expect(log).toContain('"stopping"');
  });
});
