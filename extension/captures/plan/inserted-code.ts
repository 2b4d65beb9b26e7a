import { inAscii } from './in-ascii.ts';
import type { CapturedExpression } from './syntax/captured-expression.ts';

/**
 * An expression that keeps a value: it calls the hook that the page script holds under a random name.
 *
 * It may come to pass before the page script has been told that name: then it puts a stand-in there, which keeps the newest
 * value of each name until the page script takes it over (extension/calls/page/captured-values.ts). Whatever goes wrong in it stays in it.
 */
export function capturingCode(hook: string, name: string, expression: CapturedExpression): string {
  const call = `(${inAscii(JSON.stringify(`#${name}`))},()=>${pairCode(hook, expression)}${expression.isReference ? ',1' : ''})`;
  return `(()=>{try{(typeof ${hook}=="function"?${hook}:${standInCode(hook)})${call}}catch{}})()`;
}

/** The same as the condition of a breakpoint that never pauses: what it evaluates to is no reason to. It can't be read again later. */
export function capturingCondition(hook: string, name: string, expression: CapturedExpression): string {
  return `${capturingCode(hook, name, { ...expression, isReference: false })},false`;
}

/** `[self, value]`; the hook's own name, which nothing else has, holds the object of a method for a moment. */
function pairCode(hook: string, { text, method }: CapturedExpression): string {
  if (!method) return `[void 0,(${text})]`;
  return `(${hook}=>[${hook},${hook}${method.access}])(${method.object})`;
}

/**
 * No global that a page lists: beside the names that `window` inherits, and left out where properties are enumerated. A page may have
 * frozen what `window` inherits from; `window` itself takes one always.
 */
function standInCode(hook: string): string {
  const keep = 'function k(n,f,l){if(!n)return k;let v;try{v=f()}catch{}k[n]=[v,l&&f]}';
  const holder = '[Object.getPrototypeOf(globalThis),globalThis].find(o=>Object.isExtensible(o))';
  return `Object.defineProperty(${holder},"${hook}",{configurable:!0,value:${keep}}).${hook}`;
}
