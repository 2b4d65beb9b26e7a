import { ANSWER_SUFFIX, EVENT_TYPE, PAGE, type Rendezvous } from '../rendezvous.ts';
import { listenAcrossOpens } from './listen-across-opens.ts';

export interface PageChannelEvents {
  /** The page script is there. */
  paired(): void;
  /** Answers as the page wrote them: hostile. */
  answered(answers: string): void;
}

/** The bridge's end of the channel to the page script that was injected with it: unpaired → paired → closed. */
export class PageChannel {
  // No name that a page could define a custom element for: its constructor would be run.
  readonly #element = document.createElement('div');
  /** Fresh at each injection, so that no page can know it and no earlier page script listens to it. */
  readonly #type = crypto.getRandomValues(new Uint32Array(4)).join('-');
  readonly #events: PageChannelEvents;
  readonly #names: Rendezvous;
  #stopListening = () => {};
  #status: 'unpaired' | 'paired' | 'closed' = 'unpaired';

  constructor(events: PageChannelEvents, names = PAGE) {
    this.#events = events;
    this.#names = names;
    this.#element.setAttribute(EVENT_TYPE, this.#type);
    this.#element.addEventListener(this.#type + ANSWER_SUFFIX, this.#heard);
  }

  /** Looks for the page script, which may be there already or start after this. */
  open(): void {
    this.#stopListening();
    this.#stopListening = listenAcrossOpens(document, this.#names.ask, this.#offer);
    this.#offer();
  }

  send(tasks: string): void {
    this.#element.dispatchEvent(new CustomEvent(this.#type, { detail: tasks }));
  }

  /** Ends the page script; nothing is heard of it any more. */
  close(): void {
    if (this.#status === 'paired') this.send('');
    this.#status = 'closed';
    this.#stopListening();
    this.#element.removeEventListener(this.#type + ANSWER_SUFFIX, this.#heard);
  }

  #offer = (): void => {
    // relatedTarget is what carries a node from one world to another; detail carries text alone.
    document.dispatchEvent(new MouseEvent(this.#names.offer, { relatedTarget: this.#element }));
  };

  #heard = (event: Event): void => {
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
