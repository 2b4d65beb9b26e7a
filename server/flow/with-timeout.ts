import { idleTimeout } from './idle-timeout.ts';

/** @throws if `done` does not settle in time. A change of `bytesSeen()` restarts the timeout. */
export async function withTimeout<Value>(ms: number, done: Promise<Value>, bytesSeen?: () => number): Promise<Value> {
  let stop = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    stop = idleTimeout(ms, () => reject(new Error('timed out')), bytesSeen && { bytesSeen });
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    stop();
  }
}
