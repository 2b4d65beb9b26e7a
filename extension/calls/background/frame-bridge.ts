import { CallError, type ErrorCode } from '../../../shared/errors.ts';
import { type JsonText, NULL_TEXT } from '../../../shared/json-text.ts';
import { PendingCalls, type Settle } from '../../../shared/pending-calls.ts';
import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';
import type { PageTask, RootTask, ScriptList, ToBridge } from '../../platform/messages.ts';
import { publicUrl } from '../../sites/background/public-url.ts';
import { AckTracker } from './ack-tracker.ts';
import { type ReadAnswer, readAnswers, readFromBridge } from './bridge-messages.ts';
import type { ConfiguredFunction, ServedSite } from './function-catalog.ts';

/** The part of a Port that is used here. */
export interface BridgePort {
  postMessage(message: ToBridge): void;
  disconnect(): void;
}

/** The error codes that a page may report; any other becomes `internal`. */
const PAGE_CODES: readonly ErrorCode[] = [
  'function_threw',
  'result_not_serializable',
  'function_not_found',
  'bad_request',
  'message_too_large',
];

/** Longest time a call waits for DOMContentLoaded: a pending request may delay it forever. */
const MAX_LOADING_MS = 10_000;

// A random start: after a restart of this background a page may still answer older tasks.
let lastId = Math.floor(Math.random() * 2 ** 40);

/** Where a bridge is, as reported by the browser. */
export interface FrameLocation {
  readonly tabId: number;
  /** 0 is the tab's own page. */
  readonly frameId: number;
  readonly url: string;
  /** Whether the frame has no URL of its own (about:blank, srcdoc, blob:); `url` is then the creator's. */
  readonly isBlank?: boolean;
}

/** A task of a page, with the JSON array of its arguments. */
export type Task = (Omit<PageTask, 'id' | 'args'> & { args?: JsonText }) | Omit<RootTask, 'id'>;

/** The bridge of one document, and its pending tasks. Tasks of one tick are sent as one message. */
export class FrameBridge {
  readonly tabId: number;
  readonly frameId: number;
  readonly isBlank: boolean;
  /** The enabled sites that this document belongs to. */
  sites: ReadonlySet<ServedSite> = new Set();
  /** The functions that were found here at their last call. */
  readonly found = new WeakSet<ConfiguredFunction>();
  /** Counts answers that are invalid or belong to no task. */
  ignored = 0;
  #url: string;
  readonly #port: BridgePort;
  readonly #pending = new PendingCalls<number, JsonText>();
  readonly #acks = new AckTracker((ids) => this.#failOverdue(ids));
  readonly #lists = new Map<number, (list: ScriptList) => void>();
  readonly #unsent: { id: number; text: string }[] = [];
  /** Callbacks for when the document has loaded; undefined once it has. */
  #loadWaiters: Set<() => void> | undefined;
  /** The number of `runFirst` tasks that are being prepared. */
  #preparing = 0;

  constructor(port: BridgePort, { tabId, frameId, url, isBlank = false }: FrameLocation) {
    this.#port = port;
    this.tabId = tabId;
    this.frameId = frameId;
    this.isBlank = isBlank;
    this.#url = publicUrl(url);
  }

  /** Whether this is the tab's own page. */
  get isPage(): boolean {
    return this.frameId === 0;
  }

  /** For messages: `page in tab 3`. */
  get name(): string {
    return this.isPage ? `page in tab ${this.tabId}` : `frame ${this.#url} in tab ${this.tabId}`;
  }

  /** Whether the document is still being parsed, so that some of its scripts have not run. */
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

  /**
   * Runs a task in the page; `settle` is called once with its outcome. Returns a function that abandons the
   * task.
   */
  run(task: Task, settle: Settle<JsonText>): () => void {
    const id = ++lastId;
    this.#pending.add(id, settle);
    if (this.#unsent.push({ id, text: taskText(id, task) }) === 1) queueMicrotask(() => this.#flush());
    return () => {
      if (this.#pending.forget(id)) this.#acks.abandon(id);
    };
  }

  /** Runs a task that is still being prepared. Tasks that are added meanwhile are sent after it. */
  runFirst(making: Promise<Omit<RootTask, 'id'>>, settle: Settle<JsonText>): () => void {
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
   * Asks for the document's script list: now, or briefly later if the parser has not reached an awaited
   * script; or once the document has loaded. Never answered if the page goes away.
   */
  listScripts(when: 'now' | 'read', listed: (list: ScriptList) => void, awaited?: readonly string[]): void {
    const id = ++lastId;
    this.#lists.set(id, listed);
    this.#post({ kind: 'list-scripts', id, when, ...(awaited === undefined ? {} : { awaited: [...awaited] }) });
  }

  /**
   * Waits until the document has loaded, 10 s at most, or fails when the page goes away. Returns a function
   * that abandons the wait.
   */
  whenLoaded(settle: Settle<unknown>): () => void {
    const id = ++lastId;
    const read = () => this.#pending.resolve(id, NULL_TEXT);
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

  /** A message of the page's bridge. */
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

  /** Fails all pending tasks: the page is gone. */
  failAll(error: CallError): void {
    this.#unsent.length = 0;
    this.#lists.clear();
    this.#acks.clear();
    this.#pending.rejectAll(error);
  }

  /** Tells the bridge and its page script to stop. */
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
      // The Port has ended. Pending tasks fail as soon as it is known whether the page or its tab is gone.
    }
  }

  #onAnswer(answer: ReadAnswer | undefined): void {
    if (answer) this.#acks.answered(answer.id);
    if (!answer || !this.#end(answer)) this.ignored++;
  }

  #end(answer: ReadAnswer): boolean {
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

/** Arguments pass as the text that they came as. */
function taskText(id: number, task: Task): string {
  if (!('args' in task) || task.args === undefined) return JSON.stringify({ id, ...task });
  const { args, ...rest } = task;
  return `${JSON.stringify({ id, ...rest }).slice(0, -1)},"args":${args}}`;
}
