import { describe, expect, it } from 'vitest';
import { exportingModules, readModule } from './exporting-modules.ts';

it.each([
  ['var e=1;export{e as t};', true],
  ['export default function(){}', true],
  ['export*from"./a.js"', true],
  ['import"./a.js";export const a=/}/,b=1', true],
  ['const t="export default 1"', false],
  ['// export default 1\nvar a', false],
  ['x.export={a:1}', false],
  ['({export:1})', false],
  ['function f(){return `export {a}`}', false],
  ['import"./a.js"', false],
])('%s exports: %s', (source, expected) => {
  expect(readModule(source).exports).toBe(expected);
});

it.each([
  ['import"./a.js";import{x as y}from"./b.js";import z,*as w from\'./c.js\'', ['./a.js', './b.js', './c.js']],
  ['export*from"./a.js";export{t}from"./b.js";export{u};', ['./a.js', './b.js']],
  ['import("./a.js");const b=import.meta.url;"./b.js"', []],
  ['export const from="./a.js";"./b.js"', []],
  ['function f(){return from("./a.js")}', []],
  ['const t="import \\"./a.js\\""', []],
])('%s imports: %j', (source, expected) => {
  expect(readModule(source).imports).toEqual(expected);
});

describe('of the scripts that a page has loaded', () => {
  let read: (url: string) => Promise<string | undefined>;

  /** These scripts can be read. */
  function serve(scripts: Record<string, string>) {
    const fetched: string[] = [];
    read = async (url) => {
      fetched.push(url);
      return scripts[url.replace('https://shop.test', '')];
    };
    return fetched;
  }
  const found = async (...paths: string[]) => {
    const urls = await exportingModules(
      paths.map((path) => `https://shop.test${path}`),
      read,
    );
    return urls.map((url) => url.replace('https://shop.test', '')).sort();
  };

  it('returns those that export something, and their imports', async () => {
    serve({
      '/entry.js': 'import"./lib/a.js";import("./later.js");import react from"react"',
      '/lib/a.js': 'export{b}from"../b.js";export const a=1',
      '/b.js': 'export const b=2',
      '/later.js': 'export const later=1',
      '/classic.js': 'var classic="./b.js"',
    });
    expect(await found('/entry.js', '/classic.js')).toEqual(['/b.js', '/lib/a.js']);
  });

  it('reads each once if they import each other', async () => {
    const fetched = serve({
      '/a.js': 'import"./b.js";export const a=1',
      '/b.js': 'import"./a.js";import"./none.js";export const b=1',
    });
    expect(await found('/a.js')).toEqual(['/a.js', '/b.js']);
    expect(fetched).toHaveLength(3);
  });
});
