/** Sizes and timings that both ends of a wire must agree on. Times are in milliseconds, sizes in bytes of UTF-8. */

/** The largest frame a peer may send; a larger one closes its connection with 1009. Leaves room for a 10 MB value. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Where a batch closes. Larger messages travel alone, so that one big value never delays a batch of small ones. */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** A batch closes at MAX_BATCH_BYTES, so that none has more; millions of empty messages would hold their reader for seconds. */
export const MAX_FRAME_MESSAGES = 65_536;

/** How deep a message may nest. JSON.stringify recurses, so a deeper one could exhaust a stack on its way out. */
export const MAX_NESTING = 500;

/** How many values one value may have in it: so many take a second or so to write, during which their page does nothing else. */
export const MAX_VALUES = 2_000_000;

/** The longest bigint, in decimal digits. To write or read one takes time that grows with their square, in some engines. */
export const MAX_BIGINT_DIGITS = 10_000;

/** The longest clientId, in UTF-16 code units. */
export const MAX_CLIENT_ID_LENGTH = 200;

/** The longest function name, in UTF-16 code units. */
export const MAX_FUNCTION_NAME_LENGTH = 200;

/** How many functions one client may announce. */
export const MAX_FUNCTIONS = 1_000;

/** How many tabs a client may announce for one function. */
export const MAX_TABS = 1_000;

/** How long a call may take where its caller names no time. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** The shortest and the longest time that a caller may name. */
export const MIN_TIMEOUT_MS = 1;
export const MAX_TIMEOUT_MS = 600_000;

/** Chromium stops an extension worker 30 s after the last data message; 20 s leaves 10 s for a late beat. */
export const HEARTBEAT_MS = 20_000;

/** Two heartbeats and a bit: a client that hears nothing for so long takes its relay for dead. */
export const RELAY_SILENCE_MS = 45_000;

/** A client's first retry, and the longest wait between two. */
export const FIRST_RETRY_MS = 1_000;
export const LAST_RETRY_MS = 30_000;

/** How long a page's bridge has to acknowledge a call before its tab counts as unavailable. */
export const BRIDGE_ACK_MS = 2_000;

/**
 * How many calls one connection may have in flight, made and served apart, where its relay is not told otherwise. A page that
 * takes a millisecond for each is at it for ten seconds; more in line would only fail later, by timeout.
 */
export const DEFAULT_MAX_IN_FLIGHT = 10_000;

/** How often one connection may watch at a time. One watch tells everything; each more makes every event be sent once more. */
export const MAX_WATCHES = 16;

/** Past so many unread bytes a watch leaves `call` events out: some ten thousand of them. */
export const MAX_WATCH_BACKLOG_BYTES = 1024 * 1024;
