/** Limits for the finder's messages. (Separate from the schemas, which page scripts don't contain.) */

/** How many candidates a frame reports: the best that match the filter. */
export const MAX_CANDIDATES = 60;
export const MAX_SHOWN_CALLS = 40;
/** Longest message of a frame, in characters. Its parts are bounded, so only a hostile page exceeds it. */
export const MAX_FRAME_VIEW_LENGTH = 400_000;
