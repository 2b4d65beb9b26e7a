import { CallError, type ErrorCode } from '../../../shared/errors.ts';
import { PendingCalls, type Settle } from '../../../shared/pending-calls.ts';
import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';
import type { CaptureTask, PageAnswer, PageTask, ScriptList, ToBridge } from '../../platform/messages.ts';
import { publicUrl } from '../../sites/background/public-url.ts';
import { AckTracker } from './ack-tracker.ts';
import { readAnswer, readAnswers, readFromBridge } from './bridge-messages.ts';
import type { ConfiguredFunction, ServedSite } from './function-catalog.ts';

/** The part of a Port that is used here. */
export interface BridgePort {
  postMessage(message: ToBridge): void;
  disconnect(): void;
}

/** What a page's answer may say; any other code of a page's becomes `internal`. */
const PAGE_CODES: readonly ErrorCode[] = [
  'function_threw',
  'result_not_serializable',
  'function_not_found',
  'bad_request',
  'message_too_large',
];

/** So long a call waits at most for a document to be read: one that some request holds up may never be. */
const MAX_LOADING_MS = 10_000;

// Not from 1: after a restart of this background a page may still answer tasks of the life before.
let lastId = Math.floor(Math.random() * 2 ** 40);

/** Where a bridge is, as the browser says. */
export interface FrameLocation {
  readonly tabId: number;
  /** 0: the tab's own page; anything else: a frame in it. */
  readonly frameId: number;
  readonly url: string;
  /** It has no URL of its own (about:blank, srcdoc, blob:): `url` is of whoever made it. */
  readonly isBlank?: boolean;
}

/** The bridge of one document, a tab's page or a frame in it, and the tasks that wait for it. Tasks of one tick leave as one message. */
export class FrameBridge {
  readonly tabId: number;
  readonly frameId: number;
  readonly isBlank: boolean;
  /** The enabled sites that this document belongs to. */
  sites: ReadonlySet<ServedSite> = new Set();
  /** Of its sites' functions, those that were found here when they were called last. */
  readonly found = new WeakSet<ConfiguredFunction>();
  /** What the page said that nobody had asked for, or that can't be read. */
  ignored = 0;
  #url: string;
  readonly #port: BridgePort;
  readonly #pending = new PendingCalls<number, unknown>();
  readonly #acks = new AckTracker((ids) => this.#failOverdue(ids));
  readonly #lists = new Map<number, (list: ScriptList) => void>();
  readonly #unsent: { id: number; text: string }[] = [];
  /** What waits until the document has been read; undefined once it has. */
  #loadWaiters: Set<() => void> | undefined;
  /** So many tasks that go before all others are still being made. */
  #preparing = 0;

  constructor(port: BridgePort, { tabId, frameId, url, isBlank = false }: FrameLocation) {
    this.#port = port;
    this.tabId = tabId;
    this.frameId = frameId;
    this.isBlank = isBlank;
    this.#url = publicUrl(url);
  }

  /** Whether this is a tab's own page, not a frame in it. */
  get isPage(): boolean {
    return this.frameId === 0;
  }

  /** For messages: `page in tab 3`. */
  get name(): string {
    return this.isPage ? `page in tab ${this.tabId}` : `frame ${this.#url} in tab ${this.tabId}`;
  }

  /** Whether scripts that stand in the document may not have run yet. */
  get isLoading(): boolean {
    return this.#loadWaiters !== undefined;
  }

  get url(): string {
    return this.#url;
  }

  /** The page has changed its own URL (`history.pushState`). */
  setUrl(url: string): void {
    this.#url = publicUrl(url);
  }

