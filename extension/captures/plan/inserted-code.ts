import { inAscii } from './in-ascii.ts';
import type { CapturedExpression } from './syntax/captured-expression.ts';

/** Where inserted code stores a value. */
export interface Store {
  /** The random name of the page script's hook. */
  readonly hook: string;
  /** The capture's name. */
  readonly name: string;
  /** Tells the values of different scripts apart (script-key.ts). */
  readonly script: string;
}

/**
 * Code that captures a value: it calls the page script's hook by its random name.
 *
 * The code may run before the page script knows that name. Then it installs a stand-in hook that stores the
 * latest values, until the page script takes over (captures/page/captured-values.ts). Errors never
 * leave this code.
 */
export function capturingCode(store: Store, expression: CapturedExpression): string {
  return hookCall(store, '#', pairCode(store.hook, expression), expression.isReference);
}

/** Code that captures `[self, value]`. */
export function pairCapturingCode(store: Store, pair: string): string {
  return hookCall(store, '#', pair, false);
}

/** Code that captures the object that a captured function is called on, in that function. */
export function receiverCapturingCode(store: Store): string {
  return hookCall(store, '@', '[void 0,this]', false);
}

function hookCall({ hook, name, script }: Store, kind: '#' | '@', pair: string, canRepeat: boolean): string {
  const call = `(${quoteAscii(`${kind}${name} ${script}`)},()=>${pair}${canRepeat ? ',1' : ''})`;
  return `(()=>{try{(typeof ${hook}=="function"?${hook}:${standInCode(hook)})${call}}catch{}})()`;
}

export function quoteAscii(text: string): string {
  return inAscii(JSON.stringify(text));
}

/**
 * The same as the condition of a breakpoint that never pauses, because it evaluates to false. The
 * expression can't be evaluated again later.
 */
export function capturingCondition(store: Store, expression: CapturedExpression): string {
  return `${capturingCode(store, { ...expression, isReference: false })},false`;
}

/**
 * `[self, value]`. The hook's name, which no other code uses, also names the parameter that holds the
 * method's object.
 */
function pairCode(hook: string, { text, method }: CapturedExpression): string {
  if (!method) return `[void 0,(${text})]`;
  return `(${hook}=>[${hook},${hook}${method.access}])(${method.object})`;
}

/**
 * Defines the stand-in where the page doesn't list it: on the prototype of `window`, not enumerable. A page
 * may have frozen that prototype; then on `window`, which can't be frozen.
 */
function standInCode(hook: string): string {
  const keep = 'function k(n,f,l){if(!n)return k;let v;try{v=f()}catch{}k[n]=[v,l&&f]}';
  const holder = '[Object.getPrototypeOf(globalThis),globalThis].find(o=>Object.isExtensible(o))';
  return `Object.defineProperty(${holder},"${hook}",{configurable:!0,value:${keep}}).${hook}`;
}
