/** The relay's own sizes and timings, which no peer has to know. Times are in milliseconds. */

/**
 * How long a peer has for the head of a request or for a TLS handshake. A slow mobile network takes two or three seconds; who
 * sends a byte a second is cut off before the first 1,000.
 */
export const HEAD_MS = 10_000;

/** How long a peer has for a whole request: 16 MiB in that time is 140 kB/s. */
export const REQUEST_MS = 120_000;

/** How often both are looked at. Node's own 30 s would let ten become forty. */
export const TIMEOUT_CHECK_MS = 1_000;

/** An idle connection costs some 20 kB: a relay that is full of them holds 1 GB. */
export const DEFAULT_MAX_CONNECTIONS = 50_000;

/**
 * So many connections a second are accepted, and twice as many at once: more than one core takes from peers that are there to stay, so that
 * all clients of a full node are back within seconds after it was started anew. A flood of them would take the time of those who are there.
 */
export const DEFAULT_CONNECTIONS_PER_SECOND = 5_000;

/** Past so much of a delay, on average over some seconds, a relay wants nobody new. Its callers feel it in each call. */
export const DEFAULT_LOOP_DELAY_MS = 500;

/** What a node takes to hand over. With what peers have to go after it, it stays below the ten seconds after which containers are killed. */
export const DEFAULT_DRAIN_SECONDS = 5;
/** A day. A timer takes no more than 24 days: with more it would fire at once. */
export const MAX_DRAIN_SECONDS = 86_400;

/** MAX_IN_FLIGHT_BYTES for all connections and HTTP requests together. A quarter of a small heap of 512 MiB. */
export const MAX_IN_FLIGHT_BYTES_IN_ALL = 128 * 1024 * 1024;

/** A node says that it has accepted a call whose arguments are longer. Shorter ones are kept until the answer. */
export const MIN_ACCEPTED_LENGTH = 1024;

/** So much may wait for a peer to read it before further calls to it, and of it, are refused: four of the largest. */
export const DEFAULT_MAX_UNREAD_BYTES = 64 * 1024 * 1024;

/** So much may wait for all peers together: two of those that are about to be given up by themselves. Node keeps it within its usual heap. */
export const DEFAULT_MAX_UNREAD_BYTES_IN_ALL = 512 * 1024 * 1024;

/**
 * So much of frames that are not whole yet may be held for all peers together: eight of the largest. Past it those are
 * closed that began first.
 */
export const MAX_UNFINISHED_BYTES = 128 * 1024 * 1024;

/** How often it is added up. What a relay can write in that time is far below the bound. */
export const UNREAD_LOOK_MS = 500;

/** How long an HTTP caller may take nothing of an answer that waits for it. Networks that are away for longer end connections by themselves. */
export const STALL_MS = 30_000;

/** So many times as much may wait for anybody. Who lets more pile up, and what was asked for cannot be refused, is closed with 1013. */
export const LOST_FACTOR = 4;

/**
 * So much is handed to a socket ahead of what its peer has read, or one frame more. The rest stays here: it can be dropped, so that the close of
 * one that reads too slowly does not come behind all that it has not read.
 */
export const WRITE_AHEAD_BYTES = 1024 * 1024;

/** So much of the log may wait for its reader or for room on its disk; what comes then is dropped, and counted. */
export const LOG_BACKLOG_BYTES = 1024 * 1024;

/** How long a relay that ends waits for its last lines to be written. */
export const LAST_LINES_MS = 500;

/** So many requests may wait on one connection for the answers before theirs. Each is a few kilobytes; none is read ahead of its turn. */
export const MAX_WAITING_REQUESTS = 100;

/** A refused WebSocket may send so much before it reads why: an `init`, and not the 16 MiB of those that are let in. */
export const MAX_REFUSED_FRAME_BYTES = 4096;

/**
 * The largest list of clients: 10,000 usual ones. A node takes some 50 ms to write it and to read it. Of larger lists
 * tabs and functions are left out, those of the largest clients first.
 */
export const MAX_LIST_BYTES = 4 * 1024 * 1024;

/** The names and addresses that all clients announce may take so much: a quarter of a usual heap, as objects. */
export const MAX_FUNCTIONS_LENGTH_IN_ALL = 64 * 1024 * 1024;

/** Clients that announce no more than this are always accepted: a usual one has a tenth. */
export const SMALL_FUNCTIONS_LENGTH = 2_048;

/** How often a client's new functions are told to those who watch. Its calls take them at once. */
export const FUNCTIONS_EVENT_MS = 100;

/**
 * Messages of one array frame are handled for so long before others get a turn. A call takes some 10 µs and an `init`
 * 100 µs, so that frames of usual size are handled at once; 65,000 `init`s would hold up everybody for seconds.
 */
export const SLICE_MS = 10;

/** How long a peer has to answer its close, or to read the end of its stream, before it is cut off. */
export const CLOSE_MS = 3_000;

/** A stream of events says something in this time: proxies take one that is silent for a minute, some for half of it, for dead. */
export const STREAM_COMMENT_MS = 15_000;

/** Above so many times its rate a peer no longer hears `rate_limited`: its connection is closed. */
export const FLOOD_FACTOR = 10;

/** Wrong tokens that an address may present at once, and how many more in a minute, before its next ones are cut short. */
export const WRONG_TOKENS = 10;

/** How long an address is remembered that has no connection: as long as wrong tokens are. */
export const REMEMBER_ADDRESS_MS = 60_000;

/** How often it is looked at whether the tokens still stand that connections came with. */
export const TOKEN_CHECK_MS = 2_000;

/** How long a clientId is held against web pages after its client has gone. */
export const HOLD_MS = 10 * 60_000;

/** Shorter tokens can be guessed over the network. What `pagewire token` makes has 46 characters. */
export const SHORTEST_GOOD_TOKEN = 16;

/** What each address may use; off where undefined, because a container's gateway can make all callers one address. */
export interface AddressLimits {
  readonly connections: number | undefined;
  readonly messagesPerSecond: number | undefined;
  readonly bytesPerSecond: number | undefined;
}
