import { idleTimeout } from './idle-timeout.ts';

/** @throws where it is not done in time; `heard` counts what gives it that time again. */
export async function withTimeout<Value>(ms: number, done: Promise<Value>, heard?: () => number): Promise<Value> {
  let stop = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    stop = idleTimeout(ms, () => reject(new Error('it took too long')), heard && { heard });
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    stop();
  }
}
