import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../../shared/errors.ts';
import { type JsonText, jsonText } from '../../../shared/json-text.ts';
import type { Settle } from '../../../shared/pending-calls.ts';
import type { PageTask, ToBridge } from '../../platform/messages.ts';
import { defaultSettings } from '../../sites/settings-schema.ts';
import { answerCalls } from './answer-calls.ts';
import { Bridges } from './bridges.ts';
import { FunctionCatalog } from './function-catalog.ts';
import { CallLog } from './log/call-log.ts';

const catalog = new FunctionCatalog({
  ...defaultSettings('web-test'),
  sites: [
    {
      pattern: 'https://shop.test',
      enabled: true,
      functions: [
        { name: 'sign', path: 'shop.sign' },
        { name: 'pay', path: 'shop.pay' },
      ],
    },
  ],
});

let bridges: Bridges;
const reconnect = vi.fn(async () => {});
const runCall = vi.fn((_request: unknown, _settle: Settle<JsonText>) => () => {});
let answer: (json: unknown) => Promise<unknown> | undefined;
beforeEach(() => {
  vi.clearAllMocks();
  bridges = new Bridges({ extensionId: 'own', tabExists: async () => true, onChange() {} });
  bridges.serve(catalog.sites);
  const callLog = new CallLog({ isServed: () => true, now: () => 1_000, clock: () => 0 });
  answer = answerCalls({
    bridges,
    runCall: callLog.record(runCall),
    callLog,
    reconnect,
    explainTab: async () => 'This site is not enabled.',
    describeFailure: ({ code }) => `in words: ${code}`,
  });
});

/** A tab whose page answers probes with these values. */
function openTab(answers: Record<string, unknown>, frameId = 0) {
  let hear = (_message: unknown) => {};
  const onMessage = {
    addListener: (listener: typeof hear) => {
      hear = listener;
    },
  };
  const postMessage = (message: ToBridge) => {
    if (message.kind !== 'tasks') return;
    const tasks = JSON.parse(message.tasks) as PageTask[];
    const said = tasks.map(({ id, path }) => ({ id, value: answers[path.join('.')] ?? null }));
    hear({ kind: 'answers', answers: JSON.stringify(said) });
  };
  const url = frameId === 0 ? 'https://shop.test/' : `https://shop.test/frame-${frameId}`;
  const sender = { id: 'own', frameId, tab: { id: 4 }, url };
  bridges.accept({ postMessage, disconnect() {}, sender, onMessage, onDisconnect: { addListener() {} } });
}

describe('probe', () => {
  it('reports for each function of the tab whether it was found', async () => {
    openTab({ 'shop.sign': { found: true }, 'shop.pay': { found: false, reason: 'shop.pay is undefined' } });
    expect(await answer({ kind: 'probe', tabId: 4 })).toEqual({
      available: true,
      functions: { sign: { found: true }, pay: { found: false, reason: 'shop.pay is undefined' } },
      sites: ['https://shop.test'],
    });
  });

  it('reports the frame of a function that is not in the page itself', async () => {
    openTab({ 'shop.sign': { found: true } });
    openTab({ 'shop.sign': { found: true }, 'shop.pay': { found: true } }, 9);
    expect(await answer({ kind: 'probe', tabId: 4 })).toEqual({
      available: true,
      functions: { sign: { found: true }, pay: { found: true, frame: 'https://shop.test/frame-9' } },
      sites: ['https://shop.test'],
    });
  });

  it('treats an invalid answer of the page as not found', async () => {
    openTab({ 'shop.sign': 'yes' });
    expect(await answer({ kind: 'probe', tabId: 4 })).toMatchObject({ functions: { sign: { found: false } } });
  });

  it('reports why a tab can not be asked', async () => {
    expect(await answer({ kind: 'probe', tabId: 4 })).toEqual({
      available: false,
      reason: 'This site is not enabled.',
    });
  });
});

it('explains why an open page did not answer', async () => {
  openTab({});
  const report = answer({ kind: 'probe', tabId: 4 });
  bridges.ofTab(4)[0]?.failAll(new CallError('page_unloaded', 'left'));
  expect(await report).toEqual({
    available: false,
    reason: 'in words: page_unloaded',
    sites: ['https://shop.test'],
  });
});

describe('try', () => {
  it('calls as a program would', async () => {
    runCall.mockImplementation((_request, settle) => {
      settle({ ok: true, value: jsonText(7) });
      return () => {};
    });
    const request = { kind: 'try', name: 'sign', args: ['x'], target: { tabId: 4 } };
    expect(await answer(request)).toEqual({ ms: expect.any(Number), ok: true, value: 7 });
    expect(runCall.mock.calls[0]?.[0]).toEqual({
      fn: 'sign',
      args: '["x"]',
      target: { tabId: 4 },
      caller: { via: 'popup' },
    });
  });

  it('shows the error', async () => {
    runCall.mockImplementation((_request, settle) => {
      settle({ ok: false, error: new CallError('function_threw', 'no', { details: { name: 'E' } }) });
      return () => {};
    });
    expect(await answer({ kind: 'try', name: 'sign', args: [] })).toMatchObject({
      ok: false,
      code: 'function_threw',
      message: 'no',
      details: { name: 'E' },
    });
  });

  it('ends even if the page never answers', async () => {
    vi.useFakeTimers();
    const drop = vi.fn();
    runCall.mockImplementation(() => drop);
    const report = answer({ kind: 'try', name: 'sign', args: [] });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await report).toMatchObject({ ok: false, code: 'timeout' });
    expect(drop).toHaveBeenCalled();
    vi.useRealTimers();
  });
});

it('connects again when asked to', async () => {
  expect(await answer({ kind: 'reconnect' })).toBe(true);
  expect(reconnect).toHaveBeenCalled();
});

it('reports logged calls, with payloads once the user asks for them', async () => {
  runCall.mockImplementation((_request, settle) => {
    settle({ ok: true, value: jsonText(7) });
    return () => {};
  });
  await answer({ kind: 'try', name: 'sign', args: ['x'] });
  expect(await answer({ kind: 'calls' })).toMatchObject({ since: 1_000, keepsPayloads: false });
  expect(await answer({ kind: 'keep-payloads', on: true })).toBe(true);
  await answer({ kind: 'try', name: 'sign', args: ['y'] });
  const [second, first] = (await answer({ kind: 'calls-of', name: 'sign' })) as object[];
  expect(second).toMatchObject({ caller: { via: 'popup' }, payload: { args: '["y"]', answer: '7' } });
  expect(first).not.toHaveProperty('payload');
  expect(await answer({ kind: 'clear-calls', name: 'sign' })).toBe(true);
  expect(await answer({ kind: 'calls-of', name: 'sign' })).toEqual([]);
});

it('ignores messages of other kinds', () => {
  expect(answer({ kind: 'eval', code: '1' })).toBeUndefined();
});
