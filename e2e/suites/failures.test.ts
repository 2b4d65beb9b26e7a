import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Relay, type RelayClient } from '../../sdk/node.ts';
import { CallError } from '../../shared/errors.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { Stage } from '../stage/stage.ts';

/** Failing calls in real pages: the error, the executions, and later calls. */

interface LabFunctions {
  echo(value: unknown): unknown;
  hold(value: unknown): unknown;
  busy(ms: number): string;
  increment(): number;
}

let stage: Stage;
let relay: Relay;
let client: RelayClient<LabFunctions>;
let page: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  page = await stage.setUp({
    echo: 'lab.echo',
    hold: 'lab.hold',
    busy: 'lab.busy',
    increment: 'lab.counter.increment',
    never: 'lab.never',
  });
  relay = await connect(stage.relay.socketUrl);
  client = relay.client<LabFunctions>(stage.clientId);
});
afterAll(async () => {
  relay?.close();
  await stage?.close();
});

const count = () => page.evaluate(() => lab.counter.count, undefined);
const inFlight = async () => (await stage.relay.clients())[0]?.inFlight;

describe('a busy page', () => {
  it('answers later calls after a called function blocks it for 3 s', async () => {
    const busy = client.call('busy', 3_000);
    await eventually(async () => (await inFlight()) === 1);
    const next = Promise.all([client.call('echo', 'by socket'), stage.value('echo', ['by HTTP'])]);
    expect(await busy).toBe('done');
    expect(await next).toEqual(['by socket', 'by HTTP']);
  });

  it('is unavailable while its own work blocks it for more than 2 s, and does not execute failed calls later', async () => {
    const before = await count();
    let executed = 0;
    await page.evaluate(() => {
      lab.isAtWork = true;
      setTimeout(() => lab.work());
    }, undefined);
    // Calls that arrive before or between its tasks are answered.
    await eventually(async () => {
      const answers = await Promise.all([stage.call('increment'), client.call('increment').catch(asError)]);
      const [byHttp, bySocket] = answers;
      if (byHttp.ok) executed++;
      else expect(byHttp).toMatchObject({ status: 502, code: 'tab_unavailable' });
      if (typeof bySocket === 'number') executed++;
      else expect(bySocket.code).toBe('tab_unavailable');
      return !byHttp.ok && typeof bySocket !== 'number';
    });
    await page.evaluate(() => {
      lab.isAtWork = false;
    }, undefined);
    expect(await client.call('increment')).toBe(before + executed + 1);
    expect(await count()).toBe(before + executed + 1);
  });
});

describe('a cancelled call', () => {
  beforeEach(async () => {
    await page.evaluate(() => {
      lab.holds = [];
    }, undefined);
  });
  /** Waits until this many calls are pending in the page. */
  const held = (calls: number) =>
    eventually(async () => (await page.evaluate(() => lab.holds.length, undefined)) === calls);
  const release = () =>
    page.evaluate(() => {
      for (const end of lab.holds) end();
    }, undefined);

  const WAYS: [string, (signal: AbortSignal) => Promise<unknown>, object][] = [
    ['by the signal of the SDK', (signal) => client.call('hold', 'late', { signal }), { code: 'cancelled' }],
    ['by closing the HTTP connection', (signal) => stage.call('hold', ['late'], { signal }), { name: 'AbortError' }],
  ];

  it.each(WAYS)('ends at once %s; a late answer is dropped, and the client is free', async (_how, call, error) => {
    const abort = new AbortController();
    const given = call(abort.signal);
    await held(1);
    abort.abort();
    await expect(given).rejects.toMatchObject(error);
    await eventually(async () => (await inFlight()) === 0);
    const next = client.call('hold', 'in time');
    await held(2);
    await release();
    expect(await next).toBe('in time');
    expect(await client.call('echo', 'after')).toBe('after');
  });

  it('ends at its timeout; a late answer is dropped, and the client is free', async () => {
    const timeout = { status: 504, code: 'timeout' };
    const both = [
      stage.call('hold', ['late'], { timeoutMs: 1_000 }),
      client.call('hold', 'late', { timeoutMs: 1_000 }),
    ];
    const [byHttp, bySocket] = await Promise.allSettled(both);
    expect(byHttp).toMatchObject({ value: timeout });
    expect(bySocket).toMatchObject({ reason: expect.any(CallError) });
    expect(bySocket).toMatchObject({ reason: { code: 'timeout' } });
    expect(await inFlight()).toBe(0);
    await release();
    expect(await client.call('echo', 'after')).toBe('after');
  });
});

describe('a discarded tab', () => {
  it('fails its calls, and serves again once it is opened', async () => {
    const running = stage.call('never');
    await eventually(async () => (await page.evaluate(() => lab.neverCalls, undefined)) > 0);
    const other = await stage.browser.openPage('about:blank');
    await stage.browser.discard(page.tabId);
    expect(await running).toMatchObject({ status: 502, code: 'page_unloaded' });
    const refused = { code: 'tab_unavailable', message: expect.stringContaining('discarded') };
    expect(await stage.call('echo', ['x'])).toMatchObject({ status: 502, ...refused });
    await expect(client.call('echo', 'x')).rejects.toMatchObject(refused);
    await stage.isServing(await stage.browser.openDiscarded());
    expect(await client.call('echo', 'x')).toBe('x');
    await other.close();
  });
});

function asError(thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  throw thrown;
}

declare const lab: {
  counter: { count: number };
  neverCalls: number;
  holds: (() => void)[];
  isAtWork: boolean;
  work(): void;
};
