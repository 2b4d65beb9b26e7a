import { ANSWER_SUFFIX, EVENT_TYPE, PAGE, type Rendezvous } from '../rendezvous.ts';
import { listenAcrossOpens } from './listen-across-opens.ts';

export interface PageChannelEvents {
  /** The page script has paired. */
  paired(): void;
  /** Answers, written by the page: hostile. */
  answered(answers: string): void;
}

/** The bridge's end of the channel to the page script that was injected with it: unpaired → paired → closed. */
export class PageChannel {
  // Not a custom element name: a page could define its constructor.
  readonly #element = document.createElement('div');
  /** Random per injection, so that neither the page nor an earlier page script knows it. */
  readonly #type = crypto.getRandomValues(new Uint32Array(4)).join('-');
  readonly #events: PageChannelEvents;
  readonly #names: Rendezvous;
  #stopListening = () => {};
  #status: 'unpaired' | 'paired' | 'closed' = 'unpaired';

  constructor(events: PageChannelEvents, names = PAGE) {
    this.#events = events;
    this.#names = names;
    this.#element.setAttribute(EVENT_TYPE, this.#type);
    this.#element.addEventListener(this.#type + ANSWER_SUFFIX, this.#onEvent);
  }

  /** Offers the channel to the page script, which may have started or not. */
  open(): void {
    this.#stopListening();
    this.#stopListening = listenAcrossOpens(document, this.#names.ask, this.#offer);
    this.#offer();
  }

  send(tasks: string): void {
    this.#element.dispatchEvent(new CustomEvent(this.#type, { detail: tasks }));
  }

  /** Ends the page script and stops listening. */
  close(): void {
    if (this.#status === 'paired') this.send('');
    this.#status = 'closed';
    this.#stopListening();
    this.#element.removeEventListener(this.#type + ANSWER_SUFFIX, this.#onEvent);
  }

  #offer = (): void => {
    // relatedTarget carries a node between worlds; detail carries only text.
    document.dispatchEvent(new MouseEvent(this.#names.offer, { relatedTarget: this.#element }));
  };

  #onEvent = (event: Event): void => {
    if (this.#status === 'unpaired') {
      this.#status = 'paired';
      this.#stopListening();
      this.#events.paired();
      return;
    }
    const detail: unknown = (event as CustomEvent).detail;
    if (typeof detail === 'string') this.#events.answered(detail);
  };
}
