import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import { ErrorData, Target } from '../../shared/protocol.ts';
import type { Asked, Bus } from '../bus.ts';
import type { CallRequest } from '../call.ts';
import { readJson, writeJson } from './json-bytes.ts';
import { errorFrom } from './node-message.ts';
import { allSubject, whoSubject } from './subjects.ts';

/** How long the one node that is asked has to say that it is there. */
const WHO_MS = 500;
/** How long all nodes of a client have to say whether they can serve a call that one of them has refused. */
const ALL_MS = 300;
/** How many clients' nodes are remembered: some 20 MB. */
const MOST_KNOWN = 100_000;

export const WhoAnswer = z.object({ node: z.string(), refusal: z.optional(ErrorData) });

/** To all nodes of a client: which of them can serve this? Of `args` the number matters, up to two. */
export const WhoCan = z.object({
  t: z.literal('who-can'),
  fn: z.optional(z.string()),
  target: z.optional(Target),
  args: z.int().check(z.minimum(0), z.maximum(2)),
});

/** Finds the node that serves a client. */
export class Locator {
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
      if (this.#known.size <= MOST_KNOWN) return;
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
  who(clientId: string): Promise<string | undefined> {
    const asking = this.#asking.get(clientId) ?? this.#whoTwice(clientId).finally(() => this.#asking.delete(clientId));
    this.#asking.set(clientId, asking);
    return asking;
  }

  async #whoTwice(clientId: string): Promise<string | undefined> {
    const first = await this.#who(clientId);
    // One that does not answer may be dying; another of the same client may be asked instead.
    const second = first.how === 'over' ? await this.#who(clientId) : first;
    if (second.node !== undefined) this.note(clientId, second.node);
    else if (second.how !== 'nobody') throw new CallError('bus_unavailable', 'the other nodes do not answer');
    return second.node;
  }

  /** A node that can serve the request, other than those `tried`; else why the others can't. @throws CallError `bus_unavailable` */
  async whoCan(request: CallRequest, tried: ReadonlySet<string>): Promise<{ node?: string; refusals: CallError[] }> {
    const { clientId, fn, target, args } = request;
    const refusals: CallError[] = [];
    let found: string | undefined;
    const question = writeJson({ t: 'who-can', fn, target, args: Math.min(args.length, 2) });
    const how = await this.#bus.ask(allSubject(clientId), question, ALL_MS, (bytes) => {
      const answer = readJson(WhoAnswer, bytes);
      if (!answer || tried.has(answer.node)) return false;
      if (answer.refusal) refusals.push(errorFrom(answer.refusal));
      else found = answer.node;
      return found !== undefined;
    });
    if (how === 'down') throw new CallError('bus_unavailable', 'the bus between the nodes is down');
    return found === undefined ? { refusals } : { node: found, refusals };
  }

  async #who(clientId: string): Promise<{ how: Asked; node: string | undefined }> {
    let node: string | undefined;
    const how = await this.#bus.ask(whoSubject(clientId), writeJson({}), WHO_MS, (bytes) => {
      node = readJson(WhoAnswer, bytes)?.node;
      return node !== undefined;
    });
    return { how, node };
  }
}
