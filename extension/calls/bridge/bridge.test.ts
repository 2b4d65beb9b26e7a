import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import type { FromBridge, ToBridge } from '../../platform/messages.ts';
import { ANSWER_SUFFIX, EVENT_TYPE, PAGE } from '../rendezvous.ts';
import { Bridge } from './bridge.ts';
import { FakeDocument } from './fake-document.ts';

/** The bridge between a fake background, which holds the other ends of its ports, and a fake page script. */

class FakePort {
  readonly sent: FromBridge[] = [];
  connected = true;
  /** Throws although it is connected, as Chromium's ports do above 64 MiB. */
  full = false;
  #hear = (_message: ToBridge) => {};
  #ended = () => {};
  readonly onMessage = {
    addListener: (listener: (message: ToBridge) => void) => {
      this.#hear = listener;
    },
  };
  readonly onDisconnect = {
    addListener: (listener: () => void) => {
      this.#ended = listener;
    },
  };

  postMessage(message: FromBridge) {
    if (this.full) throw new Error('Message length exceeded maximum allowed length.');
    if (!this.connected) throw new Error('Attempting to use a disconnected port object');
    this.sent.push(message);
  }
  disconnect() {
    this.connected = false;
  }
  /** The background sends a message. */
  say(message: ToBridge) {
    this.#hear(message);
  }
  /** The background disconnects. */
  end() {
    this.connected = false;
    this.#ended();
  }
}

class FakeElement extends EventTarget {
  readonly attributes = new Map<string, string>();
  setAttribute(name: string, value: string) {
    this.attributes.set(name, value);
  }
}

/** Accepts any offered channel, as the page script does. */
class FakePage {
  readonly details: string[] = [];
  #channel: FakeElement | undefined;
  #type = '';
  readonly #onOffer = (event: Event) => {
    this.#channel = (event as Event & { relatedTarget: FakeElement }).relatedTarget;
    this.#type = this.#channel.attributes.get(EVENT_TYPE) ?? '';
    this.#channel.addEventListener(this.#type, (down) => this.details.push((down as CustomEvent<string>).detail));
    document.removeEventListener(PAGE.offer, this.#onOffer);
    this.say('');
  };

