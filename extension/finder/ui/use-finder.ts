import { useEffect, useRef, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { CallError } from '../../../shared/errors.ts';
import type { TryReport } from '../../platform/messages.ts';
import type { FinderRequest, FinderView, ToFinder } from '../search-messages.ts';

/** Prevents a failing background from being restarted in a loop. */
const RECONNECT_MS = 500;

export interface FinderLink {
  /** Undefined until the background has answered. */
  readonly view: FinderView | undefined;
  ask(request: Exclude<FinderRequest, { kind: 'try' }>): void;
  tryCandidate(id: string, args: unknown[]): Promise<TryReport>;
}

/** The search of a tab, which continues without viewers. */
export function useFinder(tabId: number): FinderLink {
  const [view, setView] = useState<FinderView>();
  const link = useRef<Link>(undefined);
  useEffect(() => {
    const opened = new Link(tabId, setView);
    link.current = opened;
    return () => opened.close();
  }, [tabId]);
  return {
    view,
    ask: (request) => link.current?.post(request),
    tryCandidate: (id, args) =>
      link.current?.try(id, args) ?? Promise.reject(new CallError('internal', 'not connected')),
  };
}

type Ended = (report: TryReport) => void;

class Link {
  readonly #tabId: number;
  readonly #onView: (view: FinderView) => void;
  readonly #trying = new Map<number, { ended: Ended; failed: (error: CallError) => void }>();
  #port: browser.Runtime.Port;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastTry = 0;

  constructor(tabId: number, onView: (view: FinderView) => void) {
    this.#tabId = tabId;
    this.#onView = onView;
    this.#port = this.#open();
  }

  post(request: FinderRequest): void {
    this.#port.postMessage(request);
  }

  try(id: string, args: unknown[]): Promise<TryReport> {
    const request = ++this.#lastTry;
    return new Promise((ended, failed) => {
      this.#trying.set(request, { ended, failed });
      this.post({ kind: 'try', id, args, request });
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#port.disconnect();
    this.#failAll();
  }

  #open(): browser.Runtime.Port {
    const port = browser.runtime.connect({ name: `finder ${this.#tabId}` });
    // Our own background sends nothing else on this port.
    port.onMessage.addListener((message) => this.#hear(message as ToFinder));
    port.onDisconnect.addListener(() => {
      this.#failAll();
      this.#timer = setTimeout(() => {
        this.#port = this.#open();
      }, RECONNECT_MS);
    });
    return port;
  }

  #hear(message: ToFinder): void {
    if ('view' in message) this.#onView(message.view);
    else {
      this.#trying.get(message.tried.request)?.ended(message.tried.report as TryReport);
      this.#trying.delete(message.tried.request);
    }
  }

  #failAll(): void {
    for (const { failed } of this.#trying.values()) failed(new CallError('internal', 'The background was stopped'));
    this.#trying.clear();
  }
}
