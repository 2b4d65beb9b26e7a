import * as js from '../../../shared/primordials.ts';

export interface Settled {
  fulfilled(value: unknown): void;
  rejected(reason: unknown): void;
}

/**
 * Awaits a function's result: promises, thenables, nested thenables. Settles exactly once; synchronously
 * for other values.
 */
export function followResult(result: unknown, settled: Settled): void {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) {
    settled.fulfilled(result);
    return;
  }
  if (!followPromise(result, settled)) followThenable(result, settled);
}

/** Follows native promises with the original `then`: the page may have overridden theirs. */
function followPromise(result: object, { fulfilled, rejected }: Settled): boolean {
  try {
    if (js.objectTag(result) !== '[object Promise]') return false;
    js.promiseThen(result, fulfilled, rejected);
    return true;
  } catch {
    return followBrokenPromise(result, fulfilled, rejected);
  }
}

/**
 * `then` reads the promise's constructor (`Symbol.species`), which a page may have made throw. Without a
 * constructor there is nothing to read. False if it is not a real promise.
 */
function followBrokenPromise(result: object, fulfilled: Settled['fulfilled'], rejected: Settled['rejected']): boolean {
  const own = js.getOwnPropertyDescriptor(result, 'constructor');
  try {
    js.defineProperty(result, 'constructor', { __proto__: null, value: undefined, configurable: true } as object);
    js.promiseThen(result, fulfilled, rejected);
    return true;
  } catch {
    return false;
  } finally {
    restoreConstructor(result, own);
  }
}

function restoreConstructor(result: object, own: PropertyDescriptor | undefined): void {
  try {
    if (own) js.defineProperty(result, 'constructor', js.setPrototypeOf(own, null));
    else js.deleteProperty(result, 'constructor');
  } catch {
    // A frozen object, which was not changed; or a proxy.
  }
}

function followThenable(result: object, settled: Settled): void {
  let isSettled = false;
  const once = (settle: () => void) => {
    if (isSettled) return;
    isSettled = true;
    settle();
  };
  try {
    const { then } = result as { then?: unknown };
    if (typeof then !== 'function') {
      settled.fulfilled(result);
      return;
    }
    js.applyFunction(then, result, [
      (value: unknown) => once(() => followResult(value, settled)),
      (reason: unknown) => once(() => settled.rejected(reason)),
    ]);
  } catch (thrown) {
    once(() => settled.rejected(thrown));
  }
}
