import * as js from '../../../shared/primordials.ts';
import { followResult } from '../../calls/page/follow-result.ts';
import { quietly } from '../../calls/page/quietly.ts';
import { MAX_SHOWN_CALLS } from '../search-limits.ts';
import type { WatchedCall } from '../search-messages.ts';
import { preview } from './preview.ts';
import type { PathNode } from './walk.ts';

const MAX_ARGUMENTS = 6;

export interface Watched {
  readonly id: number;
  readonly path: string;
  readonly node: PathNode;
  /** Called before each call. */
  onCall(): void;
}

/** Restores the original function. */
export type Restore = () => void;

/**
 * Watches functions: each is replaced at its path by a proxy that records its calls and otherwise behaves
 * the same (`this`, `new`, results and errors). `stop` restores every property.
 */
export class Watch {
  readonly #restores: Restore[] = [];
  readonly #onChange: () => void;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly calls: WatchedCall[] = [];
  readonly ids: number[] = [];
  /** The paths of functions that can't be watched. */
  readonly refused: string[] = [];

  constructor(watched: readonly Watched[], onChange: () => void, now: () => number) {
    this.#onChange = onChange;
    this.#now = now;
    this.#startedAt = now();
    for (let index = 0; index < watched.length; index++) this.#start(watched[index] as Watched);
  }

  stop(): void {
    // In reverse order: one property may be replaced twice.
    for (let index = this.#restores.length - 1; index >= 0; index--) this.#restores[index]?.();
    this.#restores.length = 0;
  }

  #start(watched: Watched): void {
    const restore = replace(watched.node, (fn) => this.#standIn(fn, watched));
    if (restore) {
      this.#restores[this.#restores.length] = restore;
      this.ids[this.ids.length] = watched.id;
    } else this.refused[this.refused.length] = watched.path;
  }

  #standIn(fn: Callable, watched: Watched): object {
    const around = (args: readonly unknown[], call: () => unknown) => this.#around(watched, args, call);
    const standIn: object = new js.CapturedProxy(fn, {
      // No prototype, so that no trap comes from Object.prototype.
      __proto__: null,
      apply: (_target: Callable, self: unknown, args: unknown[]) =>
        around(args, () => js.applyFunction(fn, self, args)),
      construct: (_target: Callable, args: unknown[], made: Callable) =>
        // Inside the function `new.target` must be the original class.
        around(args, () => js.construct(fn, args, made === standIn ? fn : made)) as object,
    } as ProxyHandler<Callable>);
    return standIn;
  }

  #around(watched: Watched, args: readonly unknown[], call: () => unknown): unknown {
    let note: WatchedCall | undefined;
    // This is the page's own call: our errors must not reach it.
    quietly(() => {
      note = this.#note(watched, args);
    });
    let result: unknown;
    try {
      result = call();
    } catch (thrown) {
      quietly(() => this.#end(note, 'threw', thrown));
      throw thrown;
    }
    quietly(() => this.#follow(note, result));
    return result;
  }

  /** If the result is a promise, records its outcome. */
  #follow(note: WatchedCall | undefined, result: unknown): void {
    if (!isPromise(result)) {
      this.#end(note, 'returned', result);
      return;
    }
    followResult(result, {
      fulfilled: (value) => quietly(() => this.#end(note, 'returned', value)),
      rejected: (reason) => quietly(() => this.#end(note, 'threw', reason)),
    });
  }

  #note({ id, path, onCall }: Watched, args: readonly unknown[]): WatchedCall {
    const previews: string[] = [];
    for (let index = 0; index < args.length && index < MAX_ARGUMENTS; index++) previews[index] = preview(args[index]);
    const note: WatchedCall = { id, path, at: this.#now() - this.#startedAt, args: previews, end: { kind: 'running' } };
    onCall();
    if (this.calls.length < MAX_SHOWN_CALLS) this.calls[this.calls.length] = note;
    this.#onChange();
    return note;
  }

  #end(note: WatchedCall | undefined, kind: 'returned' | 'threw', value: unknown): void {
    if (!note) return;
    note.end = { kind, value: preview(value) };
    this.#onChange();
  }
}

type Callable = (...args: unknown[]) => unknown;

/**
 * Whether the property at which a function was found can be replaced. Exports of bundles and ES modules
 * can't.
 */
export function isReplaceable({ root, depth, holder, key }: PathNode): boolean {
  // Module exports claim to be writable, but reject writes.
  if (depth === 1 && js.matchPattern(ES_MODULE, root)) return false;
  const property = holder && propertyOf(holder, key);
  if (!property || !js.hasOwn(property, 'value')) return false;
  return property.writable === true || property.configurable === true;
}

const ES_MODULE = /^module:/;

function replace(node: PathNode, makeStandIn: (fn: Callable) => object): Restore | undefined {
  const { holder, key, value } = node;
  // If the page has replaced the function meanwhile, its value stays.
  if (!holder || !isReplaceable(node) || propertyOf(holder, key)?.value !== value) return undefined;
  const standIn = makeStandIn(value as Callable);
  // Changes only the value; the property's other attributes stay.
  if (!define(holder, key, standIn)) return undefined;
  return () => {
    // If the page has replaced it meanwhile, its value stays.
    if (propertyOf(holder, key)?.value === standIn) define(holder, key, value);
  };
}

function define(holder: object, key: string, value: unknown): boolean {
  try {
    js.defineProperty(holder, key, { __proto__: null, value } as PropertyDescriptor);
    return propertyOf(holder, key)?.value === value;
  } catch {
    return false;
  }
}

function propertyOf(holder: object, key: string): PropertyDescriptor | undefined {
  try {
    return js.getOwnPropertyDescriptor(holder, key);
  } catch {
    return undefined;
  }
}

function isPromise(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && js.objectTag(value) === '[object Promise]';
  } catch {
    // A throwing proxy.
    return false;
  }
}
