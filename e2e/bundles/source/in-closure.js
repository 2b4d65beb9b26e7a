import { cipher } from './cipher.js';

const KEY = 'closure key';

/** Not exported: only this module sees it. */
function encryptInClosure(text) {
  if (typeof text !== 'string') throw new TypeError('an order is a text');
  return `closure.${cipher(text, KEY)}`;
}

/** What the page does with it. */
export function orderByClosure(text) {
  return { order: text, sign: encryptInClosure(text) };
}
