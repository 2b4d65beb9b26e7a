import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
  (await (await relay.connect()).serve('shop')).echo();
});
afterAll(() => relay.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const BINARY_TYPE = { 'content-type': 'application/octet-stream' };

async function call(body: string | Uint8Array<ArrayBuffer> | undefined, headers: Record<string, string> = {}) {
  const url = `${relay.url}/api/clients/shop/functions/encrypt`;
  const response = await fetch(url, { method: 'POST', headers, ...(body !== undefined && { body }) });
  return {
    status: response.status,
    headers: response.headers,
    text: Buffer.from(await response.arrayBuffer()).toString(),
  };
}

const packed = (bytes: Buffer) => new Uint8Array(bytes);

describe('a byte order mark', () => {
  it('before JSON is skipped', async () => {
    expect(await call('\ufeff{"args":["a"]}', JSON_TYPE)).toMatchObject({ status: 200, text: '{"value":"a"}' });
  });

  it('is a part of the argument in application/octet-stream', async () => {
    expect(await call('\ufeffa', BINARY_TYPE)).toMatchObject({ status: 200, text: '\ufeffa' });
  });
});

describe('a body with a Content-Encoding', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', (bytes: Buffer) => bytes],
    ['', (bytes: Buffer) => bytes],
  ])('of %s is decoded', async (encoding, pack) => {
    const json = packed(pack(Buffer.from('{"args":["你好"]}')));
    const answer = await call(json, { ...JSON_TYPE, 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 200, text: '{"value":"你好"}' });
    const text = packed(pack(Buffer.from('\ufeff你好')));
    expect(await call(text, { ...BINARY_TYPE, 'content-encoding': encoding })).toMatchObject({ text: '\ufeff你好' });
  });

  it.each([
    ['br', 'Content-Encoding br'],
    ['zstd', 'Content-Encoding zstd'],
    ['gzip, gzip', 'this Content-Encoding'],
    ['nonsense', 'this Content-Encoding'],
  ])('of %s is rejected with a clear message', async (encoding, what) => {
    const { status, text, headers } = await call('{}', { ...JSON_TYPE, 'content-encoding': encoding });
    expect([status, headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate']);
    expect(JSON.parse(text)).toMatchObject({
      code: 'bad_request',
      detail: `${what} is not supported: send the body as it is, or as gzip or deflate`,
    });
  });

  it.each(['gzip', 'deflate'])('that is not %s is rejected with a clear message', async (encoding) => {
    const { status, text } = await call('{"args":[]}', { ...JSON_TYPE, 'content-encoding': encoding });
    const detail = `the body is not ${encoding}, though the header Content-Encoding says so`;
    expect([status, JSON.parse(text).detail]).toEqual([400, detail]);
  });

  it('that is truncated is rejected', async () => {
    const cut = packed(gzipSync('{"args":[]}').subarray(0, -4));
    expect((await call(cut, { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('is decompressed up to the size limit only', async () => {
    const encoding = 'gzip';
    const fits = packed(gzipSync(Buffer.alloc(MAX_FRAME_BYTES - 1_000, 'x')));
    const bomb = packed(gzipSync(Buffer.alloc(100 * 1024 * 1024)));
    const before = process.memoryUsage().arrayBuffers;
    const { status, text } = await call(bomb, { ...BINARY_TYPE, 'content-encoding': encoding });
    expect([status, JSON.parse(text).code]).toEqual([413, 'message_too_large']);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    const answer = await call(fits, { ...BINARY_TYPE, 'content-encoding': encoding });
    expect([answer.status, answer.text.length]).toEqual([200, MAX_FRAME_BYTES - 1_000]);
  });

  it('counts with its decompressed size for its address', async () => {
    const limited = await startTestRelay({ PAGEWIRE_MAX_BYTES_PER_SECOND: '100000' });
    const url = `${limited.url}/api/clients/shop/functions/encrypt`;
    const send = () =>
      fetch(url, {
        method: 'POST',
        headers: { ...BINARY_TYPE, 'content-encoding': 'gzip' },
        body: packed(gzipSync(Buffer.alloc(1_000_000))),
      });
    expect((await send()).status).toBe(404);
    expect((await send()).status).toBe(429);
    await limited.close();
  });
});

describe('the rejection of a body', () => {
  it.each([
    [{ 'content-type': 'text/plain;charset=UTF-8' }, '{}', 'a body of type text/plain is not taken: '],
    [{ 'content-type': 'text/secret' }, '{}', 'a body of this type is not taken: '],
    [{}, undefined, 'a call needs a body and its type: '],
  ])('names the header to send: %j', async (headers, body, words) => {
    const { status, text } = await call(body, headers);
    expect(status).toBe(415);
    expect(JSON.parse(text).detail).toBe(
      `${words}send the header "Content-Type: application/json" and a body such as {"args":["hello"]}, or "Content-Type: application/octet-stream" and one string`,
    );
  });
});
