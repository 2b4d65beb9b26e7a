import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Capture } from '../../capture-schema.ts';
import type { LoadedScript } from '../../messages.ts';
import { parseSitePattern } from '../../site-pattern.ts';
import type { FrameBridge } from '../frame-bridge.ts';
import type { ServedSite } from '../function-catalog.ts';
import { CaptureBoard } from './capture-board.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { ChangedScripts } from './changed-scripts.ts';
import { PlanMemory } from './plan-memory.ts';
import { Redirects } from './redirects.ts';
import { ScriptPassage } from './script-passage.ts';

const CAPTURE: Capture = { name: 'a', script: '/app.js', at: { text: 'return 1' }, expression: 'a' };
const PAGE = 'https://shop.test/orders';
const SCRIPT = 'https://shop.test/app.js';
const passing = { tabId: 1, pageUrl: `${PAGE}?page=2`, url: SCRIPT };
const bytes = new TextEncoder().encode('function a() { return 1 }');

type Tell = (scripts: readonly LoadedScript[]) => void;
let asked: Record<'now' | 'read', Tell[]>;
let board: CaptureBoard;
let passage: ScriptPassage;
let isLookedAt: boolean;

beforeEach(() => {
  asked = { now: [], read: [] };
  isLookedAt = true;
  board = new CaptureBoard();
  const storage = { get: async () => ({}), set: async () => {} };
  passage = new ScriptPassage({
    redirects: new Redirects(),
    // As far as the passage looks at them.
    sites: () => [{ pattern: parseSitePattern('https://shop.test'), captures: [CAPTURE] } as unknown as ServedSite],
    framesOf: () => [frame()],
    changed: new ChangedScripts(new CaptureHooks(storage), new PlanMemory(storage)),
    board,
    isLookedAt: async () => isLookedAt,
  });
});

const frame = () =>
  ({ url: PAGE, listScripts: (when: 'now' | 'read', tell: Tell) => asked[when].push(tell) }) as unknown as FrameBridge;
const script = (integrity: boolean): LoadedScript[] => [{ url: SCRIPT, integrity, viaWorker: false }];
const isChanged = async () => (await passage.rewrite(passing, bytes, [])) !== undefined;
const isAsked = async () => await vi.waitFor(() => expect(asked.now).toHaveLength(1));

it('asks a page whether it checks a script, and changes it then', async () => {
  const changed = isChanged();
  await isAsked();
  asked.now[0]?.([]);
  expect(await changed).toBe(true);
  expect(board.of(1, CAPTURE)).toMatchObject({ kind: 'placed', script: SCRIPT });
});

it('leaves a script alone that the page checks, and that it has said so of before', async () => {
  const changed = isChanged();
  await isAsked();
  asked.now[0]?.(script(true));
  expect(await changed).toBe(false);
  expect(board.of(1, CAPTURE)).toMatchObject({ kind: 'integrity' });
  expect(await isChanged()).toBe(false);
});

it('does not wait for a page whose document has named it unchecked, but for what it says next', async () => {
  passage.meet(frame());
  asked.read[0]?.(script(false));
  expect(await isChanged()).toBe(true);
  expect(asked.now).toEqual([]);
  passage.meet(frame());
  asked.read[1]?.(script(true));
  expect(await isChanged()).toBe(false);
});

it('lets nothing stay of which it is not known yet whether the page checks it', async () => {
  expect(passage.mayStay(passing)).toBe(false);
  passage.meet(frame());
  asked.read[0]?.(script(false));
  expect(passage.mayStay(passing)).toBe(true);
  expect(passage.mayStay({ ...passing, url: `${SCRIPT}?other` })).toBe(false);
});

it('tells the positions of the original while somebody may look at them', async () => {
  passage.meet(frame());
  asked.read[0]?.(script(false));
  const textOf = async () => new TextDecoder().decode(await passage.rewrite(passing, bytes, []));
  expect(await textOf()).toContain('//# sourceMappingURL=data:');
  isLookedAt = false;
  expect(await textOf()).not.toContain('sourceMappingURL');
});

describe('a script that the page asks for under another URL', () => {
  const ASKED = 'https://shop.test/app.js';
  const FINAL = 'https://cdn.test/lib-2.js';
  const final = { ...passing, url: FINAL };

  it('is of interest by either, once it is known to be sent on', () => {
    expect(passage.isOfInterest(final)).toBe(false);
    expect(passage.redirected({ ...passing, url: ASKED }, FINAL)).toBe(FINAL);
    expect(passage.isOfInterest(final)).toBe(true);
    expect(passage.scripts()).toContain(FINAL);
  });

  it('is left alone where the page checks it under the URL that it asks for', async () => {
    passage.redirected({ ...passing, url: ASKED }, FINAL);
    const changed = passage.rewrite(final, bytes, []);
    await isAsked();
    asked.now[0]?.(script(true));
    expect(await changed).toBeUndefined();
  });

  it('is not followed where no capture is for it', () => {
    expect(passage.redirected({ ...passing, url: 'https://shop.test/other.js' }, FINAL)).toBeUndefined();
    expect(passage.isOfInterest(final)).toBe(false);
  });
});
