import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../../shared/errors.ts';
import { jsonText } from '../../../shared/json-text.ts';
import type { Outcome } from '../../../shared/pending-calls.ts';
import type { PageTask, ToBridge } from '../../platform/messages.ts';
import { defaultSettings } from '../../sites/settings-schema.ts';
import { Bridges } from './bridges.ts';
import { callInFrames } from './call-in-frames.ts';
import { type ConfiguredFunction, FunctionCatalog } from './function-catalog.ts';
import { parsed } from './parsed-outcome.ts';

const catalog = new FunctionCatalog({
  ...defaultSettings('web-test'),
  sites: [{ pattern: 'https://shop.test', enabled: true, functions: [{ name: 'sign', path: 'shop.sign' }] }],
});
const SIGN = catalog.find('sign') as ConfiguredFunction;
const UNTOLD: ErrorCode[] = ['function_threw', 'result_not_serializable', 'bad_request', 'message_too_large'];

/** A frame that answers on command. */
class FakeFrame {
  readonly tasks: PageTask[] = [];
  #hear = (_message: unknown) => {};
  #end = () => {};
  constructor(frameId: number) {
    bridges.accept({
      postMessage: (message: ToBridge) => {
        if (message.kind === 'tasks') this.tasks.push(...(JSON.parse(message.tasks) as PageTask[]));
      },
      disconnect() {},
      sender: { id: 'own', frameId, tab: { id: 1 }, url: `https://shop.test/${frameId}` },
      onMessage: {
        addListener: (listener) => {
          this.#hear = listener;
        },
      },
      onDisconnect: {
        addListener: (listener) => {
          this.#end = listener;
        },
      },
    });
  }
  async answer(answer: object) {
    await Promise.resolve();
    this.#hear({ kind: 'answers', answers: JSON.stringify([{ id: this.tasks.at(-1)?.id, ...answer }]) });
  }
  fail(code: ErrorCode, message: string = code) {
    return this.answer({ error: { code, message } });
  }
  isLoading(isLoading: boolean) {
    this.#hear({ kind: 'document', isLoading });
  }
  end() {
    this.#end();
  }
}

let bridges: Bridges;
let page: FakeFrame;
let first: FakeFrame;
let second: FakeFrame;
beforeEach(() => {
  bridges = new Bridges({ extensionId: 'own', tabExists: async () => true, onChange() {} });
  bridges.serve(catalog.sites);
  page = new FakeFrame(0);
  first = new FakeFrame(4);
  second = new FakeFrame(5);
});

function call() {
  const outcomes: Outcome<unknown>[] = [];
  const [tab] = bridges.ofSite(SIGN.site);
  if (!tab) throw new Error('no tab serves');
  const drop = callInFrames(bridges, tab.frames, SIGN, jsonText(['x']), (outcome) => outcomes.push(parsed(outcome)));
  return { outcomes, drop };
}
const asked = () => [page, first, second].map(({ tasks }) => tasks.length);

describe('a call in a tab with several frames', () => {
  it('is run by the page if the page has the function', async () => {
    const { outcomes } = call();
    await page.answer({ value: 'P' });
    expect(outcomes).toEqual([{ ok: true, value: 'P' }]);
    expect(asked()).toEqual([1, 0, 0]);
  });

  it('is otherwise run by the first frame that has the function', async () => {
    const { outcomes } = call();
    await page.fail('function_not_found');
    await first.fail('function_not_found');
    await second.answer({ value: 2 });
    expect(outcomes).toEqual([{ ok: true, value: 2 }]);
    expect(second.tasks).toMatchObject([{ path: ['shop', 'sign'], args: ['x'] }]);
  });

  it('goes straight to the frame that ran it last', async () => {
    call();
    await page.fail('function_not_found');
    await first.answer({ value: 1 });
    const { outcomes } = call();
    await first.answer({ value: 2 });
    expect(outcomes).toEqual([{ ok: true, value: 2 }]);
    expect(asked()).toEqual([1, 2, 0]);
  });

  it('searches all frames again if that frame no longer has the function', async () => {
    call();
    await page.fail('function_not_found');
    await first.answer({ value: 1 });
    const { outcomes } = call();
    await first.fail('function_not_found');
    await page.answer({ value: 'P' });
    expect(outcomes).toEqual([{ ok: true, value: 'P' }]);
    call();
    await page.answer({ value: 'P' });
    expect(asked()).toEqual([3, 2, 0]);
  });

  it.each(UNTOLD)('is not run a second time after %s', async (code) => {
    const { outcomes } = call();
    await page.fail(code);
    expect(outcomes).toMatchObject([{ ok: false, error: { code } }]);
    expect(asked()).toEqual([1, 0, 0]);
  });

  it('fails with the error of the page if no frame has the function', async () => {
    const { outcomes } = call();
    await page.fail('function_not_found', 'shop is undefined');
    await first.fail('function_not_found', 'shop.sign is undefined');
    await second.fail('function_not_found', 'shop.sign is undefined');
    const message = 'shop is undefined (as in each of 3 frames there)';
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'function_not_found', message } }]);
  });

  it('skips a frame that has gone meanwhile', async () => {
    const { outcomes } = call();
    first.end();
    await page.fail('function_not_found');
    await second.answer({ value: 2 });
    expect(outcomes).toEqual([{ ok: true, value: 2 }]);
    expect(asked()).toEqual([1, 0, 1]);
  });

  it('fails if the frame that runs it goes', async () => {
    const { outcomes } = call();
    await page.fail('function_not_found');
    await Promise.resolve();
    new FakeFrame(4);
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'page_unloaded' } }]);
    expect(asked()).toEqual([1, 1, 0]);
  });

  it('asks no more frames once it is cancelled', async () => {
    const { outcomes, drop } = call();
    await Promise.resolve();
    drop();
    await page.fail('function_not_found');
    expect(outcomes).toEqual([]);
    expect(asked()).toEqual([1, 0, 0]);
  });
});

