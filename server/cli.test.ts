import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { Peer } from './testing/test-relay.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function serve(env: Record<string, string>, ...flags: string[]) {
  const child = spawn(process.execPath, [inject('cli'), 'serve', ...flags], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

/** Output and exit status of a process. */
async function ended(child: ReturnType<typeof serve>) {
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { stdout, stderr, status };
}

async function listening(child: ReturnType<typeof serve>): Promise<{ url: string; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line));
    const last = lines.find(({ msg }) => msg === 'listening');
    if (last) return { url: String(last.url), lines };
  }
  throw new Error('the relay did not start');
}

async function open(url: string): Promise<Peer> {
  const peer = new Peer(new WebSocket(url.replace('http', 'ws')));
  await once(peer.socket, 'open');
  return peer;
}

describe('pagewire serve', { timeout: 20_000 }, () => {
  it.each([
    ['a wrong port', { PORT: 'x' }, [], 2, 'pagewire: PORT must be a number from 0 to 65535, not "x"\n'],
    ['a value that looks like a flag', {}, ['--port', '-V'], 2, expect.stringContaining('not "-V"')],
    ['a wrong flag', {}, ['--prot', '1'], 2, expect.stringContaining("unknown option '--prot'")],
    [
      'a tokens file that is not there',
      {},
      ['--tokens', '/nowhere/tokens.json'],
      2,
      "pagewire: can't use the tokens file /nowhere/tokens.json: there is none; pagewire token --file makes one\n",
    ],
    [
      'a certificate without a key',
      { TLS_CERT: 'cert.pem' },
      [],
      2,
      'pagewire: TLS takes both TLS_CERT and TLS_KEY, each the path of a PEM file\n',
    ],
    [
      'a limit that is not a number',
      { PAGEWIRE_MAX_CONNECTIONS: 'many' },
      [],
      2,
      'pagewire: PAGEWIRE_MAX_CONNECTIONS must be a whole number above 0, not "many"\n',
    ],
    [
      'a host that does not exist',
      {},
      ['--host', 'no.such.host.invalid'],
      2,
      expect.stringMatching(
        /^pagewire: can't listen on no\.such\.host\.invalid: there is no host of that name .*--host.*\n$/,
      ),
    ],
    ['a host for anyone', {}, ['--host', '0.0.0.0'], 2, expect.stringMatching(/^pagewire: .*PAGEWIRE_OPEN=1.*\n$/)],
  ])('exits with one clear line for %s', async (_what, env, flags, status, stderr) => {
    expect(await ended(serve(env, ...flags))).toEqual({ stdout: '', stderr, status });
  });

  it('warns about weak tokens and about tokens on an unencrypted network, without printing them', async () => {
    const tokens = { PAGEWIRE_CLIENT_TOKEN: 'short', PAGEWIRE_CALLER_TOKEN: 'long enough, so it seems' };
    const { lines } = await listening(serve(tokens, '--port', '0', '--host', '0.0.0.0'));
    const warnings = lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(warnings).toEqual([
      expect.stringMatching(/^PAGEWIRE_CLIENT_TOKEN is shorter than 16 characters/),
      expect.stringMatching(/^tokens come in clear here/),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/"short|long enough/);
  });

  it('reports a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { stderr, status } = await ended(serve({ PORT: port }));
    other.close();
    expect([stderr, status]).toEqual([
      `pagewire: can't listen on 127.0.0.1 port ${port}: another program does so already; choose another with --port\n`,
      1,
    ]);
  });

  it('reports an address of another machine', async () => {
    const { stderr, status } = await ended(serve({ PAGEWIRE_OPEN: '1', PORT: '0' }, '--host', '192.0.2.1'));
    expect([stderr, status]).toEqual([
      "pagewire: can't listen on 192.0.2.1 port 0: 192.0.2.1 is no address of this machine; give --host one that is, such as 127.0.0.1 or 0.0.0.0\n",
      1,
    ]);
  });

  it('prints its flags and settings', async () => {
    const { stdout, status } = await ended(serve({}, '--help'));
    expect(status).toBe(0);
    for (const word of [
      '--port',
      '--host',
      '--tokens',
      'PAGEWIRE_CLIENT_TOKEN',
      'ALLOWED_HOSTS',
      'TLS_CERT',
      'PAGEWIRE_MAX_',
    ])
      expect(stdout).toContain(word);
  });

  it('answers pending calls at SIGTERM, closes connections, and exits within 5 s although one stays open', async () => {
    const child = serve({ TZ: 'Asia/Shanghai' }, '--port', '0');
    const { url, lines } = await listening(child);
    expect(lines[0]?.time).toMatch(/\+08:00$/);
    const client = await (await open(url)).serve('shop');
    const caller = await open(url);
    caller.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 1 } });
    await client.next();
    // A connection that no longer reads.
    client.socket.pause();
    const asked = performance.now();
    child.kill('SIGTERM');
    expect((await caller.next()).data.error.code).toBe('shutting_down');
    expect(await caller.closed).toEqual({ code: 1001, reason: 'shutting_down' });
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5_000);
    client.socket.terminate();
  });

  it('listens on an address in URL notation', async () => {
    const { url } = await listening(serve({ HOST: '[::1]' }, '--port', '0'));
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('exits cleanly at %s', async (signal) => {
    const child = serve({}, '--port', '0');
    await listening(child);
    child.kill(signal);
    const { stdout, status } = await ended(child);
    expect(status).toBe(0);
    expect(stdout).toContain(`"signal":"${signal}"`);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('exits at a %s right after its start', async (signal) => {
    const child = serve({}, '--port', '0');
    await once(child, 'spawn');
    child.kill(signal);
    await once(child, 'exit');
    expect(child.signalCode ?? child.exitCode).toSatisfy((end) => end === signal || end === 0);
  });

  it.each(['SIGTERM', 'SIGHUP'])('handles a %s that arrives while it loads', async (signal) => {
    // As soon as the default action of the signal is replaced.
    const early = `process.on('newListener', (name) => name === '${signal}' && setImmediate(() => process.kill(process.pid, name)))`;
    const child = serve({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(early)}` }, '--port', '0');
    const { stdout, status } = await ended(child);
    expect(status).toBe(0);
    expect(stdout).toContain('"msg":"stopped while starting"');
    expect(stdout).not.toContain('listening');
  });

  it('logs neither tokens nor payloads', async () => {
    const secrets = { PAGEWIRE_CLIENT_TOKEN: 'client-secret', PAGEWIRE_CALLER_TOKEN: 'caller-secret' };
    const child = serve(secrets, '--port', '0');
    const log: string[] = [];
    child.stdout.on('data', (chunk) => log.push(String(chunk)));
    const { url } = await listening(child);
    const caller = await open(`${url}/?token=caller-secret`);
    await caller.decrypt('nobody', 'payload-secret');
    caller.send('{"type":"call","data":"payload-secret"');
    await (await open(`${url}/?token=wrong-secret`)).closed;
    await fetch(`${url}/snippet.js?clientId=a&path=b&token=client-secret`);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(log.join('')).toContain('client_not_found');
    expect(log.join('')).not.toContain('secret');
  });
});
