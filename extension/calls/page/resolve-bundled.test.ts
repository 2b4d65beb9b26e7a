import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NamedRoot } from '../../../shared/path.ts';
import { fingerprint } from './bundles/fingerprint.ts';
import { stubDom } from './fake-dom.ts';

stubDom(vi.stubGlobal);
const { findBundled } = await import('./bundles/find-bundled.ts');
const { webpackModules } = await import('./bundles/webpack-modules.ts');

/** Shortened webpack runtimes. End-to-end tests use complete ones. */

type Factory = (module: { exports: object }, exports: object, require: Require) => void;
type Require = ((id: string) => object) & { m?: object; c?: object; s?: unknown; d: typeof define };
const page = globalThis as unknown as Record<string, unknown[]>;

function define(exports: object, getters: Record<string, () => unknown>) {
  for (const [key, get] of Object.entries(getters)) Object.defineProperty(exports, key, { enumerable: true, get });
}

function makeRequire(factories: Record<string, Factory>): Require {
  const cache: Record<string, { exports: object } | undefined> = {};
  const require: Require = Object.assign(
    (id: string) => {
      const cached = cache[id];
      if (cached !== undefined) return cached.exports;
      const module = { exports: {} };
      cache[id] = module;
      factories[id]?.(module, module.exports, require);
      return module.exports;
    },
    { m: factories, d: define },
  );
  return require;
}

function startWebpack5(name: string, factories: Record<string, Factory>, entry: string) {
  const require = makeRequire(factories);
  const loaded: Record<string, number> = {};
  const take = (parent: (data: unknown) => void, data: unknown) => {
    const [ids, more, runtime] = data as [string[], Record<string, Factory>, ((require: Require) => void)?];
    if (ids.some((id) => loaded[id] !== 0)) {
      for (const id in more) factories[id] = more[id] as Factory;
      runtime?.(require);
    }
    parent(data);
    for (const id of ids) loaded[id] = 0;
  };
  page[name] ??= [];
  const chunks = page[name];
  chunks.push = take.bind(null, chunks.push.bind(chunks)) as typeof chunks.push;
  require(entry);
  return { require, loaded, factories };
}

function startWebpack4(name: string, factories: Record<string, Factory>, entry: string) {
  const cache: Record<string, { exports: object }> = {};
  const require: Require = Object.assign(
    (id: string) => {
      const cached = cache[id];
      if (cached) return cached.exports;
      const module = { exports: {} };
      cache[id] = module;
      factories[id]?.call(module.exports, module, module.exports, require);
      return module.exports;
    },
    { m: factories, c: cache, d: define },
  );
  const deferred: string[][] = [];
  const isLoaded = new Set(['runtime']);
  page[name] ??= [];
  const chunks = page[name];
  const parent = chunks.push.bind(chunks);
  chunks.push = ((data: [string[], Record<string, Factory>, string[][]?]) => {
    for (const id in data[1]) if (Object.hasOwn(data[1], id)) factories[id] = data[1][id] as Factory;
    parent(data);
    for (const id of data[0]) isLoaded.add(id);
    deferred.push.apply(deferred, data[2] ?? []);
    for (const waiting of deferred.splice(0)) {
      const [id, ...needed] = waiting;
      if (needed.some((chunk) => !isLoaded.has(chunk))) {
        deferred.push(waiting);
        continue;
      }
      require.s = id;
      require(id as string);
    }
  }) as unknown as typeof chunks.push;
  chunks.push([['main'], {}, [[entry, 'runtime']]] as never);
  return { require, factories, cache };
}

const root = (name: string, module: string): Extract<NamedRoot, { kind: 'webpack' }> => ({
  kind: 'webpack',
  chunkGlobal: name,
  module,
});
const resolve = (name: string, module: string, path: string[], wanted?: string) =>
  findBundled(webpackModules(root(name, module)), path, wanted);

function seal(text: string) {
  return `sealed ${text}`;
}
const SEAL = fingerprint(seal.toString());
const names: string[] = [];
const freshName = () => {
  const name = `webpackChunk${names.length}`;
  names.push(name);
  return name;
};
afterEach(() => {
  for (const name of names) Reflect.deleteProperty(globalThis, name);
});

