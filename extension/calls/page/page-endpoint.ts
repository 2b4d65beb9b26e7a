import { ANSWER_SUFFIX, EVENT_TYPE, type Rendezvous } from '../rendezvous.ts';
import * as dom from './dom-primordials.ts';
import { quietly } from './quietly.ts';

/** A page script's handlers for its channel. */
export interface PageEndpoint {
  onText(text: string): void;
  /** The channel has ended. */
  onEnd(): void;
}

/** The page's end of a channel: unpaired → serving → ended. It takes the first channel that is offered. */
export function openPageEndpoint(
  { offer, ask }: Rendezvous,
  start: (send: (text: string) => void) => PageEndpoint,
): void {
  const onOffer = (event: Event) =>
    quietly(() => {
      const offered = readOffer(event);
      if (!offered) return;
      const { channel, type } = offered;
      // Two page scripts may have been injected at once: the channel belongs to the first.
      dom.removeAttribute(channel as Element, EVENT_TYPE);
      dom.unlistenToDocument(offer, onOffer);
      serve(channel, type, start);
    });
  dom.listenToDocument(offer, onOffer);
  dom.dispatchOnDocument(ask);
}

function readOffer(event: Event): { channel: EventTarget; type: string } | undefined {
  try {
    const channel = dom.relatedTarget(event);
    const type = channel && dom.getAttribute(channel as Element, EVENT_TYPE);
    return type ? { channel, type } : undefined;
  } catch {
    // The page ran first and broke a built-in, or dispatched an event that offers nothing.
    return undefined;
  }
}

function serve(channel: EventTarget, type: string, start: (send: (text: string) => void) => PageEndpoint): void {
  const end = start((text) => dom.dispatchText(channel, type + ANSWER_SUFFIX, text));
  const onText = (event: Event) =>
    quietly(() => {
      const text = dom.eventDetail(event);
      if (typeof text !== 'string') return;
      if (text === '') {
        dom.unlisten(channel, type, onText);
        end.onEnd();
      } else end.onText(text);
    });
  dom.listen(channel, type, onText);
  dom.dispatchText(channel, type + ANSWER_SUFFIX, '');
}
