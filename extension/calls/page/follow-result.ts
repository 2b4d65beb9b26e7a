import * as js from '../../../shared/primordials.ts';

export interface Settled {
  fulfilled(value: unknown): void;
  rejected(reason: unknown): void;
}

/**
 * Awaits what a function returned: promises, thenables, and thenables that give thenables. Tells exactly once, and for
 * anything else at once.
 */
export function followResult(result: unknown, settled: Settled): void {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) {
    settled.fulfilled(result);
    return;
  }
  if (!followPromise(result, settled)) followThenable(result, settled);
}

/** Real promises are followed natively: their `then` may be the page's own by now. */
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
 * Its class is asked for another one (`Symbol.species`), and a page may have made that throw; a promise without a class has
 * none to ask. False for what is no real promise, although it says so.
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
    // A frozen object, which has not been changed either; or a proxy, whose traps may do as they like.
  }
}

function followThenable(result: object, settled: Settled): void {
  let told = false;
  const once = (tell: () => void) => {
    if (told) return;
    told = true;
    tell();
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
