/**
 * How a bridge and a page script that were injected together find each other, in whichever order they start: two events on
 * the document. Both stop listening once they are paired; at `document_start` that is before any script of the page.
 */

/** The names of the two events. */
export interface Rendezvous {
  /** From the bridge: a MouseEvent whose relatedTarget is the channel, an element that is never in the document. */
  readonly offer: string;
  /** From the page script: whoever has a channel to offer, offer it now. */
  readonly ask: string;
}

/** Where the page script and its bridge meet; there at the start of each page of an enabled site. */
export const PAGE: Rendezvous = { offer: 'pagewire:offer', ask: 'pagewire:ask' };
/** Where the finder's script and its bridge meet; they come when somebody searches a page. */
export const SEARCH: Rendezvous = { offer: 'pagewire:search-offer', ask: 'pagewire:search-ask' };

/**
 * The channel's attribute that holds the random type of the events on it, until a page script takes the channel. Towards the page their `detail` is tasks, or
 * empty to end; those towards the bridge have ANSWER_SUFFIX in their type, and empty detail there says that the pair is made.
 */
export const EVENT_TYPE = 'type';
export const ANSWER_SUFFIX = '>';