describe('a call that arrives while documents are still loading', () => {
  afterEach(() => vi.useRealTimers());
  beforeEach(() => {
    vi.useFakeTimers();
    page.isLoading(true);
  });
  const refused = async (...frames: FakeFrame[]) => {
    for (const frame of frames) await frame.fail('function_not_found', 'shop is undefined');
  };

  it('is run by a frame that has the function by then', async () => {
    const { outcomes } = call();
    await refused(page, first);
    await second.answer({ value: 2 });
    page.isLoading(false);
    await vi.runAllTimersAsync();
    expect(outcomes).toEqual([{ ok: true, value: 2 }]);
    expect(asked()).toEqual([1, 1, 1]);
  });

  it('asks again only the frames whose documents were not loaded, if no frame has the function', async () => {
    const { outcomes } = call();
    await refused(page, first, second);
    expect(outcomes).toEqual([]);
    page.isLoading(false);
    await page.answer({ value: 'P' });
    expect(outcomes).toEqual([{ ok: true, value: 'P' }]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked()).toEqual([2, 1, 1]);
  });

  it('asks a frame again as soon as it has loaded, and can be cancelled then', async () => {
    const { outcomes, drop } = call();
    await refused(page, first);
    page.isLoading(false);
    await refused(second);
    await Promise.resolve();
    expect(asked()).toEqual([2, 1, 1]);
    drop();
    await page.answer({ value: 'P' });
    expect(outcomes).toEqual([]);
  });

  it('skips a frame that goes before it is asked again', async () => {
    first.isLoading(true);
    const { outcomes } = call();
    await refused(page, first);
    new FakeFrame(0);
    await refused(second);
    first.isLoading(false);
    await first.answer({ value: 1 });
    expect(outcomes).toEqual([{ ok: true, value: 1 }]);
  });

  it('fails if the function is still missing then', async () => {
    first.isLoading(true);
    const { outcomes } = call();
    await refused(page, first, second);
    page.isLoading(false);
    first.isLoading(false);
    await refused(page, first);
    const message = 'shop is undefined (as in each of 3 frames there)';
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'function_not_found', message } }]);
    expect(asked()).toEqual([2, 2, 1]);
  });

  it('waits at most ten seconds', async () => {
    const { outcomes } = call();
    await refused(page, first, second);
    vi.advanceTimersByTime(9_999);
    expect(asked()).toEqual([1, 1, 1]);
    vi.advanceTimersByTime(1);
    await refused(page);
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'function_not_found' } }]);
  });

  it('fails if the page goes meanwhile', async () => {
    const { outcomes } = call();
    await refused(page, first, second);
    new FakeFrame(0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'page_unloaded' } }]);
    expect(asked()).toEqual([1, 1, 1]);
  });

  it('stops waiting once it is cancelled', async () => {
    const { outcomes, drop } = call();
    await refused(page, first, second);
    drop();
    page.isLoading(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked()).toEqual([1, 1, 1]);
    expect(outcomes).toEqual([]);
  });
});
