import { expect, it } from 'vitest';
import { hasExport } from './exporting-modules.ts';

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
])('%s: %s', (source, expected) => {
  expect(hasExport(source)).toBe(expected);
});