  /** Gives the page a task; `settle` is told once how it ended. Returns what drops it: `settle` is then told nothing. */
  run(task: Omit<PageTask, 'id'> | Omit<CaptureTask, 'id'>, settle: Settle<unknown>): () => void {
    const id = ++lastId;
    const text = taskText({ id, ...task });
    if (text === undefined) {
      settle({ ok: false, error: new CallError('bad_request', 'The arguments are nested too deep') });
      return () => {};
    }
    this.#pending.add(id, settle);
    if (this.#unsent.push({ id, text }) === 1) queueMicrotask(() => this.#flush());
    return () => {
      if (this.#pending.forget(id)) this.#acks.abandon(id);
    };
  }

  /** The same with one that is still being made: what is asked meanwhile waits, and comes after it. */
  runFirst(making: Promise<Omit<CaptureTask, 'id'>>, settle: Settle<unknown>): () => void {
    let drop = () => {};
    this.#preparing++;
    const made = (act: () => void) => {
      const others = this.#unsent.splice(0);
      act();
      this.#unsent.push(...others);
      this.#preparing--;
      this.#flush();
    };
    making.then(
      (task) =>
        made(() => {
          drop = this.run(task, settle);
        }),
      (error: unknown) => made(() => settle({ ok: false, error: CallError.from(error) })),
    );
    return () => drop();
  }

  /**
   * What the document says of its scripts: now, at most a moment later where it has not got to the awaited one yet; or once it has been read.
   * Never answered where the page goes.
   */
  listScripts(when: 'now' | 'read', listed: (list: ScriptList) => void, awaited?: readonly string[]): void {
    const id = ++lastId;
    this.#lists.set(id, listed);
    this.#post({ kind: 'list-scripts', id, when, ...(awaited === undefined ? {} : { awaited: [...awaited] }) });
  }

  /**
   * `settle` is told once the document has been read, 10 s later at most, or that the page is gone. Returns what drops it, as
   * `run` does.
   */
  whenLoaded(settle: Settle<unknown>): () => void {
    const id = ++lastId;
    const read = () => this.#pending.resolve(id, undefined);
    const endTimer = setPunctualTimeout(read, MAX_LOADING_MS);
    const end = () => {
      endTimer();
      this.#loadWaiters?.delete(read);
    };
    this.#pending.add(id, (outcome) => {
      end();
      settle(outcome);
    });
    if (this.#loadWaiters) this.#loadWaiters.add(read);
    else read();
    return () => {
      if (this.#pending.forget(id)) end();
    };
  }

  /** What the page's bridge says. */
  onMessage(json: unknown): void {
    const message = readFromBridge(json);
    switch (message?.kind) {
      case 'ack':
        this.#acks.acknowledged(message.ids);
        break;
      case 'claim':
        this.#post({ kind: 'claimed', ids: this.#acks.acknowledged(message.ids) });
        break;
      case 'answers':
        for (const answer of readAnswers(message.answers)) this.#onAnswer(answer);
        break;
      case 'scripts':
        this.#lists.get(message.id)?.(message.list);
        this.#lists.delete(message.id);
        break;
      case 'document':
        this.#setLoading(message.isLoading);
        break;
      case undefined:
        this.ignored++;
        break;
      default:
        message satisfies never;
    }
  }

  /** Fails everything that waits for this page: it is gone. */
  failAll(error: CallError): void {
    this.#unsent.length = 0;
    this.#lists.clear();
    this.#acks.clear();
    this.#pending.rejectAll(error);
  }

  /** Sends the bridge and its page script away. */
  retire(): void {
    this.#post({ kind: 'retire' });
  }

  #setLoading(isLoading: boolean): void {
    const waiting = this.#loadWaiters ?? [];
    this.#loadWaiters = isLoading ? (this.#loadWaiters ?? new Set()) : undefined;
    if (!isLoading) for (const read of waiting) read();
  }

  #flush(): void {
    if (this.#preparing > 0) return;
    const tasks = this.#unsent.splice(0).filter(({ id }) => this.#pending.has(id));
    if (tasks.length === 0) return;
    const ids = tasks.map(({ id }) => id);
    const text = `[${tasks.map((task) => task.text).join(',')}]`;
    this.#acks.sent(ids, text.length);
    this.#post({ kind: 'tasks', ids, sentAt: Date.now(), tasks: text });
  }

  #post(message: ToBridge): void {
    try {
      this.#port.postMessage(message);
    } catch {
      // The Port has ended: what waits is failed as soon as it is known whether the page or its tab is gone.
    }
  }

  #onAnswer(json: unknown): void {
    const answer = readAnswer(json);
    if (answer) this.#acks.answered(answer.id);
    if (!answer || !this.#end(answer)) this.ignored++;
  }

  #end(answer: PageAnswer): boolean {
    if (!('error' in answer)) return this.#pending.resolve(answer.id, answer.value);
    const { code, message, details } = answer.error;
    const known = PAGE_CODES.find((pageCode) => pageCode === code) ?? 'internal';
    return this.#pending.reject(answer.id, new CallError(known, message, { details }));
  }

  #failOverdue(ids: readonly number[]): void {
    const message = `The ${this.name} does not react: it may be frozen, or busy with work of its own`;
    for (const id of ids) this.#pending.reject(id, new CallError('tab_unavailable', message));
  }
}

function taskText(task: PageTask | CaptureTask): string | undefined {
  try {
    return JSON.stringify(task);
  } catch {
    // JSON.parse reads deeper than JSON.stringify can write: only a hostile relay's arguments get here.
    return undefined;
  }
}
