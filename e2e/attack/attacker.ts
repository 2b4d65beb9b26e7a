import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';

/** The tokens of a relay that is attacked. `narrow` fits no client, `pattern` has a pattern that is slow to match by trying. */
export const TOKENS = {
  client: 'the client token of the attack',
  caller: 'the caller token of the attack',
  narrow: 'the narrow token of the attack',
  pattern: 'the pattern token of the attack',
} as const;
export type TokenName = keyof typeof TOKENS;

/** No round waits longer for an answer: what is measured is how long others wait. */
const MAX_WAIT_MS = 15_000;

/** What an attack does to a relay: sockets that send what no library would. Errors are no news to it. */
export class Attacker {
  readonly url: string;
  readonly #sockets = new Set<{ destroy(): void }>();

  constructor(url: string) {
    this.url = url;
  }

  /** A WebSocket with this token. Resolves also if it was refused. */
  async socket(token?: TokenName, path = '/'): Promise<WebSocket> {
    const headers = token ? { authorization: `Bearer ${TOKENS[token]}` } : {};
    const socket = new WebSocket(this.url.replace('http', 'ws') + path, { headers });
    socket.on('error', () => {});
    this.#sockets.add({ destroy: () => socket.terminate() });
    await ends(once(socket, 'open'));
    return socket;
  }

  sockets(count: number, token?: TokenName): Promise<WebSocket[]> {
    return Promise.all(Array.from({ length: count }, () => this.socket(token)));
  }

  /** A connection that has sent this, and reads what comes unless it is paused. */
  raw(text: string | Buffer): Socket {
    const socket = connect(Number(new URL(this.url).port), '127.0.0.1');
    socket.on('error', () => {}).resume();
    socket.write(text);
    this.#sockets.add(socket);
    return socket;
  }

  /** Sends it, and waits until the relay has handled it or has closed the connection. */
  async send(socket: WebSocket, ...messages: unknown[]): Promise<void> {
    if (socket.readyState !== socket.OPEN) return;
    for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    const pong = once(socket, 'pong');
    socket.ping(() => {});
    await ends(Promise.race([pong, once(socket, 'close')]));
  }

  async fetch(path: string, init: RequestInit = {}): Promise<void> {
    await ends(
      fetch(this.url + path, { ...init, signal: AbortSignal.timeout(MAX_WAIT_MS) }).then((answer) => answer.text()),
    );
  }

  /** Hangs up everywhere. */
  end(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }
}

/** Waits until the end, good or bad, but not forever. */
export async function ends(waited: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT_MS);
  });
  await Promise.race([waited.catch(() => {}), late]);
  clearTimeout(timer);
}

export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
