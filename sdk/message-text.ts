import { CallError } from '../shared/errors.ts';
import type { Target } from '../shared/protocol.ts';
import { serializeValue } from '../shared/serialize-value.ts';

export function messageText(type: 'list' | 'watch' | 'cancel', msgId: string, data: object): string {
  return JSON.stringify({ type, msgId, data });
}

/** @throws CallError `bad_request` for an argument that can't cross, saying which and where in it. */
export function callText(
  msgId: string,
  data: { clientId: string; fn: string; timeoutMs: number | undefined; target: Target | undefined },
  args: readonly unknown[],
): string {
  const { clientId, fn, timeoutMs, target } = data;
  // Joined by hand: serializeValue writes text, and the envelope's takes longer to make than most arguments'. The id is a number.
  const time = timeoutMs === undefined ? '' : `,"timeoutMs":${JSON.stringify(timeoutMs)}`;
  const tab = target === undefined ? '' : `,"target":${JSON.stringify(target)}`;
  const who = `"clientId":${JSON.stringify(clientId)},"fn":${JSON.stringify(fn)}${time}${tab}`;
  return `{"type":"call","msgId":"${msgId}","data":{${who},"args":[${args.map(argumentText).join(',')}]}}`;
}

function argumentText(argument: unknown, index: number): string {
  try {
    return serializeValue(argument);
  } catch (thrown) {
    if (!(thrown instanceof CallError)) throw thrown;
    throw new CallError('bad_request', `argument ${index + 1} can't be sent: ${thrown.message}`, { cause: thrown });
  }
}
