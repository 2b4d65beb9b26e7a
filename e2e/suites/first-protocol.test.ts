import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { FirstProtocolProgram } from '../stage/first-protocol-program.ts';
import { Stage } from '../stage/stage.ts';

/** Programs and page scripts that know the first protocol only, unchanged. */

let stage: Stage;
let program: FirstProtocolProgram;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  program = await FirstProtocolProgram.connect(stage.relay.socketUrl);
});
afterAll(async () => {
  program?.close();
  await stage?.close();
});

describe('a program, with the extension', () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.setUp({ encrypt: 'shop.crypto.encrypt', reject: 'lab.reject' });
  });

  it('gets the answer of the default function', async () => {
    const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
    expect(await program.decrypt(stage.clientId, 'hello')).toEqual({
      type: 'decrypt',
      msgId: 'm1',
      data: { clientId: stage.clientId, msg: own, flag: true },
    });
  });

  it('names a function behind the clientId', async () => {
    const { data } = await program.decrypt(`${stage.clientId}#reject`, 'hello');
    expect(data).toMatchObject({ msg: null, flag: false, error: { code: 'function_threw' } });
    expect(data.error?.message).toContain('no such voucher');
  });

  it('is told that there is no such client', async () => {
    const { data } = await program.decrypt('nobody', 'hello');
    expect(data).toMatchObject({ clientId: 'nobody', msg: null, flag: false, error: { code: 'client_not_found' } });
  });
});

describe('a script that is pasted into the console of a page, without the extension', () => {
  it('serves: the one that the relay hands out', async () => {
    const page = await openOpenPage();
    const query = new URLSearchParams({ clientId: 'pasted', path: 'shop.crypto.encrypt' });
    const source = await (await fetch(`${stage.relay.url}/snippet.js?${query}`)).text();
    await paste(page, source);
    await isKnown('pasted');

    const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
    expect((await program.decrypt('pasted', 'hello')).data).toMatchObject({ msg: own, flag: true });
    // Pasted again, it takes the place of the one before.
    const [first] = await connectionsOf('pasted');
    await paste(page, source);
    await eventually(async () => {
      const [now, ...others] = await connectionsOf('pasted');
      return now !== undefined && now.connectedAt !== first?.connectedAt && others.length === 0;
    });
    expect((await program.decrypt('pasted', 'hello')).data).toMatchObject({ msg: own, flag: true });
    await page.close();
  });

  it('serves: one that was written by hand, years ago', async () => {
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

/** The kind of script that people have lying about. */
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

/** A page without a policy: a page's own socket can be opened only there. */
async function openOpenPage(): Promise<Page> {
  return await stage.browser.openPage(stage.site.url('/open'));
}

async function paste(page: Page, source: string): Promise<void> {
  await page.evaluate((source) => {
    // biome-ignore lint/security/noGlobalEval: this is what a console does.
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
