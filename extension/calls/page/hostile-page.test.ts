import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'vite';
import { beforeAll, expect, it } from 'vitest';
import { ANSWER_SUFFIX, EVENT_TYPE, PAGE } from '../rendezvous.ts';

/** The built page script in its own realm, where the page's scripts run after it and change all they can. */

// The part of the DOM that the script uses, without methods that the page could change.
const DOM = `
  class EventTarget {
    addEventListener(type, listener) { (this.listeners ??= [])[this.listeners.length] = { type, listener }; }
    removeEventListener() {}
    dispatchEvent(event) { fire(this, event); }
  }
  function fire(target, event) {
    const listeners = target.listeners ?? [];
    for (let i = 0; i < listeners.length; i++) if (listeners[i].type === event.type) listeners[i].listener(event);
  }
  class Event { constructor(type) { this.type = type; } }
  class CustomEvent extends Event {
    #detail;
    constructor(type, init) { super(type); this.#detail = init.detail; }
    get detail() { return this.#detail; }
  }
  class MouseEvent extends Event {
    #target;
    constructor(type, init) { super(type); this.#target = init.relatedTarget; }
    get relatedTarget() { return this.#target; }
  }
  class Node extends EventTarget { get nodeType() { throw new TypeError(); } }
  class Element extends Node { getAttribute(name) { return this['@' + name] ?? null; } removeAttribute(name) { delete this['@' + name]; } }
  class MessagePort extends EventTarget { postMessage() { later(this.other); } start() {} }
  class MessageChannel {
    port1 = new MessagePort();
    port2 = new MessagePort();
    constructor() { this.port2.other = () => fire(this.port1, { type: 'message' }); }
  }
  class HTMLScriptElement extends Element { get src() { return ''; } get type() { return ''; } }
  class HTMLLinkElement extends Element { get href() { return ''; } get rel() { return ''; } }
  class HTMLCollection { get length() { return 0; } item() { return null; } }
  class PerformanceEntry { get name() { return ''; } }
  class PerformanceResourceTiming extends PerformanceEntry { get initiatorType() { return ''; } }
  globalThis.performance = { getEntriesByType: () => [] };
  globalThis.document = new (class extends Node { getElementsByTagName() { return new HTMLCollection(); } })();
  Object.assign(globalThis, { HTMLScriptElement, HTMLLinkElement, HTMLCollection, PerformanceEntry, PerformanceResourceTiming });
  Object.assign(globalThis, { EventTarget, Event, CustomEvent, MouseEvent, Node, Element, MessagePort, MessageChannel });
`;

// All built-ins that tasks and answers might use.
const HOSTILE = `
  const owned = () => { throw new Error('owned'); };
  JSON.parse = JSON.stringify = Reflect.apply = Object.keys = Array.isArray = owned;
  Function.prototype.call = Function.prototype.apply = Function.prototype.bind = owned;
  Promise.prototype.then = Promise.prototype.catch = owned;
  Array.prototype[Symbol.iterator] = Array.prototype.push = Array.prototype.map = Array.prototype.join = owned;
  String.prototype.split = String.prototype.replace = String.prototype.startsWith = owned;
  RegExp.prototype.test = RegExp.prototype.exec = owned;
  Map.prototype.get = Map.prototype.set = Set.prototype.has = owned;
  Date.prototype.getTime = owned;
  EventTarget.prototype.dispatchEvent = EventTarget.prototype.addEventListener = owned;
  MessagePort.prototype.postMessage = Element.prototype.getAttribute = Element.prototype.removeAttribute = owned;
  globalThis.CustomEvent = globalThis.Event = globalThis.Promise = globalThis.MessageChannel = owned;
  globalThis.queueMicrotask = owned;
  Object.defineProperty(Object.prototype, 'bubbles', { get: owned });
  Array.prototype.toJSON = String.prototype.toJSON = () => 'owned';
`;

let pageScript: string;
beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('../../page.iife.ts', import.meta.url)),
        formats: ['iife'],
        name: 'page',
        fileName: 'page',
      },
    },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  const chunk = bundle && 'output' in bundle ? bundle.output[0] : undefined;
  if (!chunk) throw new Error('nothing was built');
  pageScript = chunk.code;
});

/** Runs one task in a page with this script, and returns the answers as the page wrote them. */
function answersOf(script: string, task: object): Promise<string> {
  return new Promise((resolve) => {
    const tasks = JSON.stringify([{ id: 1, args: [], ...task }]);
    const page = createContext({ later: setImmediate, queueMicrotask, btoa, atob, resolve, tasks });
    runInContext(DOM, page);
    // In a browser the bridge has its own built-ins; here it captures them before the page's script runs.
    runInContext(
      `const channel = new Element();
       channel['@${EVENT_TYPE}'] = 'random';
       let paired = false;
       channel.addEventListener('random${ANSWER_SUFFIX}', (event) => { if (paired) resolve(event.detail); paired = true; });
       const send = channel.dispatchEvent.bind(channel, new CustomEvent('random', { detail: tasks }));`,
      page,
    );
    runInContext(pageScript, page);
    runInContext(`document.dispatchEvent(new MouseEvent('${PAGE.offer}', { relatedTarget: channel }));`, page);
    runInContext(`${script}\n;${HOSTILE}`, page);
    runInContext('send();', page);
  });
}

it('is strict code, so that no function of the page can reach its callers', () => {
  expect(pageScript).toMatch(/^["']use strict["'];/);
});

it('can not change an answer that comes at once', async () => {
  const script = 'const bytes = new Uint8Array([1, 2]); globalThis.shop = { sign: (text, map) => [text, map, bytes] }';
  const args = ['x', { $type: 'map', value: [['a', { $type: 'date', value: 5 }]] }];
  expect(await answersOf(script, { path: ['shop', 'sign'], args })).toBe(
    '[{"id":1,"value":["x",{"$type":"map","value":[["a",{"$type":"date","value":5}]]},{"$type":"bytes","kind":"Uint8Array","value":"AQI="}]}]',
  );
});

it('can not change a promised answer', async () => {
  const script = 'globalThis.shop = { sign: async (text) => [text] }';
  expect(await answersOf(script, { path: ['shop', 'sign'], args: ['x'] })).toBe('[{"id":1,"value":["x"]}]');
});

it('can not change an error', async () => {
  const script = 'globalThis.shop = { sign: () => { throw new TypeError("no key") } }';
  expect(await answersOf(script, { path: ['shop', 'sign'] })).toContain('"code":"function_threw","message":"no key"');
});

it('can not change the error for a missing function', async () => {
  const script = 'globalThis.shop = {}';
  expect(await answersOf(script, { path: ['shop', 'a b', 'sign'] })).toBe(
    '[{"id":1,"error":{"code":"function_not_found","message":"shop[\\"a b\\"] is undefined"}}]',
  );
});
