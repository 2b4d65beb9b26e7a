import * as js from '../../../../shared/primordials.ts';
import { fingerprint } from './fingerprint.ts';
import { ownSource } from './own-source.ts';

const known = new js.CapturedWeakMap<object, string>();

/** A function's fingerprint; empty if it has no source, for example while the finder watches it. */
export function fingerprintOf(fn: object): string {
  let own = js.weakMapGet(known, fn);
  if (own === undefined) {
    const source = ownSource(fn);
    own = js.matchPattern(NATIVE, source) ? '' : fingerprint(source);
    js.weakMapSet(known, fn, own);
  }
  return own;
}

const NATIVE = /\[native code\]\s*\}$/;
