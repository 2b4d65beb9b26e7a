import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../../shared/errors.ts';
import { type JsonText, jsonText } from '../../../shared/json-text.ts';
import { BRIDGE_ACK_MS } from '../../../shared/limits.ts';
import type { Outcome } from '../../../shared/pending-calls.ts';
import type { PageTask, RootTask, ToBridge } from '../../platform/messages.ts';
import { FrameBridge } from './frame-bridge.ts';
import { parsed } from './parsed-outcome.ts';

let sent: ToBridge[];
let bridge: FrameBridge;
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  bridge = new FrameBridge(
    { postMessage: (message) => sent.push(message), disconnect() {} },
    { tabId: 3, frameId: 0, url: 'https://a.test/x?q=1#f' },
  );
});
afterEach(() => vi.useRealTimers());

/** Starts tasks and returns their outcomes so far. */
function run(...paths: string[]) {
  const outcomes: (Outcome<unknown> | undefined)[] = paths.map(() => undefined);
  const drops = paths.map((path, index) =>
    bridge.run({ path: [path], args: jsonText([]) }, (outcome) => {
      outcomes[index] = parsed(outcome);
    }),
  );
  return { outcomes, drops };
}

/** The messages sent to the bridge so far. */
function given(): PageTask[] {
  return sent.flatMap((message) => (message.kind === 'tasks' ? (JSON.parse(message.tasks) as PageTask[]) : []));
}

async function ids(): Promise<number[]> {
  await Promise.resolve();
  return given().map(({ id }) => id);
}

const answer = (...answers: object[]) => bridge.onMessage({ kind: 'answers', answers: JSON.stringify(answers) });

it('shows its url without query and fragment', () => {
  expect(bridge.url).toBe('https://a.test/x');
  bridge.setUrl('https://a.test/y?z');
  expect(bridge.url).toBe('https://a.test/y');
});

describe('tasks', () => {
  it('of one tick are sent as one message', async () => {
    run('a', 'b');
    await Promise.resolve();
    expect(sent).toHaveLength(1);
    expect(given()).toMatchObject([
      { path: ['a'], args: [] },
      { path: ['b'], args: [] },
    ]);
  });

  it('wait for an earlier task that is still being prepared', async () => {
    let made = (_task: Omit<RootTask, 'id'>) => {};
    const making = new Promise<Omit<RootTask, 'id'>>((resolve) => {
      made = resolve;
    });
    bridge.runFirst(making, () => {});
    run('a');
    expect(await ids()).toEqual([]);
    made({ of: 'capture', request: { hook: 'h' } });
    run('b');
    await vi.advanceTimersByTimeAsync(0);
    expect(given()).toMatchObject([{ request: { hook: 'h' } }, { path: ['a'] }, { path: ['b'] }]);
  });

  it('continue if an earlier task could not be prepared', async () => {
    let outcome: Outcome<unknown> | undefined;
    const failing = Promise.reject(new Error('no storage'));
    bridge.runFirst(failing, (ended) => {
      outcome = ended;
    });
    run('a');
    await vi.advanceTimersByTimeAsync(0);
    expect(outcome).toMatchObject({ ok: false });
    expect(given()).toMatchObject([{ path: ['a'] }]);
  });

  it('carry arguments and results as they are written', async () => {
    const text = '[9007199254740993, 1.0, 1e400, -0]' as JsonText;
    let outcome: Outcome<JsonText> | undefined;
    bridge.run({ path: ['b'], args: text }, (ended) => {
      outcome = ended;
    });
    const [id] = await ids();
    expect(sent).toMatchObject([{ tasks: expect.stringContaining(`"args":${text}}]`) }]);
    bridge.onMessage({ kind: 'answers', answers: `[{"value":0,"id":${id},"v\\u0061lue":${text}}]` });
    expect(outcome).toEqual({ ok: true, value: text });
  });

  it('end with their own answers, in any order', async () => {
    const { outcomes } = run('a', 'b');
    const [a, b] = await ids();
    answer({ id: b, value: 'B' }, { id: a, error: { code: 'function_threw', message: 'no', details: { name: 'E' } } });
    expect(outcomes).toEqual([
      { ok: false, error: new CallError('function_threw', 'no', { details: { name: 'E' } }) },
      { ok: true, value: 'B' },
    ]);
  });

  it('that are cancelled before they are sent are not sent', async () => {
    const { drops } = run('a', 'b');
    drops[0]?.();
    await ids();
    expect(given()).toMatchObject([{ path: ['b'] }]);
  });

  it('that were cancelled are not reported or returned to a claim', async () => {
    const { outcomes, drops } = run('a', 'b');
    const [a, b] = await ids();
    drops[0]?.();
    bridge.onMessage({ kind: 'claim', ids: [a, b] });
    expect(sent.at(-1)).toEqual({ kind: 'claimed', ids: [b] });
    answer({ id: a, value: 1 });
    expect(outcomes).toEqual([undefined, undefined]);
    expect(bridge.ignored).toBe(1);
  });

  it('fail if the page does not respond', async () => {
    const { outcomes } = run('a');
    await ids();
    vi.advanceTimersByTime(BRIDGE_ACK_MS);
    expect(outcomes[0]).toMatchObject({ ok: false, error: { code: 'tab_unavailable' } });
  });

  it('do not time out once they are acknowledged', async () => {
    const { outcomes } = run('a');
    bridge.onMessage({ kind: 'ack', ids: await ids() });
    vi.advanceTimersByTime(60_000);
    expect(outcomes).toEqual([undefined]);
  });

  it('that timed out are not run by a page that wakes later', async () => {
    run('a');
    const claimed = await ids();
    vi.advanceTimersByTime(BRIDGE_ACK_MS);
    bridge.onMessage({ kind: 'claim', ids: claimed });
    expect(sent.at(-1)).toEqual({ kind: 'claimed', ids: [] });
  });

  it('fail when the page goes', async () => {
    const { outcomes } = run('a');
    await ids();
    bridge.failAll(new CallError('page_unloaded', 'gone'));
    expect(outcomes[0]).toMatchObject({ ok: false, error: { code: 'page_unloaded' } });
  });
});

