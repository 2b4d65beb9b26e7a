import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, type Relay } from '../../sdk/node.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { ShopSite } from '../site/shop-site.ts';
import { FirstProtocolProgram } from '../stage/first-protocol-program.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { Stage } from '../stage/stage.ts';

/** A hostile web page in the user's browser against a relay without tokens. */

let stage: Stage;
let relay: Relay;
let program: FirstProtocolProgram;
let shop: Page;
let hostile: ShopSite;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  shop = await stage.setUp({ increment: 'lab.counter.increment' });
  relay = await connect(stage.relay.socketUrl);
  program = await FirstProtocolProgram.connect(stage.relay.socketUrl);
  hostile = await ShopSite.start();
});
afterAll(async () => {
  relay?.close();
  program?.close();
  await hostile?.close();
  await stage?.close();
});

/** Runs code in a page, then checks that no function was called. */
async function tryOut<Result>(page: Page, act: (target: Target) => Promise<Result>): Promise<Result> {
  const before = await executed();
  const { url: http, socketUrl: socket } = stage.relay;
  const call = `${http}/api/clients/${encodeURIComponent(stage.clientId)}/functions/increment`;
  const result = await page.evaluate(act, { http, socket, call, clientId: stage.clientId });
  // Calls reach a page in order.
  expect(await relay.client(stage.clientId).call('increment')).toBe(before + 1);
  await page.close();
  return result;
}
interface Target {
  http: string;
  socket: string;
  call: string;
  clientId: string;
}
const executed = () => shop.evaluate(() => lab.counter.count, undefined);

const PAGES: [string, (url: string) => string][] = [
  ['of this machine', (url) => url],
  ['of another site', (url) => url.replace('127.0.0.1', 'localhost')],
];

