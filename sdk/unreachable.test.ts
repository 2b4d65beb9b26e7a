import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from './node.ts';
import { Relay } from './relay.ts';
import type { SocketClass, SocketLike } from './relay-socket.ts';

const servers: Server[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function tlsServer(): Promise<string> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'relay.test' }]);
  return listen(createTlsServer({ key, cert }));
}

const fails = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );

/** A socket that fails with Node's error, or without one as in a browser. */
function failing(error?: unknown): SocketClass {
  return class implements SocketLike {
    addEventListener(type: string, listener: (event: never) => void) {
      if (type === 'error') queueMicrotask(() => listener({ error } as never));
      if (type === 'close') setImmediate(() => listener({ code: 1006, reason: '' } as never));
    }
    send() {}
    close() {}
  };
}

describe('connect says what to do if', () => {
  it('nothing listens on the port', async () => {
    const server = createServer();
    const address = await listen(server);
    server.close();
    await once(server, 'close');
    expect(await fails(connect(`ws://alice:s3cret@${address}?token=secret`))).toMatchObject({
      code: 'relay_disconnected',
      message: `can't connect to the relay at ws://${address}: nothing listens on that port. Start the relay (npm start in its folder), or correct the host and port`,
    });
  });

  it('the server accepts the connection and sends nothing', async () => {
    const server = createServer();
    const address = await listen(server);
    const taken = once(server, 'connection');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const failed = fails(connect(`ws://${address}`));
    await taken;
    vi.advanceTimersByTime(20_000);
    expect(await failed).toMatchObject({
      code: 'relay_disconnected',
      message: expect.stringContaining('127.0.0.1 does not answer'),
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['ENOTFOUND', 'there is no host named no.such.host. Correct the URL'],
    ['EAI_AGAIN', 'DNS lookup of no.such.host failed'],
    ['EHOSTUNREACH', 'no.such.host does not answer. Is it running'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not for no.such.host. Use the host name'],
  ])('the system says %s', async (code, message) => {
    const socket = failing(Object.assign(new Error(code), { code }));
    const error = await fails(Relay.connect('wss://no.such.host', {}, socket));
    expect(error.message).toContain(`at wss://no.such.host: ${message}`);
  });

  it('another web server listens', async () => {
    const address = await listen(createHttpServer((_, response) => response.writeHead(404).end()));
    expect((await fails(connect(`ws://${address}`))).message).toContain(
      'the server there is not a Pagewire relay: it answers HTTP 404. Correct the host, port and path',
    );
  });

  it('a proxy cannot reach the relay', async () => {
    const address = await listen(createHttpServer((_, response) => response.writeHead(502).end()));
    expect((await fails(connect(`ws://${address}`))).message).toContain("with HTTP 502: it can't reach the relay");
  });

  it('the server does not speak HTTP', async () => {
    const address = await listen(createServer((socket) => socket.end('220 mail.test ESMTP\r\n')));
    expect((await fails(connect(`ws://${address}`))).message).toContain('it does not speak HTTP');
  });

  it('the relay requires TLS', async () => {
    expect((await fails(connect(`ws://${await tlsServer()}`))).message).toContain('use wss:// instead of ws://');
  });

  it('the relay has no TLS', async () => {
    const address = await listen(createHttpServer());
    expect((await fails(connect(`wss://${address}`))).message).toContain(
      'it does not speak TLS. Use ws:// instead of wss://, or give the relay a certificate',
    );
  });

  it('the certificate is not trusted', async () => {
    expect((await fails(connect(`wss://${await tlsServer()}`))).message).toMatch(
      /its certificate is not trusted \(self-signed certificate\)\. .*NODE_EXTRA_CA_CERTS/,
    );
  });

  it('a browser gives no error', async () => {
    const error = await fails(Relay.connect('ws://relay.test', {}, failing()));
    expect(error.message).toContain("Check that the relay is running. A page's Content Security Policy");
  });

  it('a browser throws before connecting', async () => {
    const socket = class {
      constructor() {
        throw new DOMException('An insecure WebSocket connection may not be initiated', 'SecurityError');
      }
    } as unknown as SocketClass;
    expect(await fails(Relay.connect('ws://relay.test', {}, socket))).toMatchObject({
      code: 'relay_disconnected',
      message: expect.stringContaining('An insecure WebSocket connection may not be initiated'),
    });
  });
});

describe('connect rejects', () => {
  it.each([
    ['http://127.0.0.1', 'it must start with ws:// or wss://'],
    ['ws://127.0.0.1:99999', 'write it as ws://127.0.0.1:9999'],
    ['ws://127.0.0.1:9999/?token=a#b', 'the relay URL ws://127.0.0.1:9999/ has a fragment'],
    ['ws://127.0.0.1:9999/#', 'has a fragment'],
  ])('%s', async (url, message) => {
    expect(await fails(connect(url))).toMatchObject({ code: 'bad_request', message: expect.stringContaining(message) });
  });
});
