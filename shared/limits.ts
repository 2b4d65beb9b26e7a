/** Sizes and times that both ends of the wire agree on. Times are in milliseconds, sizes in bytes of UTF-8. */

/** The largest frame. A larger one closes its connection with 1009. Leaves room for a 10 MB value. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** The largest batch. Larger messages travel alone, so that one big value never delays a batch of small ones. */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** No batch of MAX_BATCH_BYTES has more messages. Millions of empty ones would block their reader for seconds. */
export const MAX_FRAME_MESSAGES = 65_536;

/** How deep a message may nest. JSON.stringify recurses, so a deeper one could overflow the stack. */
export const MAX_NESTING = 500;

/** How many values one value may contain. This many take about a second to write, which blocks the page. */
export const MAX_VALUES = 2_000_000;

/** How many objects and arrays one frame or body may hold. Parsing this many takes up to half a second. */
export const MAX_CONTAINERS = 500_000;

/** How many different names the members of all objects in a frame or body may have. Engines keep a table of names. */
export const MAX_NAMES = 100_000;

/** The longest bigint, in decimal digits. In some engines reading and writing one takes quadratic time. */
export const MAX_BIGINT_DIGITS = 10_000;

/** The longest clientId, in UTF-16 code units. */
export const MAX_CLIENT_ID_LENGTH = 200;

/** The longest function name, in UTF-16 code units. */
export const MAX_FUNCTION_NAME_LENGTH = 200;

/** The longest msgId of a second-protocol message to the relay, in UTF-16 code units: it is kept while the call lasts. */
export const MAX_MSG_ID_LENGTH = 200;

/** The longest address of a tab, and of a target, in UTF-16 code units. Browsers announce no more of longer ones. */
export const MAX_URL_LENGTH = 2_048;

/** How many functions one client may announce. */
export const MAX_FUNCTIONS = 1_000;

/** How many tabs a client may announce for one function. */
export const MAX_TABS = 1_000;

/**
 * How long all names and addresses of one client may be, in UTF-16 code units, with TAB_LENGTH more for each tab. Each list
 * has them all: a client with megabytes of them would make everybody's list large.
 */
export const MAX_FUNCTIONS_LENGTH = 262_144;

/** What a tab counts besides its address: its number, and what is around the two. */
export const TAB_LENGTH = 32;

/** The timeout of a call whose caller sets none. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** The shortest and the longest timeout of a call. */
export const MIN_TIMEOUT_MS = 1;
export const MAX_TIMEOUT_MS = 600_000;

/** Chromium stops an extension worker 30 s after the last data message; 20 s leaves 10 s for a late beat. */
export const HEARTBEAT_MS = 20_000;

/** A client that receives nothing for this long, two heartbeats and a margin, reconnects. */
export const RELAY_SILENCE_MS = 45_000;

/** A client's first retry, and the longest wait between two. */
export const MIN_RETRY_MS = 1_000;
export const MAX_RETRY_MS = 30_000;

/** How long a page's bridge has to acknowledge a call before its tab counts as unavailable. */
export const BRIDGE_ACK_MS = 2_000;

/**
 * The default limit of calls in flight on one connection, counted separately as caller and as client. A page that
 * takes a millisecond for each needs ten seconds; more calls would only time out.
 */
export const DEFAULT_MAX_IN_FLIGHT = 10_000;

/**
 * The limit of what the calls in flight of one connection hold: their ids, and arguments that are still to be sent. Two of
 * the largest calls; ten thousand calls with ids of 36 characters hold a hundredth of it.
 */
export const MAX_IN_FLIGHT_BYTES = 32 * 1024 * 1024;

/** How many watches one connection may have. One watch covers everything; each more sends every event again. */
export const MAX_WATCHES = 16;

/** Above this backlog a watch drops `call` events. Holds some ten thousand of them. */
export const MAX_WATCH_BACKLOG_BYTES = 1024 * 1024;
