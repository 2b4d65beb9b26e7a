/**
 * How a bridge and a page script that were injected together find each other, in either order: by two
 * events on the document. Both stop listening once paired; at `document_start` that is before any page
 * script runs.
 */

/** The names of the two events. */
export interface Rendezvous {
  /** From the bridge: a MouseEvent whose relatedTarget is the channel, an element outside of the document. */
  readonly offer: string;
  /** From the page script: asks a bridge to offer its channel. */
  readonly ask: string;
}

/** The page script and its bridge, present from the start of each page of an enabled site. */
export const PAGE: Rendezvous = { offer: 'pagewire:offer', ask: 'pagewire:ask' };
/** The finder's script and its bridge, injected when the user searches a page. */
export const SEARCH: Rendezvous = { offer: 'pagewire:search-offer', ask: 'pagewire:search-ask' };

/**
 * The channel's attribute that holds the random event type, until a page script takes the channel. The
 * `detail` of events to the page is the tasks, or empty to end. Events to the bridge have ANSWER_SUFFIX in
 * their type; an empty `detail` there means paired.
 */
export const EVENT_TYPE = 'type';
export const ANSWER_SUFFIX = '>';
