import * as js from '../../../shared/primordials.ts';
import { readExport } from '../../calls/page/bundles/read-export.ts';

/** A value of the page, and the path to it. */
export interface PathNode {
  /** Where the path starts; `''` is the page's global object. */
  readonly root: string;
  readonly parent: PathNode | undefined;
  readonly key: string;
  readonly depth: number;
  readonly value: object;
  /** The object that has the property: the parent's value, or a prototype of it. */
  readonly holder: object | undefined;
}

export type Limit = 'time' | 'objects' | 'functions';

/** Limits of one search. */
export const LIMITS = {
  milliseconds: 15_000,
  objects: 300_000,
  functions: 40_000,
  depth: 14,
  keys: 3_000,
  elements: 200,
};

/** Whether a global is the browser's own. */
export type IsBuiltIn = (name: string) => boolean;

/**
 * Walks the page's objects breadth-first from roots, each once: own properties and class prototypes. It runs
 * no function and no getter, except those that bundlers write for exports, and does not enter the browser's own objects (nodes, windows, maps);
 * values in a Map have no path.
 */
export class Walk {
  readonly #onFunction: (place: PathNode) => void;
  readonly #seen = new js.CapturedSet<unknown>();
  /** The nodes of the current depth, and those of the next. */
  #current: PathNode[] = [];
  #further: PathNode[] = [];
  /** Prototypes of functions, visited last, so that methods are preferably found on an instance. */
  #prototypes: PathNode[] = [];
  #at = 0;
  looked = 0;
  functions = 0;

  constructor(onFunction: (place: PathNode) => void) {
    this.#onFunction = onFunction;
  }

  /** Adds the page's own globals. */
  addGlobals(global: object, isBuiltIn: IsBuiltIn): void {
    js.setAdd(this.#seen, global);
    const names = js.ownKeys(global);
    const start: PathNode = { root: '', parent: undefined, key: '', depth: 0, value: global, holder: undefined };
    for (let index = 0; index < names.length; index++) {
      const name = names[index];
      if (typeof name !== 'string') continue;
      const value = dataOf(global, name);
      if (!isBuiltIn(name) || isReplaced(name, value)) this.#add(start, name, value, global);
    }
  }

  /** Adds a module's exports. */
  addModule(root: string, exports: unknown): void {
    if (!isObject(exports) || js.setHas(this.#seen, exports)) return;
    const start: PathNode = { root, parent: undefined, key: '', depth: 0, value: exports, holder: undefined };
    if (typeof exports === 'function' || js.isArray(exports)) {
      this.#push(start);
      return;
    }
    js.setAdd(this.#seen, exports);
    this.#addKeys(start, exports, readExport);
    this.#addPrototypes(start);
  }

  get isDone(): boolean {
    return this.#at >= this.#current.length && this.#further.length === 0 && this.#prototypes.length === 0;
  }

  get limit(): Limit | undefined {
    if (this.looked >= LIMITS.objects) return 'objects';
    return this.functions >= LIMITS.functions ? 'functions' : undefined;
  }

  /** Visits the next node. */
  step(): void {
    if (this.#at >= this.#current.length) this.#goFurther();
    const place = this.#current[this.#at++];
    if (!place) return;
    this.looked++;
    try {
      this.#look(place);
    } catch {
      // A throwing proxy, or a cross-origin object.
    }
  }

  #goFurther(): void {
    this.#current = this.#further;
    this.#further = [];
    this.#at = 0;
    if (this.#current.length > 0) return;
    const prototypes = this.#prototypes;
    this.#prototypes = [];
    for (let index = 0; index < prototypes.length; index++) {
      const place = prototypes[index] as PathNode;
      if (!js.setHas(this.#seen, place.value)) this.#push(place);
    }
  }

  #look(place: PathNode): void {
    const { value } = place;
    if (typeof value === 'function') {
      if (isNative(value)) return;
      this.functions++;
      this.#onFunction(place);
    }
    if (place.depth >= LIMITS.depth) return;
    if (js.isArray(value)) this.#addElements(place, value);
    else if (typeof value === 'function' || isPlain(value)) {
      this.#addKeys(place, value, readExport);
      if (typeof value !== 'function') this.#addPrototypes(place);
    }
  }

  #addElements(place: PathNode, value: readonly unknown[]): void {
    const { length } = value;
    for (let index = 0; index < length && index < LIMITS.elements; index++) {
      this.#add(place, `${index}`, dataOf(value, `${index}`), value);
    }
  }

  #addKeys(place: PathNode, holder: object, read: (object: object, key: string) => unknown): void {
    const keys = js.ownKeys(holder);
    for (let index = 0; index < keys.length && index < LIMITS.keys; index++) {
      const key = keys[index];
      if (typeof key === 'string' && key !== 'constructor') this.#add(place, key, read(holder, key), holder);
    }
  }

  /** Methods are called on instances: the first instance gives the path to them. */
  #addPrototypes(place: PathNode): void {
    for (let holder = prototypeOf(place.value); holder; holder = prototypeOf(holder)) {
      if (js.setHas(this.#seen, holder) || isBuiltInPrototype(holder)) return;
      js.setAdd(this.#seen, holder);
      this.#addKeys(place, holder, dataOf);
    }
  }

  #add(parent: PathNode, key: string, value: unknown, holder: object): void {
    if (!isObject(value) || js.setHas(this.#seen, value)) return;
    const place = { root: parent.root, parent, key, depth: parent.depth + 1, value, holder };
    if (key === 'prototype' && typeof holder === 'function') this.#prototypes[this.#prototypes.length] = place;
    else this.#push(place);
  }

  #push(place: PathNode): void {
    js.setAdd(this.#seen, place.value);
    this.#further[this.#further.length] = place;
  }
}

/** The keys from a node's root. */
export function keysOf(place: PathNode): string[] {
  const keys: string[] = [];
  for (let at: PathNode | undefined = place; at?.parent; at = at.parent) keys[at.depth - 1] = at.key;
  return keys;
}

const NATIVE = /\[native code\]\s*\}$/;

function isNative(value: object): boolean {
  return js.matchPattern(NATIVE, js.functionText(value)) !== null;
}

/** Whether a page has put something of its own in the place of one of the browser's globals. */
function isReplaced(name: string, value: unknown): boolean {
  if (typeof value === 'function') return !isNative(value);
  // Chrome's own `chrome` and `external` are plain objects too.
  if (!isObject(value) || name === 'chrome' || name === 'external') return false;
  return isPlain(value) && !js.hasOwn(value, Symbol.toStringTag as unknown as string);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The value of a data property; getters are not run. */
function dataOf(object: object, key: string): unknown {
  return js.getOwnPropertyDescriptor(object, key)?.value;
}

function prototypeOf(object: object): object | null {
  return js.getPrototypeOf(object) as object | null;
}

/** Plain objects and instances of the page's classes. */
function isPlain(value: object): boolean {
  const prototype = prototypeOf(value);
  return prototype === null || isPlainPrototype(prototype) || !isBuiltInPrototype(prototype);
}

function isPlainPrototype(prototype: object): boolean {
  // Object.prototype of this page or of another frame.
  return prototypeOf(prototype) === null;
}

function isBuiltInPrototype(prototype: object): boolean {
  const maker = dataOf(prototype, 'constructor');
  return typeof maker === 'function' && isNative(maker);
}
