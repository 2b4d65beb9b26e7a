import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import type { Bus, RequestOutcome } from './bus/bus.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import { whoSubject } from './subjects.ts';

/** How long a node that serves the client has to say so: as long as one that is waited for may be silent before it counts as gone. */
const WHO_MS = 3_000;
/** How often that is asked: one that does not answer may be dying, and another of the same client may be asked instead. */
const AGAIN_MS = 500;
/** How many clients' nodes are remembered: some 20 MB. */
const MAX_KNOWN = 100_000;

const WhoAnswer = z.object({ node: z.string() });

/** Finds the node that serves a client. */
export class ClientLocator {
  readonly #bus: Bus;
  /** The one that was asked longest ago goes first. */
  readonly #known = new Map<string, string>();
  /** Many calls of one client that come at once ask once. */
  readonly #asking = new Map<string, Promise<string | undefined>>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** The node that has served the client last. It refuses what it can't serve any more. */
  known(clientId: string): string | undefined {
    return this.#known.get(clientId);
  }

  note(clientId: string, node: string): void {
    this.#known.delete(clientId);
    this.#known.set(clientId, node);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) return;
      this.#known.delete(oldest);
    }
  }

  forget(clientId: string, node: string): void {
    if (this.#known.get(clientId) === node) this.#known.delete(clientId);
  }

  forgetAll(): void {
    this.#known.clear();
  }

  /** A node that serves the client; undefined where none does. @throws CallError `bus_unavailable` */
  locate(clientId: string): Promise<string | undefined> {
    const asking = this.#asking.get(clientId) ?? this.#find(clientId).finally(() => this.#asking.delete(clientId));
    this.#asking.set(clientId, asking);
    return asking;
  }

  async #find(clientId: string): Promise<string | undefined> {
    const { how, node } = await this.#ask(clientId);
    if (node !== undefined) this.note(clientId, node);
    else if (how !== 'no_responders') throw new CallError('bus_unavailable', 'the other nodes do not answer');
    return node;
  }

  async #ask(clientId: string): Promise<{ how: RequestOutcome; node: string | undefined }> {
    let node: string | undefined;
    const heard = (bytes: Uint8Array) => {
      node = readJson(WhoAnswer, bytes)?.node;
      return node !== undefined;
    };
    const how = await this.#bus.request(whoSubject(clientId), writeJson({}), {
      ms: WHO_MS,
      againMs: AGAIN_MS,
      onAnswer: heard,
    });
    return { how, node };
  }
}
