/**
 * How a bridge and a page script that were injected together find each other, in whichever order they start: two events on
 * the document. Both stop listening once they are paired; at `document_start` that is before any script of the page.
 */

/** From the bridge: a MouseEvent whose relatedTarget is the channel, an element that is never in the document. */
export const OFFER = 'pagewire:offer';

/** From the page script: whoever has a channel to offer, offer it now. */
export const ASK = 'pagewire:ask';

/**
 * The channel's attribute that holds the random type of the events on it, until a page script takes the channel. Towards the page their `detail` is tasks, or
 * empty to end; those towards the bridge have ANSWER_SUFFIX in their type, and empty detail there says that the pair is made.
 */
export const EVENT_TYPE = 'type';
export const ANSWER_SUFFIX = '>';
