import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { Bus } from '../cluster/bus/bus.ts';
import type { Config } from '../config/config.ts';
import { announceMuch } from './announce-much.ts';
import { type Message, type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

/** What nodes that are joined by a bus do together, whatever the bus: run with each there is. */
export function describeNodes(what: string, newBus: () => Bus): void {
  describe(what, () => {
    let nodes: TestRelay[] = [];
    const node = async (overrides: Partial<Config> = {}) => {
      const relay = await startTestRelay({}, overrides, undefined, newBus());
      nodes.push(relay);
      return relay;
    };
    let here: TestRelay;
    let there: TestRelay;
    beforeEach(async () => {
      here = await node();
      there = await node();
      for (const relay of nodes) await expect.poll(() => ready(relay)).toBe(200);
    });
    afterEach(async () => {
      await Promise.all(nodes.map((relay) => relay.close()));
      nodes = [];
    });

    const ready = async (relay: TestRelay) => (await fetch(`${relay.url}/readyz`)).status;
    /** Until the other nodes can know it: nothing tells a client when. */
    const known = async (clientId: string, count = 1) => {
      for (const relay of nodes) await expect.poll(() => serving(relay, clientId)).toHaveLength(count);
    };
    const serving = async (relay: TestRelay, clientId: string) => {
      const { clients } = (await (await fetch(`${relay.url}/api/clients`)).json()) as { clients: ClientInfo[] };
      return clients.filter((client) => client.clientId === clientId);
    };
    const first = async (relay: TestRelay, clientId = 'shop') => {
      const client = await (await relay.connect()).serve(clientId);
      await known(clientId);
      return client;
    };
    const second = async (relay: TestRelay, data: object = {}, count = 1) => {
      const client = await relay.connect();
      await client.serveSecond(data);
      await known('clientId' in data ? String(data.clientId) : 'shop', count);
      return client;
    };
    const post = (relay: TestRelay, path: string, body: object, signal?: AbortSignal) =>
      fetch(`${relay.url}/api/clients/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      });
    const answerWith = (client: Peer, { msgId }: Message, value: unknown) =>
      client.send({ type: 'result', msgId, data: { value } });

    describe('a call', () => {
      it('of the first protocol reaches a first-protocol client of another node', async () => {
        (await first(there)).echo((msg) => `<${msg}>`);
        const caller = await here.connect();
        expect(await caller.decrypt('shop', 'hello', 7)).toEqual({
          type: 'decrypt',
          msgId: 7,
          data: { clientId: 'shop', msg: '<hello>', flag: true },
        });
      });

      it('of the second protocol does, with arguments, target and who calls', async () => {
        const tabs = [{ tabId: 3, url: 'https://shop.example/' }];
        const client = await second(there, { functions: [{ name: 'sign', tabs }] });
        const caller = await here.connect();
        const answer = caller.call('shop', 'sign', [1, { a: null }], { target: { tabId: 3 } });
        const asked = await client.next();
        expect(asked).toMatchObject({
          type: 'call',
          data: { fn: 'sign', args: [1, { a: null }], target: { tabId: 3 }, caller: { via: 'websocket' } },
        });
        answerWith(client, asked, { $type: 'undefined' });
        expect(await answer).toMatchObject({
          type: 'result',
          msgId: 'm',
          data: { clientId: 'shop', value: { $type: 'undefined' } },
        });
      });

      it('by HTTP does, and what the function threw comes back whole', async () => {
        const client = await second(there);
        const answer = post(here, 'shop/functions/encrypt', { args: ['x'] });
        const { msgId } = await client.next();
        const details = { name: 'TypeError', message: 'no key', stack: 'TypeError: no key' };
        client.send({ type: 'error', msgId, data: { code: 'function_threw', message: 'no key', details } });
        const response = await answer;
        expect(response.status).toBe(422);
        expect(await response.json()).toMatchObject({ code: 'function_threw', details });
      });

      it('names a function of the other node by #, where no client has exactly that id', async () => {
        const client = await second(there, { clientId: 'a#b', functions: [{ name: 'c', tabs: [] }] });
        const caller = await here.connect();
        const answer = caller.decrypt('a#b#c', 1);
        answerWith(client, await client.next(), 'by name');
        expect((await answer).data).toEqual({ clientId: 'a#b#c', msg: 'by name', flag: true });
        (await first(there, 'a#b#c')).echo(() => 'exact');
        expect((await caller.decrypt('a#b#c', 1)).data).toMatchObject({ msg: 'exact' });
      });

      it.each([
        ['dots and stars', 'a.b.*.>'],
        ['spaces and line ends', ' a\tb\r\n '],
        ['no character at all', ''],
        ['other scripts', '商店-🛒'],
        ['half a surrogate pair', 'x\ud83d'],
        ['the other half', 'x\udc00'],
        ['200 characters', '长'.repeat(200)],
      ])('finds a client whose id has %s', async (_what, clientId) => {
        (await (await there.connect()).serve(clientId)).echo();
        const caller = await here.connect();
        await expect.poll(async () => (await caller.decrypt(clientId, clientId)).data.msg).toBe(clientId);
      });

      it('is client_not_found where no node has the client', async () => {
        expect(await (await post(here, 'nobody/functions/f', { args: [] })).json()).toMatchObject({
          code: 'client_not_found',
        });
      });

      it('is refused exactly as on one node', async () => {
        const tabs = [{ tabId: 3, url: 'https://shop.example/' }];
        await second(there, { functions: [{ name: 'sign', tabs }] });
        const code = async (name: string, body: object) => {
          const problem = (await (await post(here, `shop/functions/${name}`, body)).json()) as { code: string };
          return problem.code;
        };
        expect(await code('other', { args: [] })).toBe('function_not_found');
        expect(await code('sign', { args: [], target: { tabId: 4 } })).toBe('tab_unavailable');
      });

      it('larger than what the bus carries arrives whole, both ways', async () => {
        (await first(there)).echo();
        const large = '€x\u0000"'.repeat(700_000);
        const caller = await here.connect();
        expect((await caller.decrypt('shop', large)).data.msg === large).toBe(true);
      });

      it('larger than what the bus carries arrives whole among many others, both ways, and so do they', async () => {
        (await first(there, 'far')).echo();
        (await first(here, 'near')).echo();
        const sides = [
          { caller: await here.connect(), clientId: 'far' },
          { caller: await there.connect(), clientId: 'near' },
        ];
        const count = 300;
        const textOf = (n: number) => (n % 75 === 0 ? `${n}€`.repeat(500_000) : `${n}`);
        for (let n = 0; n < count; n++)
          for (const { caller, clientId } of sides)
            caller.send({ type: 'decrypt', msgId: n, data: { clientId, msg: textOf(n) } });
        for (const { caller } of sides) {
          const answers = new Map<unknown, unknown>();
          for (let n = 0; n < count; n++) {
            const { msgId, data } = await caller.next();
            answers.set(msgId, data.msg);
          }
          const wrong = Array.from({ length: count }, (_, n) => n).filter((n) => answers.get(n) !== textOf(n));
          expect(wrong).toEqual([]);
        }
      });

      it('too large to be told to the other node is refused, and not executed', async () => {
        const client = await first(there);
        const caller = await here.connect();
        // What nodes say beside it is more than what the caller says.
        const most =
          MAX_FRAME_BYTES - JSON.stringify({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: '' } }).length;
        expect((await caller.decrypt('shop', 'x'.repeat(most))).data.error.code).toBe('message_too_large');
        await client.settled();
        expect(client.frames).toEqual([]);
      });

      it('among many gets its own answer', async () => {
        (await first(there)).echo((msg) => `<${msg}>`);
        const caller = await here.connect();
        const count = 2_000;
        for (let n = 0; n < count; n++) caller.send({ type: 'decrypt', msgId: n, data: { clientId: 'shop', msg: n } });
        const answers = new Map<unknown, object>();
        for (let n = 0; n < count; n++) {
          const { msgId, data } = await caller.next();
          answers.set(msgId, data);
        }
        expect(answers.size).toBe(count);
        for (const [msgId, data] of answers) expect(data).toEqual({ clientId: 'shop', msg: `<${msgId}>`, flag: true });
      });
    });

    describe('the end of a call', () => {
      it('by its caller reaches the client', async () => {
        const client = await second(there);
        const caller = await here.connect();
        caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'encrypt', args: [] } });
        const { msgId } = await client.next();
        caller.send({ type: 'cancel', msgId: 'm' });
        expect(await caller.next()).toMatchObject({ type: 'error', data: { code: 'cancelled' } });
        expect(await client.next()).toMatchObject({ type: 'cancel', msgId });
      });

      it('by its caller that hangs up reaches the client', async () => {
        const client = await second(there);
        const caller = await here.connect();
        caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'encrypt', args: [] } });
        const { msgId } = await client.next();
        caller.socket.terminate();
        expect(await client.next()).toMatchObject({ type: 'cancel', msgId });
        const hangUp = new AbortController();
        const answer = post(here, 'shop/functions/encrypt', { args: [] }, hangUp.signal).catch(() => 'hung up');
        const second2 = await client.next();
        hangUp.abort();
        expect(await answer).toBe('hung up');
        expect(await client.next()).toMatchObject({ type: 'cancel', msgId: second2.msgId });
      });

      it('by timeout is told to both', async () => {
        const client = await second(there);
        const caller = await here.connect();
        // Long enough for the client to be asked first, however busy the machine is.
        const answer = caller.call('shop', 'encrypt', [], { timeoutMs: 1_500 });
        const { msgId } = await client.next();
        expect(await answer).toMatchObject({ type: 'error', data: { code: 'timeout' } });
        expect(await client.next()).toMatchObject({ type: 'cancel', msgId });
      });

      it('by its client that goes away is told at once', async () => {
        const client = await second(there);
        const caller = await here.connect();
        const answer = caller.call('shop', 'encrypt', []);
        await client.next();
        client.socket.terminate();
        expect(await answer).toMatchObject({ type: 'error', data: { code: 'client_disconnected' } });
      });

      it('by its node that stops is told too, where it does not end in time', async () => {
        const impatient = await node({ drainMs: 50 });
        const client = await second(impatient);
        const caller = await here.connect();
        const answer = caller.call('shop', 'encrypt', []);
        await client.next();
        await impatient.stop();
        expect(await answer).toMatchObject({ type: 'error', data: { code: 'shutting_down' } });
        expect(await client.closed).toMatchObject({ code: 1001 });
      });
    });

    describe('a client', () => {
      it('is found where it goes, when it moves from node to node', async () => {
        const caller = await here.connect();
        for (const [at, relay] of [there, here, there, here].entries()) {
          const client = (await first(relay, 'mover')).echo(() => at);
          expect((await caller.decrypt('mover', '')).data).toMatchObject({ msg: at });
          client.socket.terminate();
          await known('mover', 0);
        }
      });

      it('that comes back by another node takes the place of its older connection', async () => {
        const older = await second(there, { instanceId: 'same' });
        const newer = await here.connect();
        await newer.serveSecond({ instanceId: 'same' });
        expect(await older.closed).toEqual({ code: 4001, reason: 'replaced' });
        await known('shop', 1);
        expect(newer.socket.readyState).toBe(newer.socket.OPEN);
      });

      it('of another instance joins the pool instead', async () => {
        const one = await second(there, { instanceId: 'one' });
        const two = await second(here, { instanceId: 'two' }, 2);
        expect([one, two].map(({ socket }) => socket.readyState)).toEqual([1, 1]);
      });
    });

    describe('a pool on several nodes', () => {
      const only = (name: string) => ({ instanceId: name, functions: [{ name, tabs: [] }] });

      it("is served by the node's own connections first", async () => {
        const near = await second(here, { instanceId: 'near' });
        await second(there, { instanceId: 'far' }, 2);
        const caller = await here.connect();
        for (let n = 0; n < 5; n++) {
          const answer = caller.call('shop', 'encrypt', [n]);
          answerWith(near, await near.next(), n);
          expect((await answer).data.value).toBe(n);
        }
      });

      it('is served by whichever node has the function', async () => {
        const third = await node();
        await second(here, only('a'));
        const b = await second(there, only('b'), 2);
        const c = await second(third, only('c'), 3);
        const caller = await here.connect();
        for (const [client, name] of [
          [b, 'b'],
          [c, 'c'],
          [b, 'b'],
        ] as const) {
          const answer = caller.call('shop', name, []);
          answerWith(client, await client.next(), name);
          expect((await answer).data.value).toBe(name);
        }
        expect((await caller.call('shop', 'd', [])).data.code).toBe('function_not_found');
      });

      it('is served by the other node when its own connections are busy', async () => {
        const busy = await node({ maxInFlight: 1 });
        const near = await second(busy, { instanceId: 'near' });
        const far = await second(there, { instanceId: 'far' }, 2);
        const [one, two] = [await busy.connect(), await busy.connect()];
        const slow = one.call('shop', 'encrypt', ['slow']);
        const held = await near.next();
        const quick = two.call('shop', 'encrypt', ['quick']);
        answerWith(far, await far.next(), 'far');
        expect((await quick).data.value).toBe('far');
        answerWith(near, held, 'near');
        expect((await slow).data.value).toBe('near');
      });
    });

    describe('a node that stops while others stay', () => {
      it('lets the calls of its clients end, then asks the clients to come again', async () => {
        const client = await second(there);
        const caller = await here.connect();
        const answer = caller.call('shop', 'encrypt', ['taken']);
        const asked = await client.next();
        const stopped = there.stop();
        await expect.poll(() => serving(here, 'shop')).toEqual([]);
        expect((await (await here.connect()).call('shop', 'encrypt', [])).data.code).toBe('client_not_found');
        answerWith(client, asked, 'done');
        expect((await answer).data.value).toBe('done');
        expect(await client.closed).toEqual({ code: 1012, reason: 'drained' });
        await stopped;
      });

      it('lets the calls of its callers end, takes no more of them, and asks them to come again', async () => {
        const client = await second(here);
        const caller = await there.connect();
        caller.send({ type: 'call', msgId: 'taken', data: { clientId: 'shop', fn: 'encrypt', args: [] } });
        const asked = await client.next();
        const byHttp = post(there, 'shop/functions/encrypt', { args: [] });
        const askedByHttp = await client.next();
        const stopped = there.stop();
        await expect.poll(() => ready(there)).toBe(503);
        expect((await caller.call('shop', 'encrypt', [])).data.code).toBe('shutting_down');
        answerWith(client, asked, 'done');
        expect(await caller.next()).toMatchObject({ msgId: 'taken', data: { value: 'done' } });
        expect(await caller.closed).toEqual({ code: 1012, reason: 'drained' });
        answerWith(client, askedByHttp, 'done by HTTP');
        const response = await byHttp;
        expect(response.headers.get('connection')).toBe('close');
        expect(await response.json()).toEqual({ value: 'done by HTTP' });
        await stopped;
      });

      it('sends those who come meanwhile elsewhere', async () => {
        const client = await second(there);
        const caller = await here.connect();
        const answer = caller.call('shop', 'encrypt', []);
        const asked = await client.next();
        const stopped = there.stop();
        await expect.poll(() => ready(there)).toBe(503);
        expect(await (await there.connect()).closed).toEqual({ code: 1012, reason: 'drained' });
        answerWith(client, asked, 1);
        await Promise.all([stopped, answer]);
      });
    });

    describe('whoever looks', () => {
      it('sees the clients of all nodes, by WebSocket and HTTP', async () => {
        await second(there, { clientId: 'far' });
        await second(here, { clientId: 'near' });
        const caller = await here.connect();
        caller.send({ type: 'list', msgId: 'l' });
        const { data } = await caller.next();
        expect(data.clients.map(({ clientId }: { clientId: string }) => clientId).sort()).toEqual(['far', 'near']);
        expect(JSON.stringify(data)).not.toContain('instanceId');
        caller.send({ type: 'list', msgId: 'l', data: { clientId: 'far' } });
        expect((await caller.next()).data.clients).toHaveLength(1);
        caller.send({ type: 'list', msgId: 'l', data: { clientId: 'nobody' } });
        expect((await caller.next()).data.clients).toEqual([]);
      });

      it('is told what happens on all nodes', async () => {
        await second(there, { clientId: 'early' });
        const watcher = await here.connect();
        watcher.send({ type: 'watch', msgId: 'w' });
        const next = async () => (await watcher.next()).data.event;
        expect(await next()).toMatchObject({ kind: 'clients', clients: [{ clientId: 'early' }] });
        const client = await there.connect();
        await client.serveSecond({ clientId: 'late' });
        const { kind, client: info } = await next();
        expect({ kind, clientId: info.clientId }).toEqual({ kind: 'connected', clientId: 'late' });
        client.send({ type: 'functions', msgId: '', data: { functions: [] } });
        expect(await next()).toMatchObject({ kind: 'functions', client: { clientId: 'late', functions: [] } });
        await post(there, 'late/functions/none', { args: [] });
        expect(await next()).toMatchObject({ kind: 'call', clientId: 'late', outcome: 'function_not_found' });
        await post(here, 'late/functions/none', { args: [] });
        expect(await next()).toMatchObject({ kind: 'call', clientId: 'late', outcome: 'function_not_found' });
        client.socket.terminate();
        const { connectionId } = info;
        expect(await next()).toEqual({ kind: 'disconnected', clientId: 'late', connectionId });
      });

      it('is told the same by a stream of server-sent events', async () => {
        await second(there, { clientId: 'early' });
        const hangUp = new AbortController();
        const stream = await fetch(`${here.url}/api/events`, { signal: hangUp.signal });
        const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
        let heard = '';
        const hear = async (text: string) => {
          while (!heard.includes(text)) heard += (await reader?.read())?.value ?? '';
        };
        await hear('"clientId":"early"');
        const client = await there.connect();
        await client.serveSecond({ clientId: 'late' });
        await hear('event: connected');
        await post(there, 'late/functions/none', { args: [] });
        await hear('"outcome":"function_not_found"');
        client.socket.terminate();
        await hear('event: disconnected');
        hangUp.abort();
      });

      it('sees all of them, also where their list is larger than any message', { timeout: 60_000 }, async () => {
        // Five megabytes together: more than a list and a message of the bus may have.
        const clientIds = Array.from({ length: 22 }, (_, index) => `large ${index}`);
        for (const clientId of clientIds) await announceMuch(there, clientId);
        const { clients } = (await (await fetch(`${here.url}/api/clients`)).json()) as { clients: ClientInfo[] };
        expect(clients.map(({ clientId }) => clientId).sort()).toEqual(clientIds.sort());
        const stream = await fetch(`${here.url}/api/events`);
        let heard = '';
        for await (const text of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          heard += text;
          if (heard.endsWith('\n\n')) break;
        }
        for (const clientId of clientIds) expect(heard.includes(`"clientId":"${clientId}"`), clientId).toBe(true);
      });

      it('is told that the clients of a node that stops are gone', async () => {
        await second(there, { clientId: 'far' });
        const watcher = await here.connect();
        watcher.send({ type: 'watch', msgId: 'w' });
        expect((await watcher.next()).data.event).toMatchObject({ kind: 'clients', clients: [{ clientId: 'far' }] });
        await there.stop();
        expect((await watcher.next()).data.event).toMatchObject({ kind: 'disconnected', clientId: 'far' });
      });
    });

    describe('a page with the clientId of an extension', () => {
      const released = (client: Peer) => client.socket.close(1000, 'released');
      const page = async (relay: TestRelay, clientId = 'shop') =>
        (await (await relay.connect({ origin: 'https://page.example' })).serve(clientId)).echo(() => 'page');
      const answer = async (relay: TestRelay) => {
        const { data } = await (await relay.connect()).decrypt('shop', 'secret');
        return data.flag ? data.msg : data.error;
      };
      const waits = { code: 'client_not_found', message: expect.stringContaining('page.example') };

      it('gets no calls at another node than that of the extension', async () => {
        const client = await second(there);
        await page(here);
        const asked = answer(here);
        answerWith(client, await client.next(), 'extension');
        expect(await asked).toBe('extension');
      });

      it('gets none when the extension has gone, until it is switched off', async () => {
        const client = await second(there);
        client.socket.terminate();
        await known('shop', 0);
        await page(here);
        expect(await answer(here)).toEqual(waits);
        expect(await answer(there)).toEqual(waits);
        released(await second(there, {}, 2));
        await expect.poll(() => answer(here)).toBe('page');
        await expect.poll(() => answer(there)).toBe('page');
      });

      it('gets none while another browser of the pool is connected', async () => {
        const leaving = await second(there);
        const staying = await second(here, { instanceId: 'two' }, 2);
        const third = await node();
        await page(third);
        released(leaving);
        await known('shop', 2);
        const asked = answer(third);
        answerWith(staying, await staying.next(), 'pool');
        expect(await asked).toBe('pool');
      });

      it('gets none at a node that has started since', async () => {
        const client = await second(there);
        client.socket.terminate();
        await known('shop', 0);
        const third = await node();
        await expect.poll(() => ready(third)).toBe(200);
        await page(third);
        await expect.poll(() => answer(third)).toEqual(waits);
      });
    });
  });
}
