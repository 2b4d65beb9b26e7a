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
  const envelope = JSON.stringify({ type: 'call', msgId, data });
  // serializeValue writes text, so the arguments join the envelope's text: before its two closing braces.
  return `${envelope.slice(0, -2)},"args":[${args.map(argumentText).join(',')}]}}`;
}

function argumentText(argument: unknown, index: number): string {
  try {
    return serializeValue(argument);
  } catch (thrown) {
    if (!(thrown instanceof CallError)) throw thrown;
    throw new CallError('bad_request', `argument ${index + 1} can't be sent: ${thrown.message}`, { cause: thrown });
  }
}
