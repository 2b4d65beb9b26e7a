import { getter, uncurry } from '../../../shared/primordials.ts';
import { quietly } from './quietly.ts';

/** The DOM's functions from before the page's scripts could change them; see shared/primordials.ts. */

const page = document;
const CapturedEvent = Event;
const CapturedCustomEvent = CustomEvent;
const createChannel = MessageChannel;
const addEventListener = uncurry(EventTarget.prototype.addEventListener);
const removeEventListener = uncurry(EventTarget.prototype.removeEventListener);
const dispatchEvent = uncurry(EventTarget.prototype.dispatchEvent);
const postMessage = uncurry(MessagePort.prototype.postMessage as (this: MessagePort, message: unknown) => void);

export const getAttribute = uncurry(Element.prototype.getAttribute);
export const removeAttribute = uncurry(Element.prototype.removeAttribute);
export const eventDetail = getter<Event, unknown>(CustomEvent.prototype, 'detail');
export const relatedTarget = getter<Event, EventTarget | null>(MouseEvent.prototype, 'relatedTarget');
/** Throws for anything but a node. */
export const nodeType = getter<unknown, number>(Node.prototype, 'nodeType');

export type Listener = (event: Event) => void;

export const listen = (target: EventTarget, type: string, listener: Listener) =>
  addEventListener(target, type, listener, undefined);
export const unlisten = (target: EventTarget, type: string, listener: Listener) =>
  removeEventListener(target, type, listener, undefined);
export const listenToDocument = (type: string, listener: Listener) => listen(page, type, listener);
export const unlistenToDocument = (type: string, listener: Listener) => unlisten(page, type, listener);

export function dispatchOnDocument(type: string): void {
  dispatchEvent(page, new CapturedEvent(type));
}

export function dispatchText(target: EventTarget, type: string, detail: string): void {
  // No prototype, so that Object.prototype.bubbles is not read.
  dispatchEvent(target, new CapturedCustomEvent(type, { __proto__: null, detail } as CustomEventInit));
}

/** Calls `run` in a microtask, after pending promise reactions. */
export const afterThis = (run: () => void) => queue(() => quietly(run));
const queue = queueMicrotask.bind(globalThis);

/** Returns a function that calls `run` in a task soon; unlike timers it is not throttled in hidden tabs. */
export function soon(run: () => void): () => void {
  const { port1, port2 } = new createChannel();
  addEventListener(port1, 'message', () => quietly(run), undefined);
  port1.start();
  return () => postMessage(port2, 0);
}