describe.each([
  ['webpack 5', startWebpack5],
  ['webpack 4', startWebpack4],
])('a path into a bundle of %s', (_which, start) => {
  const factories = (): Record<string, Factory> => ({
    1: (_module, exports, require) => require.d(exports, { a: () => seal }),
    entry: (_module, _exports, require) => void require('1'),
  });

  it('leads to an export of a module that has run, with its object', () => {
    const name = freshName();
    start(name, factories(), 'entry');
    const { fn, self } = resolve(name, '1', ['a']);
    expect(fn).toBe(seal);
    expect(Object.keys(self as object)).toEqual(['a']);
  });

  it('never runs a module', () => {
    const name = freshName();
    const run = vi.fn();
    start(name, { ...factories(), 2: run }, 'entry');
    expect(() => resolve(name, '2', ['a'])).toThrow('Module 2 of the bundle');
    expect(() => resolve(name, '2', ['a'], 'f1:1-1:1')).toThrow('gone');
    expect(run).not.toHaveBeenCalled();
  });

  it('leaves no trace', () => {
    const name = freshName();
    const started = start(name, factories(), 'entry');
    const [chunks, push] = [page[name] ?? [], page[name]?.push];
    const before = [Object.keys(started.factories), Reflect.ownKeys(Object.prototype), chunks.length];
    resolve(name, '1', ['a']);
    expect([Object.keys(started.factories), Reflect.ownKeys(Object.prototype), chunks.length]).toEqual(before);
    expect(chunks.push).toBe(push);
    expect(started.require.s).toBe('cache' in started ? 'entry' : undefined);
    if ('cache' in started) expect(Object.keys(started.cache)).toEqual(['1', 'entry']);
    else expect(started.loaded).toEqual({});
  });

  it('leads into a module that runs later', () => {
    const name = freshName();
    const { require } = start(name, factories(), 'entry');
    expect(() => resolve(name, '3', ['b'])).toThrow('Module 3');
    const late: Factory = (_module, exports, require) => require.d(exports, { b: () => seal });
    page[name]?.push([['late'], { 3: late }] as never);
    require('3');
    expect(resolve(name, '3', ['b']).fn).toBe(seal);
  });

  it('leads to the function with the fingerprint, in any module and export', () => {
    const name = freshName();
    const other = (text: string) => `other ${text}`;
    const modules: Record<string, Factory> = {
      1: (_module, exports, require) => require.d(exports, { a: () => other }),
      2: (_module, exports, require) => require.d(exports, { xY: () => seal }),
      entry: (_module, _exports, require) => [require('1'), require('2')],
    };
    start(name, modules, 'entry');
    expect(resolve(name, '1', ['a'], SEAL).fn).toBe(seal);
  });

  it('finds a method again under another export, and keeps its object', () => {
    const name = freshName();
    class Vault {
      seal = 0;
      sign(text: string) {
        return `${this.seal}:${text}`;
      }
    }
    const vault = new Vault();
    const modules: Record<string, Factory> = {
      2: (_module, exports, require) => require.d(exports, { xY: () => vault }),
      entry: (_module, _exports, require) => void require('2'),
    };
    start(name, modules, 'entry');
    const { self } = resolve(name, '1', ['a', 'sign'], fingerprint(vault.sign.toString()));
    expect(self).toBe(vault);
  });

  it('is refused if no function or several functions have the fingerprint', () => {
    const name = freshName();
    const twin = new Function(`return ${seal.toString()}`)();
    const modules: Record<string, Factory> = {
      2: (_module, exports, require) => require.d(exports, { a: () => seal, b: () => twin }),
      entry: (_module, _exports, require) => void require('2'),
    };
    start(name, modules, 'entry');
    expect(() => resolve(name, '1', ['a'], fingerprint('(a) => a'))).toThrow('is gone');
    expect(() => resolve(name, '1', ['a'], SEAL)).toThrow('several functions');
    expect(resolve(name, '2', ['a'], SEAL).fn).toBe(seal);
  });

  it('runs no getter of the site in the search for a fingerprint', () => {
    const name = freshName();
    const get = vi.fn(() => {
      const made = seal;
      return made;
    });
    const modules: Record<string, Factory> = {
      2: (_module, exports) => Object.defineProperty(exports, 'a', { enumerable: true, get }),
      entry: (_module, _exports, require) => void require('2'),
    };
    start(name, modules, 'entry');
    expect(() => resolve(name, '1', ['a'], SEAL)).toThrow('is gone');
    expect(get).not.toHaveBeenCalled();
  });
});

it('leaves the last entry, which waited for a chunk, to a webpack 4 runtime', () => {
  const name = freshName();
  const entry: Factory = () => {};
  const { require } = startWebpack4(name, { entry, other: entry, absent: entry }, 'entry');
  const chunks = page[name] ?? [];
  const push = (...data: unknown[]) => chunks.push(data as never);
  push(['other'], {}, [['other', 'late', 'runtime']]);
  push(['third'], {}, [['absent', 'third', 'never', 'other']]);
  push(['late'], {});
  push(['never'], {});
  expect(require.s).toBe('absent');
  expect(() => resolve(name, '1', ['a'])).toThrow('Module 1');
  expect(require.s).toBe('absent');
});

it('leaves no entry if the webpack 4 entry came with its runtime', () => {
  const name = freshName();
  const { require } = startWebpack4(name, { entry: () => {} }, 'entry');
  page[name]?.splice(0);
  expect(() => resolve(name, '1', ['a'])).toThrow('Module 1');
  expect(Object.keys(require)).not.toContain('s');
});

it('reports that the page has no such bundle', () => {
  expect(() => resolve('webpackChunknone', '1', ['a'])).toThrow('no webpack bundle named webpackChunknone');
});

it('hides from a webpack 4 runtime an entry that it would never run', () => {
  const name = freshName();
  const { factories } = startWebpack4(name, {}, 'entry');
  const chunks = page[name] ?? [];
  // As in a file with its entry.
  chunks.push = ((data: [string[], Record<string, Factory>]) => Object.assign(factories, data[1])) as never;
  expect(() => resolve(name, '1', ['a'])).toThrow('that Pagewire can read');
  expect(factories).toEqual({});
});

it('does not touch arrays without a runtime', () => {
  const name = freshName();
  page[name] = [];
  expect(() => resolve(name, '1', ['a'])).toThrow('no webpack bundle');
  expect(page[name]).toEqual([]);
});

describe('a path without a fingerprint that several modules match', () => {
  const modules = (...named: object[]) => ({ named, absence: 'none', all: () => named });
  const other = () => 'other';

  it('is refused if they have different functions there', () => {
    const found = () => findBundled(modules({ sign: seal }, { sign: other }), ['sign'], undefined);
    expect(found).toThrow(/Several modules of the page match this path/);
  });

  it.each([
    ['have the same function there', [{ sign: seal }, { sign: seal }]],
    ['lack it, but one', [{}, { sign: seal }, { sign: 1 }]],
  ])('finds the function if they %s', (_what, named) => {
    expect(findBundled(modules(...named), ['sign'], undefined).fn).toBe(seal);
  });
});
