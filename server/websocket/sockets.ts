import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { CallError, CLOSE_CODE, DRAINED_REASON, type ErrorCode } from '../../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import type { Access } from '../access/access.ts';
import type { Grant } from '../access/grant.ts';
import { SUBPROTOCOL } from '../access/presented-tokens.ts';
import type { SendBuffers, SlowConsumer } from '../flow/send-buffer-bound.ts';
import { CLOSE_MS, MAX_REFUSED_FRAME_BYTES } from '../limits.ts';
import { countRefusal } from '../observability/counters.ts';
import type { Unread } from '../observability/traffic.ts';
import type { AddressRegistry } from '../rate-limits/address-registry.ts';
import { closeReason } from './close-reason.ts';
import { Connection, type ConnectionDeps } from './connection.ts';
import { drain } from './drain.ts';
import { HeartbeatTimers } from './heartbeat-timers.ts';
import { UnfinishedFrames } from './unfinished-frames.ts';

/** Longer than the origin of any site. */
const MAX_LOGGED_ORIGIN = 300;

/** TCP keep-alive: how long a connection is silent before the kernel probes it. */
const KEEP_ALIVE_MS = 10_000;

/** For refused connections: they are upgraded, so that they can read why, and may send next to nothing. */
const refusedOptions = (options: ServerOptions): ServerOptions => ({
  ...options,
  maxPayload: MAX_REFUSED_FRAME_BYTES,
  autoPong: true,
});

const SERVER_OPTIONS: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  maxPayload: MAX_FRAME_BYTES,
  // Frames are small or base64; compression would cost more time than it saves, and memory for each
  // connection.
  perMessageDeflate: false,
  handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  closeTimeout: CLOSE_MS,
  // A ping is answered after the frames before it (Connection).
  autoPong: false,
};

/** Made once: a closure made per request would keep the request alive as long as its connection. */
const nothing = (): void => {};

/** The number of connections by role and protocol. */
export interface Census {
  readonly client: Record<1 | 2, number>;
  readonly caller: Record<1 | 2, number>;
  idle: number;
}

/** The relay's WebSocket server, at any path. */
export class Sockets implements SendBuffers {
  readonly #access: Access;
  readonly #addresses: AddressRegistry;
  readonly #deps: ConnectionDeps;
  readonly #connections = new Set<Connection>();
  /** Connections for which something waits, or waited at the last check. */
  readonly #backlogged = new Set<Connection>();
  readonly #timers = new HeartbeatTimers(this.#connections);
  readonly #unfinished = new UnfinishedFrames(this.#connections);
  readonly #server = new WebSocketServer(SERVER_OPTIONS);
  readonly #refusing = new WebSocketServer(refusedOptions(SERVER_OPTIONS));
  #state: 'open' | 'leaving' | 'closed' = 'open';

  constructor(access: Access, addresses: AddressRegistry, deps: Omit<ConnectionDeps, 'backlogged' | 'gone'>) {
    this.#access = access;
    this.#addresses = addresses;
    this.#deps = { ...deps, backlogged: this.#backlogged, gone: (connection) => this.#connections.delete(connection) };
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Between the handshake and ws's own listener nobody else would hear a reset, and the process would end.
    stream.on('error', nothing);
    // Node's type leaves room for other streams; an HTTP server over TCP or TLS hands out none.
    if (!(stream instanceof Socket)) return void stream.destroy();
    stream.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#admit(request, stream, head);
  }

  get size(): number {
    return this.#connections.size;
  }

  census(): Census {
    const census: Census = { client: { 1: 0, 2: 0 }, caller: { 1: 0, 2: 0 }, idle: 0 };
    for (const { part } of this.#connections) {
      if (part.role === 'idle') census.idle++;
      else census[part.role][part.protocol]++;
    }
    return census;
  }

  /** What waits in frame writers and not in sockets. */
  get unread(): Unread {
    const unread = { bytes: 0, most: 0 };
    for (const connection of this.#connections) {
      const { all, held } = connection.unread;
      unread.bytes += held;
      unread.most = Math.max(unread.most, all);
    }
    return unread;
  }

