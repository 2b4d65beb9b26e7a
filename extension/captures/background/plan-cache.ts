import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../../platform/stored-item.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { type CapturePlan, planCaptures, type Target } from '../plan/plan-captures.ts';

/** The input of a plan; equal input gives an equal plan. */
export interface PlanSubject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The charset of the bytes. */
  readonly charset: string;
  text(): string;
  readonly captures: readonly Capture[];
  readonly target: Target;
}

const MAX_PLANS = 40;
/**
 * Larger scripts are planned in a task of their own: a page may load several at once, and calls must not
 * wait.
 */
const LARGE_BYTES = 256 * 1024;
const Stored = z.record(z.string(), z.unknown());

/**
 * Caches plans in memory and in storage.session, because parsing a large script takes longer than loading
 * it.
 */
export class PlanCache {
  readonly #item: StoredItem<Record<string, unknown>>;
  #plans: Promise<Map<string, CapturePlan>> | undefined;

  constructor(storage: StorageArea) {
    this.#item = new StoredItem(storage, 'capturePlans', Stored);
  }

  /** Returns the cached plan, or makes it: that blocks this thread. */
  async lookUp(subject: PlanSubject): Promise<CapturePlan> {
    this.#plans ??= this.#load();
    const [plans, key] = await Promise.all([this.#plans, keyOf(subject)]);
    const known = plans.get(key);
    plans.delete(key);
    if (!known && subject.bytes.length > LARGE_BYTES) await nextTask();
    const plan = known ?? planCaptures(subject.text(), subject.captures, subject.target);
    plans.set(key, plan);
    // Saving must not delay the page.
    if (!known) setTimeout(() => void this.#save(plans));
    return plan;
  }

  async #load(): Promise<Map<string, CapturePlan>> {
    // Only this extension writes to its session storage.
    return new Map(Object.entries(((await this.#item.get()) ?? {}) as Record<string, CapturePlan>));
  }

  async #save(plans: Map<string, CapturePlan>): Promise<void> {
    for (const key of plans.keys()) if (plans.size > MAX_PLANS) plans.delete(key);
    await this.#item.set(Object.fromEntries(plans)).catch((error: unknown) => {
      console.info('A plan could not be stored.', error);
    });
  }
}

/** A task, not a microtask: a microtask would run before waiting calls. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

async function keyOf({ bytes, charset, captures, target }: PlanSubject): Promise<string> {
  const hash = async (data: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  const parameters = new TextEncoder().encode(JSON.stringify([charset, captures, target]));
  const hashes = await Promise.all([hash(bytes), hash(parameters)]);
  return hashes
    .map((bytes) => Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(''))
    .join();
}
