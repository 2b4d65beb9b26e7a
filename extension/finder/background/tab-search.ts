import { CallError } from '../../../shared/errors.ts';
import { waitFor } from '../../calls/background/wait-for.ts';
import { PageAnswer, type TryReport } from '../../platform/messages.ts';
import { formatSitePattern } from '../../sites/site-pattern.ts';
import {
  type FinderRequest,
  type FinderView,
  type SearchCommand,
  type ToFinder,
  WATCH_SECONDS,
} from '../search-messages.ts';
import { parseCandidateId } from './candidate-id.ts';
import type { SearchedFrame } from './searched-frame.ts';
import type { SearchesDeps, WhenSearched } from './searches.ts';
import { NOTHING_YET, viewOf } from './tab-view.ts';

interface Viewer {
  postMessage(message: ToFinder): void;
}

/** A candidate that is being tried in a frame. */
interface Trying {
  readonly viewer: Viewer;
  readonly frame: SearchedFrame;
  readonly startedAt: number;
  readonly request: number;
}

type TryRequest = Extract<FinderRequest, { kind: 'try' }>;

/** A newly enabled site's page gets its bridge within this time. */
const BRIDGE_MS = 1_500;

/** The search of one tab: merges the searches of its frames for the viewers. */
export class TabSearch {
  readonly #tabId: number;
  readonly #deps: SearchesDeps;
  readonly #frames = new Map<number, SearchedFrame>();
  readonly #viewers = new Set<Viewer>();
  readonly #trying = new Map<number, Trying>();
  #lastTry = 0;
  #filter = '';
  #wanted: 'not' | 'once-there-is-a-page' | 'now' = 'not';
  #unreachable: string | undefined;
  /** Ends the wait for a first bridge. */
  #firstBridgeReady = () => {};

  constructor(tabId: number, deps: SearchesDeps) {
    this.#tabId = tabId;
    this.#deps = deps;
  }