describe.each(PAGES)('a page %s', (_where, from) => {
  const openHostile = () => stage.browser.openPage(from(hostile.url('/open')));

  it('that opens a WebSocket can call nothing', async () => {
    const page = await openHostile();
    const codes = await tryOut(page, async ({ socket: url, clientId }) => {
      const call = { type: 'call', msgId: 'c', data: { clientId, fn: 'increment', args: [] } };
      const messages = [
        call,
        [call, call],
        { type: 'decrypt', msgId: 'd', data: { clientId, msg: 'x' } },
        { type: 'decrypt', msgId: 'd', data: { clientId: `${clientId}#increment`, msg: 'x' } },
        { type: 'list', msgId: 'l', data: {} },
        { type: 'watch', msgId: 'w', data: {} },
      ];
      const socket = new WebSocket(url, ['pagewire']);
      const codes: unknown[] = [];
      await new Promise((resolve) => {
        socket.onopen = () => {
          for (const message of messages) socket.send(JSON.stringify(message));
        };
        socket.onclose = resolve;
        socket.onmessage = ({ data }) => {
          for (const message of [JSON.parse(data)].flat()) codes.push(message.data.error?.code ?? message.data.code);
          if (codes.length >= 7) resolve(undefined);
        };
      });
      socket.close();
      return codes;
    });
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'forbidden'));
  });

  it('that fetches gets no data and calls nothing', async () => {
    const page = await openHostile();
    const answers = await tryOut(page, async ({ http, call }) => {
      const body = '{"args":[]}';
      const json = { 'Content-Type': 'application/json' };
      const requests: [string, RequestInit][] = [
        [call, { method: 'POST', body, headers: json }],
        [call, { method: 'POST', body }],
        [call, { method: 'POST', body, mode: 'no-cors' }],
        [call, { method: 'POST', body: new Blob([body], { type: 'application/json' }), mode: 'no-cors' }],
        [call, { method: 'POST', body: new URLSearchParams({ args: '[]' }), mode: 'no-cors' }],
        [call, { method: 'POST', body: new FormData(), mode: 'no-cors' }],
        [call, { method: 'GET', mode: 'no-cors' }],
        [`${http}/api/clients`, {}],
        [`${http}/api/clients`, { mode: 'no-cors' }],
        [`${http}/healthz`, {}],
        [`${http}/metrics`, {}],
      ];
      const tried = requests.map(([url, init]) =>
        fetch(url, init).then(
          async (response) => [response.type, response.status, await response.text()].join(),
          () => 'failed',
        ),
      );
      const beacons = [body, new Blob([body], { type: 'application/json' })].map((data) =>
        navigator.sendBeacon(call, data),
      );
      return { tried: await Promise.all(tried), beacons };
    });
    for (const answer of answers.tried) expect(['failed', 'opaque,0,']).toContain(answer);
  });

  it('that uses forms, images, scripts, frames and events gets no data and calls nothing', async () => {
    const page = await openHostile();
    const seen = await tryOut(page, async ({ http, call }) => {
      const loaded = (element: HTMLElement) =>
        new Promise((resolve) => {
          element.onload = () => resolve('loaded');
          element.onerror = () => resolve('failed');
          document.body.append(element);
        });
      const of = (tag: 'img' | 'script' | 'iframe', src: string) =>
        loaded(Object.assign(document.createElement(tag), { src }));
      const style = (href: string) =>
        loaded(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
      const posted = (enctype: string) => {
        const frame = Object.assign(document.createElement('iframe'), { name: `frame ${enctype}` });
        const form = Object.assign(document.createElement('form'), { method: 'post', action: call, enctype });
        form.target = frame.name;
        form.append(Object.assign(document.createElement('input'), { name: '{"args":["', value: '"]}' }));
        const done = loaded(frame);
        document.body.append(form);
        form.submit();
        return done;
      };
      const events = new Promise((resolve) => {
        const source = new EventSource(`${http}/api/events`);
        source.onerror = () => resolve('failed');
        source.onopen = () => resolve('open');
      });
      for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
        await posted(enctype);
      await of('iframe', `${http}/docs`);
      const names = Object.keys(window).sort();
      const results = {
        image: await of('img', `${call}?args=[]`),
        script: await of('script', `${http}/snippet.js?clientId=mine&path=open`),
        json: await of('script', `${http}/api/clients`),
        style: await style(`${http}/docs`),
        events: await events,
      };
      const own = Object.keys(window).filter((name) => !names.includes(name));
      return { ...results, own };
    });
    const failed = 'failed';
    expect(seen).toEqual({ image: failed, script: failed, json: failed, style: failed, events: failed, own: [] });
  });

  it('that serves the extension’s client ID gets none of its calls', async () => {
    const page = await openHostile();
    const before = await executed();
    await page.evaluate(
      ({ url, clientId }) => {
        window.stolen = [];
        const socket = new WebSocket(url);
        socket.onopen = () => socket.send(JSON.stringify({ type: 'init', msgId: '', data: { clientId } }));
        socket.onmessage = ({ data }) => window.stolen.push(data);
      },
      { url: stage.relay.socketUrl, clientId: stage.clientId },
    );
    const serving = async () => (await stage.relay.clients()).filter(({ clientId }) => clientId === stage.clientId);
    await eventually(async () => (await serving()).length === 2);
    const calls = Array.from({ length: 20 }, () => relay.client(stage.clientId).call('increment'));
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => before + index + 1));
    expect((await program.decrypt(stage.clientId, 'x')).data).toMatchObject({ msg: before + 21, flag: true });
    expect(await page.evaluate(() => window.stolen, undefined)).toEqual([]);
    await page.close();
    await eventually(async () => (await serving()).length === 1);
  });
});

it('a page with a host name that resolves to the relay (DNS rebinding) gets no access', async () => {
  const site = await ShopSite.start();
  const page = await stage.browser.openPage(site.url('/open').replace('127.0.0.1', 'hostile.localhost'));
  const port = Number(new URL(site.origin).port);
  await site.close();
  const rebound = await RelayProcess.start({}, port);
  const seen = await page.evaluate(async () => {
    const headers = { 'Content-Type': 'application/json' };
    const call = { method: 'POST', body: '{"args":[]}', headers };
    const get = async (path: string, init?: RequestInit) => (await fetch(path, init)).status;
    const socket = new WebSocket(`ws://${location.host}`);
    const end = await new Promise<unknown>((resolve) => {
      socket.onopen = () => socket.send(JSON.stringify({ type: 'list', msgId: 1, data: {} }));
      socket.onmessage = ({ data }) => resolve(data);
      socket.onclose = ({ code, reason }) => resolve([code, reason]);
    });
    const statuses = [await get('/api/clients'), await get('/healthz'), await get('/docs')];
    const calls = [await get('/api/clients/shop/functions/encrypt', call)];
    return { origin: location.origin, statuses: [...statuses, ...calls], end };
  }, undefined);
  expect(seen).toEqual({
    origin: `http://hostile.localhost:${port}`,
    statuses: [403, 403, 403, 403],
    end: [4403, 'forbidden: Host not allowed: add it to ALLOWED_HOSTS'],
  });
  await page.close();
  await rebound.stop();
});

declare const lab: { counter: { count: number } };
declare global {
  interface Window {
    stolen: string[];
  }
}
