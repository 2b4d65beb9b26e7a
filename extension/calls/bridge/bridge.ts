import { MAX_BATCH_BYTES, MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import { isExtensionThere, LastingPort } from '../../platform/lasting-port.ts';
import type { FromBridge, ToBridge } from '../../platform/messages.ts';
import { DocumentLoad } from './document-load.ts';
import { listScripts, whenListed } from './list-scripts.ts';
import { PageChannel } from './page-channel.ts';
import { pauseInCache } from './pause-in-cache.ts';

/** Tasks older than this waited in a frozen page: ask the background before running them. */
const LATE_MS = 1_000;
/** Browsers round Date.now() to this at most. Tasks from further in the future: the clock was set back meanwhile. */
const ROUNDING_MS = 200;
/** A page script sends at most its largest answer, or a batch, plus a few characters. */
const MAX_ANSWERS_LENGTH = MAX_FRAME_BYTES + MAX_BATCH_BYTES;

type Tasks = Extract<ToBridge, { kind: 'tasks' }>;

/**
 * Passes strings between the background and the page script. It connects once they have paired, and ends
 * when the site is no longer enabled or the extension is gone. It parses neither tasks nor answers.
 */
export class Bridge {
  readonly #channel = new PageChannel({
    paired: () => this.#port.connect(),
    answered: (answers) => {
      if (answers.length <= MAX_ANSWERS_LENGTH) this.#post({ kind: 'answers', answers });
    },
  });
  readonly #documentLoad = new DocumentLoad((isLoading) => this.#post({ kind: 'document', isLoading }));
  readonly #port = new LastingPort<ToBridge, FromBridge>('bridge', {
    message: (message) => this.#onMessage(message),
    connected: () => {
      this.#claimed = [];
      if (this.#documentLoad.isReading) this.#post({ kind: 'document', isLoading: true });
    },
    gone: () => this.#end(),
  });
  #stopListening = () => {};
  /** Late tasks that this connection's background was asked about. */
  #claimed: Tasks[] = [];

  /** Whether it has ended, or its extension is gone. */
  get hasEnded(): boolean {
    return this.#port.status === 'closed' || !isExtensionThere();
  }

  start(): void {
    this.#stopListening = pauseInCache(this.#port);
    this.#documentLoad.start();
    this.#channel.open();
  }

  /**
   * The scripts were injected into this frame again. This bridge stays, and pairs or reconnects if
   * necessary.
   */
  startAgain(): void {
    if (this.#port.status === 'new') this.#channel.open();
    this.#port.resume();
  }

  #onMessage(message: ToBridge): void {
    switch (message.kind) {
      case 'tasks':
        this.#onTasks(message);
        break;
      case 'claimed':
        this.#runClaimed(message.ids);
        break;
      case 'list-scripts':
        this.#listScripts(message);
        break;
      case 'retire':
        this.#end();
        break;
      default:
        message satisfies never;
    }
  }

  #listScripts({ id, when, awaited }: Extract<ToBridge, { kind: 'list-scripts' }>): void {
    const list = () => {
      // A document that a script opened and never closes stays `loading`.
      const isWhole = document.readyState !== 'loading' || !this.#documentLoad.isReading;
      this.#post({ kind: 'scripts', id, list: listScripts(isWhole) });
    };
    if (when === 'read') this.#documentLoad.whenLoaded(list);
    else if (awaited === undefined || !this.#documentLoad.isReading) list();
    else whenListed(awaited, list);
  }

  #onTasks(message: Tasks): void {
    // By Date, because background and page share no other clock.
    const age = Date.now() - message.sentAt;
    if (age > LATE_MS || age < -ROUNDING_MS) {
      this.#claimed.push(message);
      this.#post({ kind: 'claim', ids: message.ids });
      return;
    }
    // Acknowledge first: the page may be busy with these tasks for long.
    this.#post({ kind: 'ack', ids: message.ids });
    this.#channel.send(message.tasks);
  }

  /** Claims are answered in order. */
  #runClaimed(ids: readonly number[]): void {
    const late = this.#claimed.shift();
    if (late && ids.length > 0) this.#channel.send(`{"only":${JSON.stringify(ids)},"tasks":${late.tasks}}`);
  }

  #post(message: FromBridge): void {
    this.#port.post(message);
  }

  #end(): void {
    this.#port.close();
    this.#stopListening();
    this.#documentLoad.end();
    this.#channel.close();
  }
}
