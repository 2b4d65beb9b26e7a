import { setTimeout as delay } from 'node:timers/promises';
import { HttpCaller } from '../load/http-caller.ts';
import type { Answer, Ask, LoadCaller } from '../load/load-caller.ts';
import { SdkCaller } from '../load/sdk-caller.ts';
import { FIRST, SECOND, SECOND_IN_BATCHES, SocketCaller } from '../load/socket-caller.ts';

const RETRY_MS = 100;

export const KINDS = ['first', 'sdk', 'second', 'batches', 'http'] as const;
export type Kind = (typeof KINDS)[number];

interface Deps {
  readonly kind: Kind;
  readonly authorities: readonly string[];
  readonly onStray: (what: string) => void;
}

/** A caller that moves to the next node when it loses its connection. */
export class ChaosCaller {
  readonly #deps: Deps;
  #node: number;
  #peer: Promise<LoadCaller>;
  #state: 'open' | 'closed' = 'open';

  constructor(deps: Deps, home: number) {
    this.#deps = deps;
    this.#node = home;
    this.#peer = this.#connect();
  }

  /** Whether it can set a timeout and cancel. */
  get controls(): boolean {
    return this.#deps.kind !== 'first';
  }

  /** Resolves when connected. */
  async ready(): Promise<void> {
    await this.#peer;
  }

  async call(ask: Ask): Promise<Answer> {
    const present = this.#peer;
    const answer = await (await present).call(ask);
    if (!answer.ok && answer.code === 'relay_disconnected') this.#renew(present);
    return answer;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    (await this.#peer).close();
  }

  /** Of all calls that lost their connection, only one reconnects. */
  #renew(lost: Promise<LoadCaller>): void {
    if (this.#peer !== lost || this.#state === 'closed') return;
    this.#peer = lost.then((peer) => {
      peer.close();
      return this.#connect();
    });
  }

  async #connect(): Promise<LoadCaller> {
    for (;;) {
      const { authorities } = this.#deps;
      const authority = authorities[this.#node++ % authorities.length] ?? '';
      try {
        return await this.#open(authority);
      } catch {
        // The node or its link is down: try the next one.
        await delay(RETRY_MS);
      }
    }
  }

  async #open(authority: string): Promise<LoadCaller> {
    const { kind, onStray } = this.#deps;
    const url = `ws://${authority}`;
    switch (kind) {
      case 'first':
        return await SocketCaller.connect({ url, dialect: FIRST, onStray });
      case 'second':
        return await SocketCaller.connect({ url, dialect: SECOND, onStray });
      case 'batches':
        return await SocketCaller.connect({ url, dialect: SECOND_IN_BATCHES, onStray });
      case 'sdk':
        return await SdkCaller.connect(url);
      case 'http':
        return await untilAnswering(authority);
      default:
        return kind satisfies never;
    }
  }
}

async function untilAnswering(authority: string): Promise<LoadCaller> {
  await (await fetch(`http://${authority}/healthz`)).text();
  return new HttpCaller(`http://${authority}`);
}
