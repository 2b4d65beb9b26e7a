/** Bounds of what the finder's script in a page tells, and is told. (Apart from the schemas: no script in a page carries those.) */

/** How many candidates a frame tells of: the best ones of those that the filter lets through. */
export const MAX_CANDIDATES = 60;
export const MAX_SHOWN_CALLS = 40;
/** What a frame may say at once, in characters; everything in it is bounded, so that only a hostile page says more. */
export const MAX_FRAME_VIEW_LENGTH = 400_000;