  slowConsumers(): SlowConsumer[] {
    const readers: SlowConsumer[] = [];
    for (const connection of this.#backlogged) {
      const { all } = connection.unread;
      if (all === 0) this.#backlogged.delete(connection);
      else readers.push({ unread: all, evict: () => connection.evictSlowConsumer() });
    }
    return readers;
  }

  /** Hands connections over to other nodes for so long. */
  async handOver(withinMs: number): Promise<void> {
    this.#state = 'leaving';
    await drain(this.#connections, withinMs);
  }

  /** Fails pending calls and closes every connection. */
  close(): void {
    this.#state = 'closed';
    this.#timers.stop();
    this.#unfinished.stop();
    const going = new CallError('shutting_down', 'the relay is shutting down');
    // All calls first: their answers have to leave before their callers' connections close.
    for (const connection of this.#connections) connection.failCalls(going);
    for (const connection of this.#connections) connection.close(CLOSE_CODE.going_away, going.code);
  }

  /** Ends at once the connections whose remotes have not answered their close. */
  terminate(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  /** Decides before the upgrade, so that no frame of a refused connection is read. */
  #admit(request: IncomingMessage, raw: Socket, head: Buffer): void {
    const grant = this.#grantOf(request, raw);
    if (grant instanceof CallError) {
      this.#refusing.handleUpgrade(request, raw, head, (socket) => {
        // After a frame that is too large ws reads nothing more, so the close would never be answered.
        socket.on('error', () => raw.end());
        this.#refuse(socket, request, grant);
      });
      return;
    }
    this.#server.handleUpgrade(request, raw, head, (socket) => {
      // ws closes the socket after an error; `close` tells all that matters.
      socket.on('error', nothing);
      this.#connect(socket, raw, request, grant);
    });
  }

  #grantOf(request: IncomingMessage, raw: Socket): Grant | CallError {
    try {
      if (this.#state !== 'open') throw new CallError('shutting_down', 'the relay is shutting down');
      if (this.#addresses.connect(request, raw) !== 'within')
        throw new CallError('rate_limited', 'this address has as many connections as it may');
      return this.#access.authorizeConnection(request);
    } catch (thrown) {
      return CallError.from(thrown);
    }
  }

  #connect(socket: WebSocket, raw: Socket, request: IncomingMessage, grant: Grant): void {
    const connection = new Connection(socket, raw, { grant, use: this.#addresses.usageOf(request) }, this.#deps);
    this.#connections.add(connection);
    const peer = this.#addresses.addressOf(request);
    const { origin, tokens } = grant;
    this.#deps.log.info({ connection: connection.id, peer, origin: shown(origin), tokens }, 'connected');
  }

  /** A browser shows nothing of a refused handshake, but the code and reason of a close. */
  #refuse(socket: WebSocket, request: IncomingMessage, error: CallError): void {
    const { code, message } = error;
    const { origin } = request.headers;
    countRefusal(this.#deps.counters, 'websocket', code);
    // An address above its limits could fill the log.
    if (code === 'rate_limited') this.#deps.counters.rateLimited++;
    else {
      const peer = this.#addresses.addressOf(request);
      const line = { peer, origin: shown(origin), code, why: message };
      this.#deps.lines.write('info', 'refused', peer, line);
    }
    if (this.#state === 'leaving') socket.close(CLOSE_CODE.restart, DRAINED_REASON);
    else socket.close(closeCodeOf(code), closeReason(error));
  }
}

/** A header may have kilobytes, and each connection is a line of the log. */
function shown(origin: string | undefined): string | undefined {
  return origin !== undefined && origin.length > MAX_LOGGED_ORIGIN ? `${origin.slice(0, MAX_LOGGED_ORIGIN)}…` : origin;
}

function closeCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'bad_request':
      return CLOSE_CODE.bad_request;
    case 'unauthorized':
      return CLOSE_CODE.unauthorized;
    case 'rate_limited':
      return CLOSE_CODE.rate_limited;
    case 'shutting_down':
      return CLOSE_CODE.going_away;
    default:
      return CLOSE_CODE.forbidden;
  }
}
