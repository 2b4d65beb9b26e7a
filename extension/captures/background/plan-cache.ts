import * as z from 'zod/mini';
import type { KeyValueStorage } from '../../platform/key-value-storage.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { type CapturePlan, planCaptures } from '../plan/plan-captures.ts';

/** What a plan was made for; a script that is the same byte for byte gets the same. */
export interface PlanSubject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In which they are read. */
  readonly charset: string;
  text(): string;
  readonly captures: readonly Capture[];
  readonly hook: string;
}

const KEY = 'capturePlans';
const MAX_PLANS = 40;
/** Before a larger script is read all else has its turn: a page may load several of them at once. */
const LARGE_BYTES = 256 * 1024;
const Stored = z.record(z.string(), z.unknown());

/**
 * Remembers the plans of the scripts seen last, because to parse a large script takes longer than to load it; also while this
 * background is not running.
 */
export class PlanCache {
  readonly #storage: KeyValueStorage;
  #plans: Promise<Map<string, CapturePlan>> | undefined;

  constructor(storage: KeyValueStorage) {
    this.#storage = storage;
  }

  /** The plan of a script, which is made now where it is not known: that takes all other work's time. */
  async lookUp(subject: PlanSubject): Promise<CapturePlan> {
    this.#plans ??= this.#load();
    const [plans, key] = await Promise.all([this.#plans, keyOf(subject)]);
    const known = plans.get(key);
    plans.delete(key);
    if (!known && subject.bytes.length > LARGE_BYTES) await nextTask();
    const plan = known ?? planCaptures(subject.text(), subject.captures, subject.hook);
    plans.set(key, plan);
    // The page does not wait for that, nor for what the browser does with it.
    if (!known) setTimeout(() => void this.#save(plans));
    return plan;
  }

  async #load(): Promise<Map<string, CapturePlan>> {
    const { data } = Stored.safeParse((await this.#storage.get(KEY))[KEY]);
    // Nobody else writes to this extension's session storage.
    return new Map(Object.entries((data ?? {}) as Record<string, CapturePlan>));
  }

  async #save(plans: Map<string, CapturePlan>): Promise<void> {
    for (const key of plans.keys()) if (plans.size > MAX_PLANS) plans.delete(key);
    await this.#storage.set({ [KEY]: Object.fromEntries(plans) }).catch((error: unknown) => {
      console.info('A plan could not be stored.', error);
    });
  }
}

/** Not a microtask, which would come before the calls that wait. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

async function keyOf({ bytes, charset, captures, hook }: PlanSubject): Promise<string> {
  const hash = async (data: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  const wish = new TextEncoder().encode(JSON.stringify([charset, captures, hook]));
  const hashes = await Promise.all([hash(bytes), hash(wish)]);
  return hashes
    .map((bytes) => Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(''))
    .join();
}
