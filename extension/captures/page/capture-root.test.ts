import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBridge } from '../../calls/page/fake-bridge.ts';
import { stubDom } from '../../calls/page/fake-dom.ts';

/** Captures as a bridge sees them, in the complete page script. */

beforeAll(() => stubDom(vi.stubGlobal));

/** The hook of changed scripts: another global in each test, because the page script keeps its state. */
function hookOf(name: string): (...args: unknown[]) => unknown {
  return Reflect.get(globalThis, name) as never;
}

let bridge: FakeBridge;
beforeEach(async () => {
  bridge = new FakeBridge();
  vi.resetModules();
  await import('../../page.iife.ts');
});
afterEach(() => bridge.close());

describe('a capture', () => {
  const asking = (hook: string, names: string[]) => ({ of: 'capture', request: { hook, names } });
  const capture = (name: string) => ({ root: { kind: 'capture', name }, path: [] });

  it('keeps what the page passes to the hook, and reveals nothing else', async () => {
    expect(await bridge.run(asking('hookA', ['seal']))).toMatchObject({ value: { seal: 'none' } });
    const vault = { key: 'k' };
    const seal = function (this: typeof vault, text: string) {
      return this.key + text;
    };
    expect(hookOf('hookA')('#seal', () => [vault, seal])).toBeUndefined();
    expect(await bridge.run({ ...capture('seal'), args: ['x'] })).toEqual({ id: 7, value: 'kx' });
    expect(await bridge.run(asking('hookA', ['seal']))).toMatchObject({ value: { seal: 'kept' } });
    expect(Object.keys(hookOf('hookA')() as object)).toEqual(['#seal']);
    expect(Object.keys(globalThis)).not.toContain('hookA');
  });

  it('keeps the newest value, or the one before if the expression fails', async () => {
    await bridge.run(asking('hookA', []));
    for (const value of [() => 1, () => 2]) hookOf('hookA')('#newest', () => [undefined, value]);
    hookOf('hookA')('#newest', () => {
      throw new Error('not now');
    });
    expect(await bridge.run({ ...capture('newest') })).toEqual({ id: 7, value: 2 });
  });

  it('rereads an expression without a value only if that runs no code', async () => {
    await bridge.run(asking('hookA', []));
    let late: unknown;
    hookOf('hookA')('#late', () => [undefined, late], 1);
    const read = vi.fn(() => [undefined, undefined]);
    hookOf('hookA')('#once', read);
    late = () => 'there';
    expect(await bridge.run({ ...capture('late') })).toEqual({ id: 7, value: 'there' });
    expect(await bridge.run({ ...capture('once') })).toMatchObject({ error: { code: 'function_not_found' } });
    expect(read).toHaveBeenCalledOnce();
  });

  it('adopts a value that a script captured before the page script knew the name', async () => {
    const standIn = Object.assign(() => standIn, { '#early': [[undefined, () => 'early'], 0] });
    Object.defineProperty(Object.getPrototypeOf(globalThis), 'hookB', { configurable: true, value: standIn });
    await bridge.run(asking('hookB', []));
    expect(await bridge.run({ ...capture('early') })).toEqual({ id: 7, value: 'early' });
  });

  it('is not affected by a value that the page put in its place', async () => {
    const value = () => {
      throw new Error('owned');
    };
    Object.defineProperty(Object.getPrototypeOf(globalThis), 'hookC', { configurable: true, value });
    expect(await bridge.run(asking('hookC', ['c']))).toMatchObject({ value: { c: 'none' } });
    for (const nonsense of [[1], ['#c', 5], ['#c', () => 'no pair'], [Symbol('c'), () => []]])
      hookOf('hookC')(...nonsense);
    expect(await bridge.run({ ...capture('c') })).toMatchObject({ error: { code: 'function_not_found' } });
  });

  it('reports why it has no value', async () => {
    await bridge.run(asking('hookA', []));
    hookOf('hookA')('#failed', () => {
      throw new ReferenceError('x is not defined');
    });
    expect(await bridge.run({ ...capture('failed') })).toMatchObject({
      error: { message: expect.stringContaining('x is not defined') },
    });
  });
});