describe('a hostile page', () => {
  it.each([
    'x',
    '{}',
    'null',
    '[1,null,{"id":"1"},{"id":1.5,"value":1},{"value":1},{"id":1,"error":"no"}]',
    `[{"id":0,"value":1}]`,
  ])('can not end a task with an invalid answer: %s', async (answers) => {
    const { outcomes } = run('a');
    await ids();
    bridge.onMessage({ kind: 'answers', answers });
    expect(outcomes).toEqual([undefined]);
    expect(bridge.ignored).toBeGreaterThan(0);
  });

  it('can answer a task only once', async () => {
    const { outcomes } = run('a');
    const [id] = await ids();
    answer({ id, value: 1 }, { id, value: 2 });
    expect(outcomes).toEqual([{ ok: true, value: 1 }]);
    expect(bridge.ignored).toBe(1);
  });

  it.each(['unauthorized', 'tab_closed', 'constructor', '__proto__'])('can not claim the code %s', async (code) => {
    const { outcomes } = run('a');
    const [id] = await ids();
    answer({ id, error: { code, message: 'm' } });
    expect(outcomes[0]).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('that floods the bridge with answers can not block the answer of another call', async () => {
    const { outcomes } = run('a');
    const [id] = await ids();
    const flood = JSON.stringify(Array.from({ length: 10_000 }, (_, index) => ({ id: index + 1_000, value: 'x' })));
    const started = performance.now();
    for (let round = 0; round < 10; round++) bridge.onMessage({ kind: 'answers', answers: flood });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(bridge.ignored).toBe(100_000);
    answer({ id, value: 1 });
    expect(outcomes).toEqual([{ ok: true, value: 1 }]);
  });

  it('is disconnected if its bridge sends an invalid message', () => {
    bridge.onMessage({ kind: 'tasks', ids: [] });
    bridge.onMessage('ack');
    expect(bridge.ignored).toBe(2);
  });
});
