import type { CallEntry } from '../../platform/messages.ts';
import type { Text } from '../../ui/t.ts';

/** The caller as the relay reports it: the name of its token, and WebSocket or HTTP. */
export function describeCaller(caller: CallEntry['caller']): { name?: string; way: Text } {
  if (!caller) return { way: ['callerUnknown'] };
  const way = wayOf(caller.via);
  return caller.token === undefined ? { way } : { name: caller.token, way };
}

function wayOf(via: string): Text {
  switch (via) {
    case 'websocket':
      return ['callerWebsocket'];
    case 'http':
      return ['callerHttp'];
    case 'popup':
      return ['tryShort'];
    default:
      // The relay is newer than this extension.
      return ['callerUnknown'];
  }
}
