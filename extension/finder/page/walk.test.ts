import { describe, expect, it, vi } from 'vitest';
import { keysOf, LIMITS, type PathNode, Walk } from './walk.ts';

/** The paths of the functions that a walk finds in a global object. */
function pathsIn(global: object, isBuiltIn = (_name: string) => false): string[] {
  const places: PathNode[] = [];
  const walk = new Walk((place) => places.push(place));
  walk.addGlobals(global, isBuiltIn);
  while (!walk.isDone && !walk.limit) walk.step();
  return places.map((place) => keysOf(place).join('.'));
}

describe('a walk', () => {
  it('finds functions in objects, arrays, functions and classes', () => {
    class Vault {
      static open() {}
      seal() {}
    }
    function helper() {}
    helper.more = () => {};
    const paths = pathsIn({ shop: { crypto: { encrypt() {} }, list: [() => {}] }, Vault, vault: new Vault(), helper });
    expect([...paths].sort()).toEqual(
      ['Vault', 'Vault.open', 'helper', 'helper.more', 'shop.crypto.encrypt', 'shop.list.0', 'vault.seal'].sort(),
    );
  });

  it('reaches a method through an instance of its class, so that it has its `this`', () => {
    class Base {
      sign() {}
    }
    class Derived extends Base {}
    expect(pathsIn({ signer: new Derived() })).toEqual(['signer.sign']);
  });

  it('reaches a method through its class if there is no instance', () => {
    class Vault {
      seal() {}
    }
    expect(pathsIn({ Vault })).toEqual(['Vault', 'Vault.prototype.seal']);
  });

  it('returns each function once, by its shortest path', () => {
    const encrypt = () => {};
    expect(pathsIn({ far: { away: { encrypt } }, near: { encrypt } })).toEqual(['near.encrypt']);
  });

  it('ends for cyclic objects', () => {
    const loop: Record<string, unknown> = { fn: () => {} };
    loop.self = loop;
    expect(pathsIn({ loop })).toEqual(['loop.fn']);
  });

  it('runs no getter and calls nothing', () => {
    const run = vi.fn();
    const global = {
      get lazy() {
        run();
        return {};
      },
      fn: run,
      object: Object.defineProperty({}, 'x', { get: run, enumerable: true }),
    };
    pathsIn(global);
    expect(run).not.toHaveBeenCalled();
  });

  it('skips built-ins of the browser, but not what a page put in their place', () => {
    const theirs = { document: Object.create(Promise.prototype), max: Math.max, Math, JSON, chrome: { load() {} } };
    const global = { ...theirs, print: () => {}, Crypto: { sign() {} }, map: new Map() };
    expect(pathsIn(global, (name) => name !== 'map')).toEqual(['print', 'Crypto.sign']);
  });

  it.each([
    ['webpack', '{get:()=>sign}'],
    ['TypeScript', '{get:function(){return sign}}'],
    ['Rollup', '{get sign(){return sign}}'],
  ])('reads an export that %s wrote as a getter', (_tool, getter) => {
    const lib = new Function(
      `function sign(){} const source=${getter}; const get=Object.getOwnPropertyDescriptor(source,"sign")?.get??source.get;
      return Object.defineProperty({},"sign",{get,enumerable:true})`,
    )() as object;
    expect(pathsIn({ lib })).toEqual(['lib.sign']);
  });

  it('continues if a proxy throws', () => {
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(pathsIn({ trap, fn: () => {} })).toEqual(['fn']);
  });

  it('ends for endless objects', () => {
    const endless = (): object =>
      new Proxy(
        {},
        {
          ownKeys: () => ['next', 'fn'],
          getOwnPropertyDescriptor: (_target, key) => ({
            configurable: true,
            value: key === 'next' ? endless() : () => {},
          }),
        },
      );
    expect(pathsIn({ endless: endless() }).length).toBeLessThan(LIMITS.depth + 1);
  });

  it('reads only the beginning of long arrays and of objects with many keys', () => {
    const many = Object.fromEntries(Array.from({ length: LIMITS.keys * 2 }, (_, index) => [`k${index}`, () => {}]));
    expect(pathsIn({ many })).toHaveLength(LIMITS.keys);
    expect(pathsIn({ many: Array.from({ length: 1_000 }, () => () => {}) })).toHaveLength(LIMITS.elements);
  });
});

it('walks exports of a module only through getters that bundlers write', () => {
  const run = vi.fn();
  const seal = () => {};
  const exports = Object.defineProperties(
    {},
    {
      a: { get: () => seal, enumerable: true },
      b: { get: () => run(), enumerable: true },
    },
  );
  const places: PathNode[] = [];
  const walk = new Walk((place) => places.push(place));
  walk.addModule('webpack:webpackChunk/1', exports);
  while (!walk.isDone) walk.step();
  expect(places.map((place) => [place.root, keysOf(place)])).toEqual([['webpack:webpackChunk/1', ['a']]]);
  expect(run).not.toHaveBeenCalled();
});
