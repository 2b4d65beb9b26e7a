import * as js from '../../shared/primordials.ts';

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
    // No real promise, although it says so.
    return false;
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