  addViewer(viewer: Viewer): void {
    this.#viewers.add(viewer);
    viewer.postMessage({ view: this.#view() });
  }

  removeViewer(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  /** A frame's bridge has connected. Frames that connect after the search began are searched too. */
  async onBridge(frameId: number): Promise<void> {
    const isLate = this.#wanted === 'now' && !this.#frames.has(frameId);
    this.#firstBridgeReady();
    if (isLate) await this.#inject(frameId, 'once-loaded');
  }

  /** A frame's finder scripts have connected: after the injection, or after a restart of this background. */
  add(frame: SearchedFrame): void {
    // A second script pair in the same document replaces the first.
    this.#frames.get(frame.frameId)?.retire();
    this.#frames.set(frame.frameId, frame);
    if (this.#isClosed) return;
    if (this.#filter) frame.command({ kind: 'filter', text: this.#filter });
    frame.search();
  }

  onDisconnect(frame: SearchedFrame): void {
    this.#failTries(frame, pageLeft());
    if (this.#frames.get(frame.frameId) !== frame) return;
    this.#frames.delete(frame.frameId);
    // The page was left or reloaded, which ends the search.
    if (this.#frames.size === 0 && this.#wanted === 'now') this.#wanted = 'not';
    this.#sendView();
  }

  /** The tab was closed or replaced. */
  tabGone(): void {
    this.#close(new CallError('tab_closed', `Tab ${this.#tabId} was closed`));
  }

  onMessage(frame: SearchedFrame, json: unknown): void {
    const update = frame.read(json);
    if (update?.kind === 'view') this.#sendView();
    if (update?.kind === 'tried') this.#tried(update.request, update.answer);
  }

  async onRequest(request: FinderRequest, viewer: Viewer): Promise<void> {
    switch (request.kind) {
      case 'search':
        await this.#search();
        break;
      case 'close':
        this.#close(new CallError('page_unloaded', 'The search was closed'));
        break;
      case 'filter':
        this.#filter = request.text;
        this.#command({ kind: 'filter', text: request.text });
        break;
      case 'watch':
        this.#watch(request.ids);
        break;
      case 'try':
        this.#try(request, viewer);
        break;
      case 'stop':
      case 'unwatch':
        this.#command({ kind: request.kind });
        break;
      default:
        request satisfies never;
    }
  }

  #close(error: CallError): void {
    this.#wanted = 'not';
    this.#firstBridgeReady();
    for (const frame of this.#frames.values()) {
      frame.retire();
      this.#failTries(frame, error);
    }
    this.#frames.clear();
    this.#sendView();
  }

  async #search(): Promise<void> {
    this.#wanted = 'once-there-is-a-page';
    const when = this.#bridged().length > 0 ? 'now' : 'once-loaded';
    if (when === 'once-loaded') await this.#firstBridge();
    if (this.#isClosed) return;
    const frameIds = this.#bridged();
    this.#unreachable = frameIds.length === 0 ? await this.#deps.explainTab(this.#tabId) : undefined;
    this.#wanted = frameIds.length > 0 ? 'now' : 'not';
    for (const frame of this.#frames.values()) frame.search();
    const missing = frameIds.filter((id) => !this.#frames.has(id));
    await Promise.all(missing.map((id) => this.#inject(id, when)));
    this.#sendView();
  }

  async #inject(frameId: number, when: WhenSearched): Promise<void> {
    // Fails if the frame is gone; there is nothing to search then.
    await this.#deps.inject(this.#tabId, frameId, when).catch(() => {});
  }

  get #isClosed(): boolean {
    return this.#wanted === 'not';
  }

  #bridged(): number[] {
    return this.#deps.bridges.ofTab(this.#tabId).map(({ frameId }) => frameId);
  }

  /** Waits for a first bridge. If none comes, the view explains why, instead of a timeout. */
  async #firstBridge(): Promise<void> {
    this.#unreachable = undefined;
    this.#sendView();
    await waitFor((settle) => {
      this.#firstBridgeReady = () => settle({ ok: true, value: undefined });
      return () => {};
    }, BRIDGE_MS);
  }

  #command(command: SearchCommand): void {
    for (const frame of this.#frames.values()) frame.command(command);
  }

  #watch(ids: readonly string[]): void {
    for (const frame of this.#frames.values()) {
      const own = ids.map(parseCandidateId).filter((id) => id.frameId === frame.frameId);
      if (own.length > 0) frame.command({ kind: 'watch', ids: own.map(({ id }) => id), seconds: WATCH_SECONDS });
    }
  }

  #try({ id, args, request }: TryRequest, viewer: Viewer): void {
    const { frameId, id: own } = parseCandidateId(id);
    const frame = this.#frames.get(frameId);
    if (!frame) {
      viewer.postMessage({ tried: { request, report: { ms: 0, ok: false, ...pageLeft().toJSON() } } });
      return;
    }
    this.#trying.set(++this.#lastTry, { viewer, frame, request, startedAt: performance.now() });
    frame.command({ kind: 'try', id: own, args, request: this.#lastTry });
  }

  #tried(number: number, json: unknown): void {
    const trying = this.#trying.get(number);
    this.#trying.delete(number);
    if (!trying) return;
    const report = readAnswer(json, performance.now() - trying.startedAt);
    trying.viewer.postMessage({ tried: { request: trying.request, report } });
  }

  /** Fails test runs that will not be answered. */
  #failTries(frame: SearchedFrame, error: CallError): void {
    for (const [number, { viewer, request, startedAt, frame: tried }] of this.#trying) {
      if (tried !== frame) continue;
      this.#trying.delete(number);
      const report: TryReport = { ms: performance.now() - startedAt, ok: false, ...error.toJSON() };
      viewer.postMessage({ tried: { request, report } });
    }
  }

  #sitesOf(frameId: number): string[] {
    const bridge = this.#deps.bridges.ofTab(this.#tabId).find((other) => other.frameId === frameId);
    return [...(bridge?.sites ?? [])].map(({ pattern }) => formatSitePattern(pattern));
  }

  #sendView(): void {
    const view = this.#view();
    for (const viewer of this.#viewers) viewer.postMessage({ view });
  }

  #view(): FinderView {
    if (this.#unreachable !== undefined) return { state: 'unreachable', reason: this.#unreachable };
    const frames = [...this.#frames.values()].flatMap(({ frameId, view }) =>
      view ? [{ frameId, view, sites: this.#sitesOf(frameId) }] : [],
    );
    if (frames.length > 0) return viewOf(frames, this.#filter);
    return this.#isClosed ? { state: 'idle' } : { ...NOTHING_YET, filter: this.#filter };
  }
}

function pageLeft(): CallError {
  return new CallError('page_unloaded', 'The page that was searched has been left or reloaded: search again');
}

function readAnswer(json: unknown, ms: number): TryReport {
  const { data: answer } = PageAnswer.safeParse(json);
  if (!answer) return { ms, ok: false, code: 'internal', message: 'The page gave an answer that can not be read' };
  return 'error' in answer ? { ms, ok: false, ...answer.error } : { ms, ok: true, value: answer.value };
}
