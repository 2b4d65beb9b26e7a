import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANSWER_SUFFIX, EVENT_TYPE, PAGE } from '../rendezvous.ts';
import { Bridge } from './bridge.ts';
import { FakeDocument } from './fake-document.ts';
import { startBridge } from './start-bridge.ts';

/** Bridges injected into one document, each with a page script that accepts the first offered channel. */

class FakeElement extends EventTarget {
  readonly attributes = new Map<string, string>();
  setAttribute(name: string, value: string) {
    this.attributes.set(name, value);
  }
}

class FakePage {
  readonly heard: string[] = [];
  readonly #take = (event: Event) => {
    const channel = (event as Event & { relatedTarget: FakeElement }).relatedTarget;
    const type = channel.attributes.get(EVENT_TYPE);
    if (type === undefined) return;
    channel.attributes.delete(EVENT_TYPE);
    document.removeEventListener(PAGE.offer, this.#take);
    channel.addEventListener(type, (down) => this.heard.push((down as CustomEvent<string>).detail));
    channel.dispatchEvent(new CustomEvent(type + ANSWER_SUFFIX, { detail: '' }));
  };
  start() {
    document.addEventListener(PAGE.offer, this.#take);
    document.dispatchEvent(new Event(PAGE.ask));
  }
}

let connected: number;
let runtime: { id: string | undefined; connect(): object };
beforeEach(() => {
  connected = 0;
  const listen = { addListener() {} };
  const connect = () => {
    connected++;
    return { postMessage() {}, disconnect() {}, onMessage: listen, onDisconnect: listen };
  };
  runtime = { id: 'pagewire', connect };
  vi.stubGlobal('chrome', { runtime });
  vi.stubGlobal('pagewire', undefined);
  vi.stubGlobal('MouseEvent', FakeMouseEvent);
  openDocument();
});
afterEach(() => vi.unstubAllGlobals());

class FakeMouseEvent extends Event {
  readonly relatedTarget: EventTarget;
  constructor(type: string, init: { relatedTarget: EventTarget }) {
    super(type);
    this.relatedTarget = init.relatedTarget;
  }
}

let own: FakeDocument;
function openDocument() {
  own = new FakeDocument(() => new FakeElement());
}

it.each(['page script', 'bridge'])('ends a second pair whose %s starts first', (which) => {
  const [page, late] = [new FakePage(), new FakePage()];
  page.start();
  startBridge(new Bridge());
  if (which === 'page script') late.start();
  startBridge(new Bridge());
  if (which === 'bridge') late.start();
  expect(connected).toBe(1);
  expect(page.heard).toEqual([]);
  expect(late.heard).toEqual(['']);
});

it('keeps one pair if two page scripts started before a bridge', () => {
  const [page, late] = [new FakePage(), new FakePage()];
  page.start();
  late.start();
  startBridge(new Bridge());
  startBridge(new Bridge());
  expect(connected).toBe(1);
  expect(page.heard).toEqual([]);
  expect(late.heard).toEqual(['']);
});

it('starts in the next document of a frame, and again after an ended bridge', () => {
  const start = () => {
    new FakePage().start();
    startBridge(new Bridge());
    return connected;
  };
  expect(start()).toBe(1);
  openDocument();
  expect(start()).toBe(2);
  runtime.id = undefined;
  const before = connected;
  start();
  expect(connected).toBe(before + 1);
});

it('waits in a prerendered page', () => {
  own.prerendering = true;
  new FakePage().start();
  startBridge(new Bridge());
  own.open();
  new FakePage().start();
  expect(connected).toBe(0);
  document.dispatchEvent(new Event('prerenderingchange'));
  expect(connected).toBe(1);
});

it('uses the second page script if document.open removed the listener of the first', () => {
  const [first, second] = [new FakePage(), new FakePage()];
  first.start();
  own.open();
  startBridge(new Bridge());
  expect(connected).toBe(0);
  second.start();
  startBridge(new Bridge());
  expect(connected).toBe(1);
  expect(second.heard).toEqual([]);
});
