import { expect, it, vi } from 'vitest';
import { FakeStorage } from '../../platform/fake-storage.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { PlanCache } from './plan-cache.ts';

const CAPTURE: Capture = { name: 'a', script: 'a.js', at: { text: 'return' }, expression: 'a' };
const subject = (source: string, captures: Capture[] = [CAPTURE]) => {
  const text = vi.fn(() => source);
  return {
    bytes: new TextEncoder().encode(source),
    charset: 'utf-8',
    text,
    captures,
    target: { hook: 'hook', url: '' },
  };
};

it('plans a script once, also across restarts of the background', async () => {
  const session = new FakeStorage();
  const [first, again] = [subject('function a() { return 1 }'), subject('function a() { return 1 }')];
  const plan = await new PlanCache(session).lookUp(first);
  expect(plan.insertions).toHaveLength(1);
  await vi.waitFor(async () => expect(await session.get('capturePlans')).not.toEqual({}));
  expect(await new PlanCache(session).lookUp(again)).toEqual(plan);
  expect(again.text).not.toHaveBeenCalled();
});

it('plans again if the script or its captures have changed', async () => {
  const memory = new PlanCache(new FakeStorage());
  await memory.lookUp(subject('function a() { return 1 }'));
  const others = [
    subject('function a() { return 2 }'),
    subject('function a() { return 1 }', [{ ...CAPTURE, name: 'b' }]),
  ];
  for (const other of others) await memory.lookUp(other);
  for (const other of others) expect(other.text).toHaveBeenCalled();
});

it('always gives an origin the same hook name, and each origin another', async () => {
  const local = new FakeStorage();
  const hook = await new CaptureHooks(local).of('https://a.test');
  expect(hook).toMatch(/^[a-z][a-z0-9]{11}$/);
  expect(await new CaptureHooks(local).of('https://a.test')).toBe(hook);
  expect(await new CaptureHooks(local).of('https://b.test')).not.toBe(hook);
  expect(await new CaptureHooks(new FakeStorage()).of('https://a.test')).not.toBe(hook);
});
