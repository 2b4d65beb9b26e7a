import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, type Relay } from '../../sdk/node.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { FirstProtocolProgram } from '../stage/first-protocol-program.ts';
import { Stage } from '../stage/stage.ts';

/** First-protocol programs and page scripts, also together with the second protocol. */

let stage: Stage;
let relay: Relay;
let program: FirstProtocolProgram;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  program = await FirstProtocolProgram.connect(stage.relay.socketUrl);
  relay = await connect(stage.relay.socketUrl);
});
afterAll(async () => {
  program?.close();
  relay?.close();
  await stage?.close();
});

describe('a first-protocol program, with the extension', () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.setUp({
      encrypt: 'shop.crypto.encrypt',
      reject: 'lab.reject',
      nothing: 'lab.nothing',
      bigint: 'lab.bigint',
    });
  });

  it('calls the default function', async () => {
    const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
    expect(await program.decrypt(stage.clientId, 'hello')).toEqual({
      type: 'decrypt',
      msgId: 'm1',
      data: { clientId: stage.clientId, msg: own, flag: true },
    });
  });

  it('calls a function named after the clientId', async () => {
    const { data } = await program.decrypt(`${stage.clientId}#reject`, 'hello');
    expect(data).toMatchObject({ msg: null, flag: false, error: { code: 'function_threw' } });
    expect(data.error?.message).toContain('no such voucher');
  });

  it.each([
    ['nothing', null],
    ['bigint', { $type: 'bigint', value: '1180591620717411303424' }],
  ])('gets tagged JSON for values that JSON lacks: %s', async (fn, msg) => {
    const { data } = await program.decrypt(`${stage.clientId}#${fn}`, 'hello');
    expect(data).toMatchObject({ msg, flag: true });
  });

  it('gets an error for an unknown client', async () => {
    const { data } = await program.decrypt('nobody', 'hello');
    expect(data).toMatchObject({ clientId: 'nobody', msg: null, flag: false, error: { code: 'client_not_found' } });
  });
});

describe('a script pasted into the console of a page without the extension', () => {
  it('serves, as provided by the relay', async () => {
    const page = await openOpenPage();
    const query = new URLSearchParams({ clientId: 'pasted', path: 'shop.crypto.encrypt' });
    const source = await (await fetch(`${stage.relay.url}/snippet.js?${query}`)).text();
    await paste(page, source);
    await isKnown('pasted');

    const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
    expect((await program.decrypt('pasted', 'hello')).data).toMatchObject({ msg: own, flag: true });
    // Pasted again, it replaces the previous one.
    const [first] = await connectionsOf('pasted');
    await paste(page, source);
    await eventually(async () => {
      const [now, ...others] = await connectionsOf('pasted');
      return now !== undefined && now.connectedAt !== first?.connectedAt && others.length === 0;
    });
    expect((await program.decrypt('pasted', 'hello')).data).toMatchObject({ msg: own, flag: true });
    await page.close();
  });

  it('serves, as written by hand years ago', async () => {
    const page = await openOpenPage();
    await paste(page, CLASSIC_SCRIPT.replace('ws://127.0.0.1:9999', stage.relay.socketUrl));
    await isKnown('classic');
    expect(await program.decrypt('classic', 'hello')).toMatchObject({
      type: 'decrypt',
      data: { clientId: 'classic', msg: 'olleh', flag: true },
    });
    await page.close();
  });
});

describe('a second-protocol program with a pasted script', () => {
  let page: Page;
  const byHttp = (fn: string, args: unknown[]) =>
    callOverHttp({ relay: stage.relay.url, clientId: 'pasted', fn, args, timeoutMs: 10_000 });
  const serve = async (path: string) => {
    page = await openOpenPage();
    const query = new URLSearchParams({ clientId: 'pasted', path });
    await paste(page, await (await fetch(`${stage.relay.url}/snippet.js?${query}`)).text());
    await isKnown('pasted');
  };
  afterEach(async () => {
    await page.close();
    await eventually(async () => (await connectionsOf('pasted')).length === 0);
  });

  it('calls its only function as encrypt, over WebSocket and HTTP', async () => {
    await serve('shop.crypto.encrypt');
    const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
    expect(await relay.client('pasted').call('encrypt', 'hello')).toBe(own);
    expect(await byHttp('encrypt', ['hello'])).toMatchObject({ status: 200, value: own });
  });

  it('gets back equal values, but null for undefined', async () => {
    await serve('lab.echo');
    const client = relay.client('pasted');
    for (const value of ['12345678901234567890', 12n, new Date(5), [Number.NaN], { $type: 'x' }])
      expect(await client.call('encrypt', value)).toEqual(value);
    expect(await client.call('encrypt', undefined)).toBe(null);
  });

  it('gets errors for other functions, argument counts and tabs', async () => {
    await serve('shop.crypto.encrypt');
    const client = relay.client('pasted');
    const notFound = { code: 'function_not_found' };
    await expect(client.call('sign', 'hello')).rejects.toMatchObject(notFound);
    await expect(client.call('encrypt', 'hello', 'you')).rejects.toMatchObject(notFound);
    await expect(client.call('encrypt', 'hello', { target: { tabId: 1 } })).rejects.toMatchObject({
      code: 'tab_unavailable',
    });
    expect(await byHttp('sign', ['hello'])).toMatchObject({ status: 404, ...notFound });
  });

  it('gets an error at once when the serving page is left during the call', async () => {
    await serve('shop.crypto.encrypt');
    await page.evaluate(() => {
      shop.crypto.encrypt = () => new Promise<string>(() => {});
    }, undefined);
    const calls = [
      relay
        .client('pasted')
        .call('encrypt', 'hello')
        .catch((error: unknown) => error),
      byHttp('encrypt', ['hello']),
    ];
    await eventually(async () => (await connectionsOf('pasted'))[0]?.inFlight === 2);
    await page.reload();
    const gone = { code: 'client_disconnected' };
    expect(await Promise.all(calls)).toMatchObject([gone, { status: 502, ...gone }]);
  });
});

/** A typical old script. */
const CLASSIC_SCRIPT = `
  var ws = new WebSocket('ws://127.0.0.1:9999');
  ws.onopen = function () {
    ws.send(JSON.stringify({ type: 'init', msgId: '', data: { clientId: 'classic' } }));
    setInterval(function () {
      ws.send(JSON.stringify({ type: 'heartbeat', msgId: '', data: {} }));
    }, 120000);
  };
  ws.onmessage = function (event) {
    var message = JSON.parse(event.data);
    var result = message.data.split('').reverse().join('');
    ws.send(JSON.stringify({
      type: 'decrypt',
      msgId: message.msgId,
      data: { clientId: 'classic', msg: result, flag: true },
    }));
  };
`;

/** A page without a policy, where a page script can open a WebSocket. */
async function openOpenPage(): Promise<Page> {
  return await stage.browser.openPage(stage.site.url('/open/lab'));
}

async function paste(page: Page, source: string): Promise<void> {
  await page.evaluate((source) => {
    // biome-ignore lint/security/noGlobalEval: a console evaluates like this.
    // biome-ignore lint/complexity/noCommaOperator: an indirect eval runs in the global scope, as a console does.
    (0, eval)(source);
  }, source);
}

async function isKnown(clientId: string): Promise<void> {
  await eventually(async () => (await connectionsOf(clientId)).length > 0);
}

async function connectionsOf(clientId: string): Promise<ClientInfo[]> {
  return (await stage.relay.clients()).filter((client) => client.clientId === clientId);
}

declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
