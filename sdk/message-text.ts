import { CallError } from '../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../shared/limits.ts';
import type { Target } from '../shared/protocol.ts';
import { serializeValue } from '../shared/serialize-value.ts';

export function messageText(type: 'list' | 'watch' | 'cancel', msgId: string, data: object): string {
  return JSON.stringify({ type, msgId, data });
}

/**
 * @throws CallError `bad_request` for an argument that can't be serialized, naming its position; `message_too_large`
 */
export function callText(
  msgId: string,
  data: { clientId: string; fn: string; timeoutMs: number | undefined; target: Target | undefined },
  args: readonly unknown[],
): string {
  const { clientId, fn, timeoutMs, target } = data;
  // Concatenated because serializeValue returns text. `msgId` is digits only, so it needs no escaping.
  const time = timeoutMs === undefined ? '' : `,"timeoutMs":${JSON.stringify(timeoutMs)}`;
  const tab = target === undefined ? '' : `,"target":${JSON.stringify(target)}`;
  const who = `"clientId":${JSON.stringify(clientId)},"fn":${JSON.stringify(fn)}${time}${tab}`;
  return `{"type":"call","msgId":"${msgId}","data":{${who},"args":[${argumentsText(args)}]}}`;
}

function argumentsText(args: readonly unknown[]): string {
  let left = MAX_FRAME_BYTES;
  const texts = args.map((argument, index) => {
    const text = argumentText(argument, index, left);
    left -= text.length;
    return text;
  });
  return texts.join(',');
}

function argumentText(argument: unknown, index: number, maxLength: number): string {
  try {
    return serializeValue(argument, undefined, maxLength);
  } catch (thrown) {
    if (!(thrown instanceof CallError)) throw thrown;
    const code = thrown.code === 'message_too_large' ? thrown.code : 'bad_request';
    throw new CallError(code, `argument ${index + 1} can't be sent: ${thrown.message}`, { cause: thrown });
  }
}
