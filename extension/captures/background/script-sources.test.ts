import { expect, it, vi } from 'vitest';
import { ScriptSources } from './script-sources.ts';

const URL = 'https://cdn.test/app.js';
const FRAME = { tabId: 1, frameId: 2 };
const base64 = btoa('from the page');

it('reads in the page, and then sends no request', async () => {
  const execute = vi.fn(async () => ({ base64, contentType: 'text/javascript' }));
  const fetch = vi.fn();
  expect(await new ScriptSources({ execute, fetch, isPermitted: async () => true }).read(FRAME, URL)).toBe(
    'from the page',
  );
  expect(execute).toHaveBeenCalledExactlyOnceWith(FRAME, expect.any(Function), expect.objectContaining({ url: URL }));
  expect(fetch).not.toHaveBeenCalled();
});

it.each([
  ['could not read it', async () => undefined],
  ['is gone', () => Promise.reject(new Error('no such frame'))],
  ['gave an invalid answer', async () => ({ base64: 1 })],
])('sends its own request if the page %s', async (_what, execute) => {
  const fetch = vi.fn(async () => new Response('from the network'));
  expect(await new ScriptSources({ execute, fetch, isPermitted: async () => true }).read(FRAME, URL)).toBe(
    'from the network',
  );
  const how = expect.objectContaining({ cache: 'force-cache', credentials: 'include' });
  expect(fetch).toHaveBeenCalledExactlyOnceWith(URL, how);
});

it('sends no request to a host without permission', async () => {
  const fetch = vi.fn();
  const sources = new ScriptSources({ execute: async () => undefined, fetch, isPermitted: async () => false });
  expect(await sources.read(FRAME, URL)).toBeUndefined();
  expect(fetch).not.toHaveBeenCalled();
});

it('reads no script that is too large or has no host', async () => {
  const fetch = vi.fn(async () => new Response(new Uint8Array(25 * 1024 * 1024)));
  const sources = new ScriptSources({ execute: async () => undefined, fetch, isPermitted: async () => true });
  expect(await sources.read(FRAME, URL)).toBeUndefined();
  fetch.mockClear();
  expect(await sources.read(FRAME, 'file:///app.js')).toBeUndefined();
  expect(fetch).not.toHaveBeenCalled();
});
