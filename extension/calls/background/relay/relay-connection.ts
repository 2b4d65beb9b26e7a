import { CLOSE_CODE, type ErrorCode, RELEASED_REASON } from '../../../../shared/errors.ts';
import { MAX_FRAME_BYTES, MAX_RETRY_MS, RELAY_SILENCE_MS } from '../../../../shared/limits.ts';
import { packFrames } from '../../../../shared/pack-frames.ts';
import { setPunctualTimeout } from '../../../../shared/punctual-timeout.ts';
import { RetryDelays } from '../../../../shared/retry-delays.ts';
import type { RelayStatus } from '../../../platform/messages.ts';
import type { Reason } from './describe-reason.ts';
import { type FromRelay, readFrame } from './read-frame.ts';
import { describeState, type RelayAddress, type RelayState, type Socket } from './relay-state.ts';
import { subprotocols } from './subprotocols.ts';

export interface RelayConnectionDeps {
  createSocket(url: string, protocols: string[]): Socket;
  /** The `init` message. A promise, because bridges may still be connecting. */
  createInit(): Promise<string>;
  describe(reason: Reason): string;
  onStatus(status: RelayStatus): void;
  /** The relay accepted this client; changes since `init` can be sent now. */
  onReady(): void;
  onMessage(message: Extract<FromRelay, { type: 'call' | 'cancel' }>): void;
  /** A connection was lost, and with it all its calls. */
  onLost(): void;
}

const OPEN = 1;
/** How long a relay may take from the first packet to `ready`. */
const READY_MS = 15_000;
/** The longest relay message that is shown. */
const MAX_SHOWN_MESSAGE = 500;
const REFUSALS: Record<number, ErrorCode | undefined> = {
  [CLOSE_CODE.unauthorized]: 'unauthorized',
  [CLOSE_CODE.forbidden]: 'forbidden',
};

/**
 * The one WebSocket to the relay: off → connecting → connected → waiting → connecting …; `refused` is a slow wait, and
 * `replaced` stays until somebody asks for a connection again.
 */
export class RelayConnection {
  readonly #deps: RelayConnectionDeps;
  #state: RelayState = { status: 'off' };
  #address: RelayAddress = { url: '', token: '', clientId: '' };
  readonly #delays = new RetryDelays();

  constructor(deps: RelayConnectionDeps) {
    this.#deps = deps;
  }

  get status(): RelayStatus {
    return describeState(this.#state, this.#address);
  }

  /** Connects; reconnects if there is a connection or an attempt. */
  connect(address: RelayAddress): void {
    const { url, clientId } = this.#address;
    const isSameClient = url === address.url && clientId === address.clientId;
    this.#address = address;
    this.#delays.reset();
    this.#drop(isSameClient ? undefined : RELEASED_REASON);
    this.#open();
  }

  /** The user has switched the extension off: the relay no longer keeps the clientId for it. */
  disconnect(): void {
    this.#drop(RELEASED_REASON);
    this.#enter({ status: 'off' });
  }

  /** An earlier run of this background was told that another connection of this browser took over. */
  stayReplaced(address: RelayAddress): void {
    this.#address = address;
    this.#enter({ status: 'replaced' });
  }

  /** The network is back, or timers may be late: retry now. */
  retryNow(): void {
    const { status } = this.#state;
    if (status !== 'waiting' && status !== 'refused') return;
    this.#drop();
    this.#open();
  }

  /** Queues one message; false if there is no connection and the message is dropped. */
  send(text: string): boolean {
    const state = this.#state;
    if (state.status !== 'connected') return false;
    if (state.unsent.push(text) === 1) queueMicrotask(() => flush(state));
    return true;
  }

  #enter(state: RelayState): void {
    this.#state = state;
    this.#deps.onStatus(this.status);
  }

