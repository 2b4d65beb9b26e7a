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
  /** Called for each call, before it is made. */
  onCall(): void;
}

/** Puts a stand-in where a function is; what it gives takes that away again. Undefined where the property can't be changed. */
export type Restore = () => void;

/**
 * Watches functions: each is replaced, where its path finds it, by a stand-in that notes its calls and is otherwise the same:
 * `this`, `new`, what is returned and thrown pass through it. `stop` puts everything back as it was, property by property.
 */
export class Watch {
  readonly #restores: Restore[] = [];
  readonly #onChange: () => void;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly calls: WatchedCall[] = [];
  readonly ids: number[] = [];
  /** The paths of those that can't be watched. */
  readonly refused: string[] = [];

  constructor(watched: readonly Watched[], onChange: () => void, now: () => number) {
    this.#onChange = onChange;
    this.#now = now;
    this.#startedAt = now();
    for (let index = 0; index < watched.length; index++) this.#start(watched[index] as Watched);
  }

  stop(): void {
    // The last first: a function may stand in two places.
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
      // So that no trap is one that the page has put on Object.prototype.
      __proto__: null,
      apply: (_target: Callable, self: unknown, args: unknown[]) =>
        around(args, () => js.applyFunction(fn, self, args)),
      construct: (_target: Callable, args: unknown[], made: Callable) =>
        // As seen from inside, `new.target` is the class itself.
        around(args, () => js.construct(fn, args, made === standIn ? fn : made)) as object,
    } as ProxyHandler<Callable>);
    return standIn;
  }

  #around(watched: Watched, args: readonly unknown[], call: () => unknown): unknown {
    let note: WatchedCall | undefined;
    // The page's own call: nothing of ours may go wrong in it.
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

  /** What the page returns may be a promise: what comes of it is noted, whenever it does. */
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
 * Whether another value can be put where a function was found, whatever stands there now: our own stand-in while it is watched. The
 * exports of bundles and of ES modules can't be replaced.
 */
export function isReplaceable({ root, depth, holder, key }: PathNode): boolean {
  // A module's exports are writable by their description, and refuse all the same.
  if (depth === 1 && js.matchPattern(ES_MODULE, root)) return false;
  const property = holder && propertyOf(holder, key);
  if (!property || !js.hasOwn(property, 'value')) return false;
  return property.writable === true || property.configurable === true;
}

const ES_MODULE = /^module:/;

function replace(node: PathNode, makeStandIn: (fn: Callable) => object): Restore | undefined {
  const { holder, key, value } = node;
  // Where the page has put something else meanwhile, that stays.
  if (!holder || !isReplaceable(node) || propertyOf(holder, key)?.value !== value) return undefined;
  const standIn = makeStandIn(value as Callable);
  // Nothing but the value: all else of the property stays as it is.
  if (!define(holder, key, standIn)) return undefined;
  return () => {
    // Where the page itself has put something there in the meantime, that stays.
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
    // A proxy that throws.
    return false;
  }
}
