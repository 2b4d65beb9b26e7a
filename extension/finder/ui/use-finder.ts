import { useEffect, useRef, useState } from 'preact/hooks';
import { CallError } from '../../../shared/errors.ts';
import { LastingPort } from '../../platform/lasting-port.ts';
import type { TryReport } from '../../platform/messages.ts';
import type { FinderRequest, FinderView, ToFinder } from '../search-messages.ts';

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
  readonly #port: LastingPort<ToFinder, FinderRequest>;
  readonly #onView: (view: FinderView) => void;
  readonly #trying = new Map<number, { ended: Ended; failed: (error: CallError) => void }>();
  #lastTry = 0;

  constructor(tabId: number, onView: (view: FinderView) => void) {
    this.#onView = onView;
    this.#port = new LastingPort(`finder ${tabId}`, {
      message: (message) => this.#onMessage(message),
      disconnected: () => this.#failAll(),
    });
    this.#port.connect();
  }

  post(request: FinderRequest): void {
    this.#port.post(request);
  }

  try(id: string, args: unknown[]): Promise<TryReport> {
    const request = ++this.#lastTry;
    return new Promise((ended, failed) => {
      this.#trying.set(request, { ended, failed });
      if (!this.#port.post({ kind: 'try', id, args, request })) this.#failAll();
    });
  }

  close(): void {
    this.#port.close();
    this.#failAll();
  }

  #onMessage(message: ToFinder): void {
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