  /** Leaves the current state: its timer and its socket's events have no effect any more. */
  #drop(reason?: string): void {
    const state = this.#state;
    if ('endTimer' in state) state.endTimer();
    if (!('socket' in state)) return;
    this.#state = { status: 'off' };
    state.socket.close(CLOSE_CODE.normal, reason);
    if (state.status === 'connected') this.#ended(state.readyAt);
  }

  #ended(readyAt: number): void {
    this.#delays.ended(performance.now() - readyAt);
    this.#deps.onLost();
  }

  #open(): void {
    const { url, token } = this.#address;
    let socket: Socket;
    try {
      socket = this.#deps.createSocket(url, subprotocols(token));
    } catch {
      // The browser can't open this URL.
      this.#wait({ kind: 'unreachable' });
      return;
    }
    socket.addEventListener('open', () => void this.#sendInit(socket));
    socket.addEventListener('message', ({ data }) => {
      if (this.#owns(socket) && typeof data === 'string') this.#onFrame(data);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#owns(socket)) this.#closed(code, reason);
    });
    const endTimer = setPunctualTimeout(() => this.#giveUp({ kind: 'not-ready' }), READY_MS);
    this.#enter({ status: 'connecting', socket, endTimer });
  }

  async #sendInit(socket: Socket): Promise<void> {
    const init = await this.#deps.createInit();
    if (this.#owns(socket) && socket.readyState === OPEN) socket.send(init);
  }

  #owns(socket: Socket): boolean {
    return 'socket' in this.#state && this.#state.socket === socket;
  }

  #onFrame(text: string): void {
    if (this.#state.status === 'connected') this.#state.heardAt = performance.now();
    // No relay sends a frame this large. Disconnect, because the peer could exhaust the memory.
    if (text.length > MAX_FRAME_BYTES) {
      this.#giveUp({ kind: 'too-large' });
      return;
    }
    for (const item of readFrame(text)) {
      if (item.ok) this.#receive(item.message);
      // An invalid call needs an answer too; the relay ignores answers without a call.
      else if (item.msgId !== undefined)
        this.send(JSON.stringify({ type: 'error', msgId: item.msgId, data: item.error }));
    }
  }

  #receive(message: FromRelay): void {
    switch (message.type) {
      case 'ready':
        this.#ready();
        break;
      case 'call':
      case 'cancel':
        this.#deps.onMessage(message);
        break;
      case 'error':
        if (this.#state.status === 'connecting') this.#state.said = message.data.message.slice(0, MAX_SHOWN_MESSAGE);
        break;
      case 'heartbeat':
        break;
      default:
        message satisfies never;
    }
  }

  #ready(): void {
    if (this.#state.status !== 'connecting') return;
    const { socket, endTimer } = this.#state;
    endTimer();
    const now = performance.now();
    this.#enter({
      status: 'connected',
      socket,
      since: Date.now(),
      readyAt: now,
      heardAt: now,
      unsent: [],
      endTimer: this.#listenForSilence(RELAY_SILENCE_MS),
    });
    this.#deps.onReady();
  }

  /** Browser WebSockets can't ping. A relay that sends nothing, not even heartbeats, is considered dead. */
  #listenForSilence(ms: number): () => void {
    return setPunctualTimeout(() => {
      const state = this.#state;
      if (state.status !== 'connected') return;
      const left = state.heardAt + RELAY_SILENCE_MS - performance.now();
      if (left > 0) state.endTimer = this.#listenForSilence(left);
      else this.#giveUp({ kind: 'silent' });
    }, ms);
  }

  #giveUp(reason: Reason): void {
    this.#drop();
    this.#wait(reason);
  }

  #closed(code: number, reason: string): void {
    const state = this.#state;
    const said = state.status === 'connecting' ? state.said : undefined;
    const wasConnected = state.status === 'connected';
    if (wasConnected) this.#delays.ended(performance.now() - state.readyAt);
    if ('endTimer' in state) state.endTimer();
    const refusal = REFUSALS[code];
    if (code === CLOSE_CODE.replaced) this.#enter({ status: 'replaced' });
    else if (refusal) this.#refused(refusal, said ?? reason);
    else if (code === CLOSE_CODE.restart && wasConnected)
      this.#wait({ kind: 'closed', code, reason }, this.#delays.soon());
    else if (said) this.#wait({ kind: 'said', message: said });
    // Browsers report 1006 for a connection that failed or broke.
    else this.#wait(code === 1006 && !wasConnected ? { kind: 'unreachable' } : { kind: 'closed', code, reason });
    if (wasConnected) this.#deps.onLost();
  }

  #refused(code: ErrorCode, reason: string): void {
    const endTimer = setPunctualTimeout(() => this.#open(), MAX_RETRY_MS);
    this.#enter({ status: 'refused', endTimer, code, reason });
  }

  #wait(reason: Reason, ms = this.#delays.next()): void {
    const endTimer = setPunctualTimeout(() => this.#open(), ms);
    this.#enter({ status: 'waiting', endTimer, retryAt: Date.now() + ms, reason: this.#deps.describe(reason) });
  }
}

function flush({ socket, unsent }: { socket: Socket; unsent: string[] }): void {
  const texts = unsent.splice(0);
  if (socket.readyState !== OPEN) return;
  for (const frame of packFrames(texts)) socket.send(frame);
}
