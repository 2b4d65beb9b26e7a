import { beforeEach, describe, expect, it } from 'vitest';
import { FakeStorage } from '../../platform/fake-storage.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { PlanCache, type PlanSubject } from './plan-cache.ts';
import { RewrittenScripts, type ScriptToRewrite } from './rewritten-scripts.ts';

const CAPTURE: Capture = { name: 'a', script: '/app.js', at: { text: 'return 1' }, expression: 'a' };
const encoded = (text: string) => new TextEncoder().encode(text);
const script = (more: Partial<ScriptToRewrite> = {}): ScriptToRewrite => ({
  url: 'https://shop.test/app.js',
  pageUrl: 'https://shop.test/orders',
  bytes: encoded('function a() { return 1 }'),
  charsets: ['utf-8'],
  headers: [],
  captures: [CAPTURE],
  needsMap: Promise.resolve(false),
  ...more,
});
const textOf = async (script: ScriptToRewrite) => new TextDecoder().decode((await changed.rewrite(script)).bytes);

class CountedPlans extends PlanCache {
  asked = 0;

  override async lookUp(subject: PlanSubject) {
    this.asked++;
    return await super.lookUp(subject);
  }
}

let plans: CountedPlans;
let changed: RewrittenScripts;

beforeEach(() => {
  const storage = new FakeStorage();
  plans = new CountedPlans(storage);
  changed = new RewrittenScripts(new CaptureHooks(storage), plans);
});

it('reports the outcomes of a script with captures, and none without', async () => {
  expect(await changed.rewrite(script())).toMatchObject({ placements: { a: { kind: 'placed' } } });
  expect((await changed.rewrite(script({ bytes: encoded('let b') }))).bytes).toBeUndefined();
});

it('returns the same changed script when it is loaded again', async () => {
  const first = await changed.rewrite(script());
  expect(await changed.rewrite(script())).toBe(first);
  expect(plans.asked).toBe(1);
});

describe('changes a script again', () => {
  it.each<[of: string, Partial<ScriptToRewrite>]>([
    ['another text of the same length', { bytes: encoded('function b() { return 1 }') }],
    ['more text', { bytes: encoded('function a() { return 1 };') }],
    ['another capture', { captures: [{ ...CAPTURE, expression: 'a.name' }] }],
    ['a page of another origin', { pageUrl: 'https://other.test/' }],
    ['another URL', { url: 'https://shop.test/app.js?2' }],
    ['another charset', { charsets: ['gbk'] }],
    ['a map of its positions', { needsMap: Promise.resolve(true) }],
  ])('for %s', async (_, other) => {
    const first = await changed.rewrite(script());
    expect(await changed.rewrite(script(other))).not.toBe(first);
    expect(plans.asked).toBe(2);
  });
});

it('maps positions only on request and for a script without its own source map', async () => {
  expect(await textOf(script())).not.toContain('sourceMappingURL');
  expect(await textOf(script({ needsMap: Promise.resolve(true) }))).toContain('//# sourceMappingURL=data:');
  const headers = [{ name: 'SourceMap', value: 'app.js.map' }];
  expect(await textOf(script({ needsMap: Promise.resolve(true), headers }))).not.toContain('sourceMappingURL');
});

it('keeps the last used scripts, and no large ones', async () => {
  const urls = Array.from({ length: 9 }, (_, index) => `https://shop.test/app.js?${index}`);
  for (const url of urls) await changed.rewrite(script({ url }));
  await changed.rewrite(script({ url: urls[8] as string }));
  expect(plans.asked).toBe(9);
  await changed.rewrite(script({ url: urls[0] as string }));
  expect(plans.asked).toBe(10);
  const bytes = encoded(`function a() { return 1 }${' '.repeat(1024 * 1024)}`);
  for (let time = 0; time < 2; time++) await changed.rewrite(script({ bytes }));
  expect(plans.asked).toBe(12);
});