  start() {
    document.addEventListener(PAGE.offer, this.#onOffer);
    document.dispatchEvent(new Event(PAGE.ask));
  }
  say(detail: unknown) {
    this.#channel?.dispatchEvent(new CustomEvent(this.#type + ANSWER_SUFFIX, { detail }));
  }
}

let own: FakeDocument;
let ports: FakePort[];
let page: FakePage;
let bridge: Bridge;
let runtime: { id: string | undefined; connect(): FakePort };

beforeEach(() => {
  vi.useFakeTimers();
  ports = [];
  runtime = {
    id: 'pagewire',
    connect() {
      if (!this.id) throw new Error('Extension context invalidated.');
      const port = new FakePort();
      ports.push(port);
      return port;
    },
  };
  own = new FakeDocument(() => new FakeElement());
  vi.stubGlobal('chrome', { runtime });
  vi.stubGlobal(
    'MouseEvent',
    class extends Event {
      readonly relatedTarget: EventTarget;
      constructor(type: string, init: { relatedTarget: EventTarget }) {
        super(type);
        this.relatedTarget = init.relatedTarget;
      }
    },
  );
  page = new FakePage();
  bridge = new Bridge();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const TASKS = '[{"id":1},{"id":2}]';
const tasks = (sentAt = Date.now()): ToBridge => ({ kind: 'tasks', ids: [1, 2], sentAt, tasks: TASKS });
const port = () => ports.at(-1) as FakePort;

function start() {
  page.start();
  bridge.start();
}

describe('the start', () => {
  it('waits for the page script before it reports that this page serves', () => {
    bridge.start();
    expect(ports).toHaveLength(0);
    page.start();
    expect(ports).toHaveLength(1);
  });

  it('finds a page script that started first', () => {
    start();
    expect(ports).toHaveLength(1);
  });
});

const said = (port: FakePort | undefined) =>
  port?.sent.map((message) => (message.kind === 'document' ? message.isLoading : message.kind));

describe('a document that is still loading', () => {
  beforeEach(() => {
    own.readyState = 'loading';
    start();
  });

  it('is reported as loading, and again once it has loaded', () => {
    expect(said(port())).toEqual([true]);
    own.read();
    expect(said(port())).toEqual([true, false]);
    own.read();
    expect(said(port())).toEqual([true, false]);
  });

  it('is reported again to a background that started meanwhile', () => {
    port().end();
    vi.advanceTimersByTime(0);
    expect(ports).toHaveLength(2);
    expect(said(port())).toEqual([true]);
  });

  it('does not count as loaded because a page says so or because it takes long', () => {
    own.read(false);
    vi.advanceTimersByTime(60_000);
    expect(said(port())).toEqual([true]);
  });
});

describe('a document opened by document.open', () => {
  it('is reported as loading until it is closed', () => {
    start();
    own.open();
    expect(said(port())).toEqual([true]);
    own.open();
    own.read();
    expect(said(port())).toEqual([true, false]);
  });

  it('counts as loaded soon if it is not closed, also for a background that starts later', () => {
    start();
    own.open();
    vi.advanceTimersByTime(2_000);
    expect(said(port())).toEqual([true, false]);
    port().end();
    vi.advanceTimersByTime(0);
    expect(said(port())).toEqual([]);
  });

  it('is told apart from one whose load has just begun', () => {
    own.readyState = 'loading';
    own.documentElement = null;
    start();
    own.changed();
    vi.advanceTimersByTime(60_000);
    expect(said(port())).toEqual([true]);
  });

  it('counts as loaded if it was opened while it was loading', () => {
    own.readyState = 'loading';
    start();
    own.open();
    own.read();
    expect(said(port())).toEqual([true, false]);
  });

  it('counts as loaded soon if it is blank', () => {
    own.readyState = 'loading';
    own.URL = 'about:blank';
    start();
    vi.advanceTimersByTime(2_000);
    expect(said(port())).toEqual([true, false]);
  });

  it('finds a page script that comes after that', () => {
    bridge.start();
    own.open();
    page.start();
    expect(ports).toHaveLength(1);
  });

  it('keeps serving after the user leaves it and comes back', () => {
    start();
    own.open();
    own.windowListeners.get('pagehide')?.({ persisted: true, isTrusted: true } as never);
    expect(port().connected).toBe(false);
    own.open();
    own.windowListeners.get('pageshow')?.({ persisted: true, isTrusted: true } as never);
    expect(ports).toHaveLength(2);
  });

  it('gets no listener once the bridge has ended', () => {
    start();
    own.open();
    port().say({ kind: 'retire' });
    expect(own.observers.size).toBe(0);
    expect(own.windowListeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('tasks', () => {
  it('are acknowledged, then passed on unchanged', () => {
    start();
    port().say(tasks());
    expect(port().sent).toEqual([{ kind: 'ack', ids: [1, 2] }]);
    expect(page.details).toEqual([TASKS]);
  });

  it('that waited in a sleeping page are claimed first, and run only if they are still pending', () => {
    start();
    port().say(tasks(Date.now() - 5_000));
    expect(port().sent).toEqual([{ kind: 'claim', ids: [1, 2] }]);
    expect(page.details).toEqual([]);
    port().say({ kind: 'claimed', ids: [2] });
    expect(page.details).toEqual([`{"only":[2],"tasks":${TASKS}}`]);
  });

  it('that a changed clock puts into the future are claimed too', () => {
    start();
    port().say(tasks(Date.now() + 5_000));
    expect(port().sent).toEqual([{ kind: 'claim', ids: [1, 2] }]);
    expect(page.details).toEqual([]);
  });

  it('that are no longer pending are not run', () => {
    start();
    port().say(tasks(Date.now() - 5_000));
    port().say({ kind: 'claimed', ids: [] });
    expect(page.details).toEqual([]);
  });

  it('that were claimed from a background that stopped are not run', () => {
    start();
    port().say(tasks(Date.now() - 5_000));
    port().end();
    vi.runOnlyPendingTimers();
    port().say({ kind: 'claimed', ids: [1, 2] });
    expect(page.details).toEqual([]);
  });
});

describe('answers', () => {
  it('are passed on unread', () => {
    start();
    page.say('[{"id":1,');
    expect(port().sent).toEqual([{ kind: 'answers', answers: '[{"id":1,' }]);
  });

  it('larger than any page script sends are not passed on', () => {
    start();
    page.say('x'.repeat(MAX_FRAME_BYTES * 2));
    expect(port().sent).toEqual([]);
  });

  it('that the port rejects close it, and a new port replaces it', () => {
    start();
    const [first] = ports;
    if (first) first.full = true;
    page.say('[]');
    expect(first?.connected).toBe(false);
    vi.advanceTimersByTime(0);
    expect(ports).toHaveLength(2);
    // Messages that still arrive on the old port are not for this page.
    first?.say({ kind: 'retire' });
    port().say(tasks());
    expect(page.details).toEqual([TASKS]);
  });

  it('that are not text are not passed on', () => {
    start();
    page.say({ id: 1 });
    expect(port().sent).toEqual([]);
  });
});

describe('a background that stops', () => {
  it('is reconnected at once, then after growing delays', () => {
    start();
    port().end();
    vi.advanceTimersByTime(0);
    expect(ports).toHaveLength(2);
    port().end();
    vi.advanceTimersByTime(99);
    expect(ports).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(ports).toHaveLength(3);
  });

  it('does not stop the page from serving', () => {
    start();
    port().end();
    vi.advanceTimersByTime(0);
    port().say(tasks());
    expect(page.details).toEqual([TASKS]);
  });

  it('is reconnected if only an answer reveals that it is gone', () => {
    start();
    port().connected = false;
    page.say('[]');
    vi.advanceTimersByTime(0);
    expect(ports).toHaveLength(2);
  });

  it('ends page script and bridge if the extension is gone', () => {
    start();
    runtime.id = undefined;
    port().end();
    vi.runAllTimers();
    expect(ports).toHaveLength(1);
    expect(page.details).toEqual(['']);
  });
});

describe('the end', () => {
  it('comes when the background says so, also for the page script', () => {
    start();
    port().say({ kind: 'retire' });
    expect(page.details).toEqual(['']);
    expect(port().connected).toBe(false);
    page.say('[]');
    expect(port().sent).toEqual([]);
  });
});

describe('a page in the back/forward cache', () => {
  // Called by hand: `isTrusted` of an Event can't be set.
  const happens = (type: string, persisted: boolean, isTrusted: boolean) =>
    own.windowListeners.get(type)?.({ persisted, isTrusted } as never);
  const leave = (persisted: boolean, isTrusted = true) => happens('pagehide', persisted, isTrusted);
  const comeBack = (persisted: boolean, isTrusted = true) => happens('pageshow', persisted, isTrusted);

  it('disconnects from the background, and serves again when the user comes back', () => {
    start();
    leave(true);
    expect(port().connected).toBe(false);
    expect(ports).toHaveLength(1);
    comeBack(true);
    expect(ports).toHaveLength(2);
  });

  it('can not be faked by the page', () => {
    start();
    leave(true, false);
    expect(port().connected).toBe(true);
    leave(true);
    comeBack(true, false);
    expect(ports).toHaveLength(1);
  });

  it('lets the browser close the port of a page that is unloaded', () => {
    start();
    leave(false);
    expect(port().connected).toBe(true);
  });

  it('does not connect twice for a page that is only shown', () => {
    start();
    comeBack(false);
    expect(ports).toHaveLength(1);
  });
});
