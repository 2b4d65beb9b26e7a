import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Proxies } from '../config/proxies.ts';
import { whenClosed } from '../flow/when-closed.ts';
import { type AddressLimits, REMEMBER_ADDRESS_MS } from '../limits.ts';
import { AddressUsage, type LimitVerdict } from './address-usage.ts';

/** The usage of every address that is connected or was seen lately. */
export class AddressRegistry {
  readonly #limits: AddressLimits;
  readonly #proxies: Proxies;
  readonly #uses = new Map<string, AddressUsage>();
  /** Cache of parsed addresses, for at most a minute: parsing one takes longer than much of a call. */
  readonly #networks = new Map<string, string>();
  /** The usage that each TCP connection, or each WebSocket behind a proxy, counts towards. */
  readonly #held = new WeakMap<object, AddressUsage>();
  /** TCP connections that were above their address's limit when they opened. */
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

  /** Counts a server's TCP connections by address, and destroys those of a flooding address. */
  countConnections(server: EventEmitter, event: 'connection' | 'secureConnection'): void {
    server.on(event, (socket: Socket) => {
      if (this.#proxies.isTrusted(socket.remoteAddress)) return;
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

  /** Whether the request's connection was within its address's limit. */
  connectionVerdict({ socket }: IncomingMessage): LimitVerdict {
    return this.#excess.get(socket) ?? 'within';
  }

  /**
   * Counts a WebSocket towards its address. Behind a trusted proxy only WebSockets can be counted: the TCP
   * connections are the proxy's.
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

/** IPv6 addresses are counted by their /64 prefix, which one subscriber gets as a whole. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
