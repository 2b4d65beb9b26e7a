import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import type { Bus, RequestOutcome } from './bus/bus.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import { locateSubject } from './subjects.ts';

/** How long nodes have to answer. A node that is silent for longer counts as gone. */
const LOCATE_MS = 3_000;
/** The retry interval: a node that does not answer may be dying, and the retry may reach another one. */
const AGAIN_MS = 500;
/** How many clients are cached, about 20 MB. */
const MAX_KNOWN = 100_000;

const LocateAnswer = z.object({ node: z.string() });

/** Finds the node that serves a client. */
export class ClientLocator {
  readonly #bus: Bus;
  /** A least-recently-used cache: the node of each client. */
  readonly #known = new Map<string, string>();
  /** Concurrent lookups of one client share a request. */
  readonly #asking = new Map<string, Promise<string | undefined>>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** The node that last served the client. It refuses calls that it can no longer serve. */
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

  /** Asks the bus for a node that serves the client. @throws CallError `bus_unavailable` */
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
    const onAnswer = (bytes: Uint8Array) => {
      node = readJson(LocateAnswer, bytes)?.node;
      return node !== undefined;
    };
    const how = await this.#bus.request(locateSubject(clientId), writeJson({}), {
      ms: LOCATE_MS,
      againMs: AGAIN_MS,
      onAnswer,
    });
    return { how, node };
  }
}
