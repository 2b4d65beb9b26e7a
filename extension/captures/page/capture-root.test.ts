import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fingerprint } from '../../calls/page/bundles/fingerprint.ts';
import { FakeBridge } from '../../calls/page/fake-bridge.ts';
import { stubDom } from '../../calls/page/fake-dom.ts';

/** Captures as a bridge sees them, with the whole page script. */

beforeAll(() => stubDom(vi.stubGlobal));

/** The hook of changed scripts; a global of its own in each test, as the page script keeps what it was given. */
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
  const asking = (hook: string, names: string[], fingerprint?: string) => ({
    of: 'capture',
    request: { hook, captures: names.map((name) => ({ name, fingerprint })) },
  });
  const capture = (name: string) => ({ root: { kind: 'capture', name }, path: [] });

  it('keeps what the page passes to the hook, and reveals nothing else', async () => {
    expect(await bridge.run(asking('hookA', ['seal']))).toMatchObject({ value: { seal: 'none' } });
    const vault = { key: 'k' };
    const seal = function (this: typeof vault, text: string) {
      return this.key + text;
    };
    expect(hookOf('hookA')('#seal s1', () => [vault, seal])).toBeUndefined();
    expect(await bridge.run({ ...capture('seal'), args: ['x'] })).toEqual({ id: 7, value: 'kx' });
    expect(await bridge.run(asking('hookA', ['seal']))).toMatchObject({ value: { seal: 'kept' } });
    expect(Object.keys(hookOf('hookA')() as object)).toEqual(['#seal s1']);
    expect(Object.keys(globalThis)).not.toContain('hookA');
  });

  it('keeps the newest value, or the one before if the expression fails', async () => {
    await bridge.run(asking('hookA', []));
    for (const value of [() => 1, () => 2]) hookOf('hookA')('#newest s1', () => [undefined, value]);
    hookOf('hookA')('#newest s1', () => {
      throw new Error('not now');
    });
    expect(await bridge.run({ ...capture('newest') })).toEqual({ id: 7, value: 2 });
  });

  it('rereads an expression without a value only if that runs no code', async () => {
    await bridge.run(asking('hookA', []));
    let late: unknown;
    hookOf('hookA')('#late s1', () => [undefined, late], 1);
    const read = vi.fn(() => [undefined, undefined]);
    hookOf('hookA')('#once s1', read);
    late = () => 'there';
    expect(await bridge.run({ ...capture('late') })).toEqual({ id: 7, value: 'there' });
    expect(await bridge.run({ ...capture('once') })).toMatchObject({ error: { code: 'function_not_found' } });
    expect(read).toHaveBeenCalledOnce();
  });

  it('adopts a value that a script captured before the page script knew the name', async () => {
    const standIn = Object.assign(() => standIn, { '#early s1': [[undefined, () => 'early'], 0] });
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
    for (const nonsense of [[1], ['#c s1', 5], ['#c s1', () => 'no pair'], [Symbol('c'), () => []]])
      hookOf('hookC')(...nonsense);
    expect(await bridge.run({ ...capture('c') })).toMatchObject({ error: { code: 'function_not_found' } });
  });

  it('reports why it has no value', async () => {
    await bridge.run(asking('hookA', []));
    hookOf('hookA')('#failed s1', () => {
      throw new ReferenceError('x is not defined');
    });
    expect(await bridge.run({ ...capture('failed') })).toMatchObject({
      error: { message: expect.stringContaining('x is not defined') },
    });
  });

  it('has no value where several scripts of the page have one', async () => {
    await bridge.run(asking('hookA', []));
    for (const script of ['s1', 's1', 's2']) hookOf('hookA')(`#twice ${script}`, () => [undefined, () => script]);
    expect(await bridge.run(asking('hookA', ['twice']))).toMatchObject({ value: { twice: 'several' } });
    expect(await bridge.run({ ...capture('twice') })).toMatchObject({
      error: { code: 'function_not_found', message: expect.stringContaining('several scripts') },
    });
  });

  it('is the function with the fingerprint that was stored, and no other', async () => {
    const right = (text: string) => `v1.${text}`;
    const known = fingerprint(String(right));
    await bridge.run(asking('hookA', []));
    hookOf('hookA')('#sign s1', () => [undefined, (text: string) => `wrong.${text}`]);
    expect(await bridge.run(asking('hookA', ['sign'], known))).toMatchObject({ value: { sign: 'changed' } });
    expect(await bridge.run({ ...capture('sign'), args: ['x'] })).toMatchObject({
      error: { code: 'function_not_found', message: expect.stringContaining('the site has changed') },
    });
    hookOf('hookA')('#sign s2', () => [undefined, right]);
    expect(await bridge.run(asking('hookA', ['sign'], known))).toMatchObject({ value: { sign: 'kept' } });
    expect(await bridge.run({ ...capture('sign'), args: ['x'] })).toEqual({ id: 7, value: 'v1.x' });
  });

  it('waits for the object that its function is called on', async () => {
    await bridge.run(asking('hookA', []));
    const method = function (this: { key: string }) {
      return this.key;
    };
    hookOf('hookA')('#method s1', () => [null, method]);
    expect(await bridge.run(asking('hookA', ['method']))).toMatchObject({ value: { method: 'empty' } });
    hookOf('hookA')('@method s1', () => [undefined, { key: 'k' }]);
    expect(await bridge.run(asking('hookA', ['method']))).toMatchObject({ value: { method: 'kept' } });
    expect(await bridge.run({ ...capture('method') })).toEqual({ id: 7, value: 'k' });
  });
});
