import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { frameChunks } from './frame-bytes.ts';

let server: WebSocketServer;
let reader: WebSocket;
let raw: Socket;

beforeAll(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const connected: Promise<[WebSocket, IncomingMessage]> = once(server, 'connection') as Promise<
    [WebSocket, IncomingMessage]
  >;
  reader = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  [, { socket: raw }] = await connected;
});

afterAll(() => {
  reader.terminate();
  server.close();
});

/** The frames that a WebSocket reads from these bytes. */
async function read(texts: readonly string[]): Promise<string[]> {
  const got: string[] = [];
  const all = new Promise<void>((resolve) => {
    reader.removeAllListeners('message').on('message', (data, isBinary) => {
      if (got.push(isBinary ? 'binary' : data.toString()) === texts.length) resolve();
    });
  });
  for (const chunk of frameChunks(texts)) raw.write(chunk, 'latin1');
  await all;
  return got;
}

it('writes readable frames of any text', async () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(texts, async (some) => {
      expect(await read(some)).toEqual(some);
    }),
    { numRuns: 200 },
  );
});

it.each([125, 126, 65_535, 65_536, 70_000])('writes frames of %i bytes', async (length) => {
  const texts = ['x'.repeat(length), `${'x'.repeat(length - 2)}ü`];
  expect(await read(texts)).toEqual(texts);
});

it('writes ASCII frames as one chunk', () => {
  expect(frameChunks(['{"a":1}', '[2]'])).toHaveLength(1);
  expect(frameChunks([])).toEqual([]);
});
