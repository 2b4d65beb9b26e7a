import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Proxies } from '../config/proxies.ts';
import { whenClosed } from '../flow/when-closed.ts';
import { type AddressLimits, REMEMBER_ADDRESS_MS } from '../limits.ts';
import { AddressUsage, type LimitVerdict } from './address-usage.ts';

/** Who is at the other end, by address, and what each address uses. */
export class AddressRegistry {
  readonly #limits: AddressLimits;
  readonly #proxies: Proxies;
  readonly #uses = new Map<string, AddressUsage>();
  /** Of addresses as they are written, for a minute at most: reading one takes longer than much of a call. */
  readonly #networks = new Map<string, string>();
  /** What each connection is counted to, TCP connections and the WebSockets behind proxies. */
  readonly #held = new WeakMap<object, AddressUsage>();
  /** How its address stood when a TCP connection was made, where it had too many. */
  readonly #excess = new WeakMap<object, LimitVerdict>();
  readonly #closed = whenClosed((socket: EventEmitter) => this.#held.get(socket)?.removeConnection());
  readonly #timer: NodeJS.Timeout;

  constructor(limits: AddressLimits, proxies: Proxies) {
    this.#limits = limits;
    this.#proxies = proxies;
    this.#timer = setInterval(() => this.#forget(performance.now()), REMEMBER_ADDRESS_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Counts a server's TCP connections by address, and cuts off those of an address that has far too many. */
  countConnections(server: EventEmitter, event: 'connection' | 'secureConnection'): void {
    server.on(event, (socket: Socket) => {
      // A request that is read a second time brings its connection again.
      if (this.#held.has(socket) || this.#proxies.isTrusted(socket.remoteAddress)) return;
      const usage = this.#hold(this.#of(socket.remoteAddress), socket);
      if (usage !== 'within') this.#excess.set(socket, usage);
      if (usage === 'flood') socket.destroy();
    });
  }

  addressOf(request: IncomingMessage): string | undefined {
    return this.#proxies.addressOf(request);
  }

  usageOf(request: IncomingMessage): AddressUsage {
    return this.#of(this.addressOf(request));
  }

  /** How the address of a request stands with its connections. */
  connectionVerdict({ socket }: IncomingMessage): LimitVerdict {
    return this.#excess.get(socket) ?? 'within';
  }

  /**
   * Counts a WebSocket by its address, and tells how that stands. A proxy's TCP connections tell nothing of its peers, so that
   * theirs are counted here.
   */
  connect(request: IncomingMessage, socket: EventEmitter): LimitVerdict {
    return this.#held.has(request.socket) ? this.connectionVerdict(request) : this.#hold(this.usageOf(request), socket);
  }

  #hold(use: AddressUsage, socket: EventEmitter): LimitVerdict {
    this.#held.set(socket, use);
    socket.on('close', this.#closed);
    return use.addConnection();
  }

  #of(address: string | undefined): AddressUsage {
    const key = this.#networkOf(address ?? '');
    const known = this.#uses.get(key);
    if (known) return known;
    const use = new AddressUsage(this.#limits, performance.now());
    this.#uses.set(key, use);
    return use;
  }

  #networkOf(address: string): string {
    const known = this.#networks.get(address);
    if (known !== undefined) return known;
    const network = networkOf(address);
    this.#networks.set(address, network);
    return network;
  }

  #forget(now: number): void {
    this.#networks.clear();
    for (const [key, use] of this.#uses) {
      if (!use.isConnected && now - use.usedAt >= REMEMBER_ADDRESS_MS) this.#uses.delete(key);
    }
  }
}

/** Of IPv6 the /64, which is what one subscriber is given: its other half may be different each time. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
