/** Where things lie in a connection's record: 192 bytes of an array of structures, three cache lines. Plain numbers only, so that the bundler can put them into the code. */

/** Words (32-bit) of one record, and its 8-byte slots: a record of connection c begins at word c * WORDS, slot c * SLOTS. */
export const WORDS = 48;
export const SLOTS = 24;

// Words of the record. A flow's key comes first: one cache line decides a lookup.
export const HOST_A = 0;
export const HOST_B = 1;
export const PORTS = 2;
export const LINK_TAG = 3;
export const FLAGS = 4;
/** Endpoint states (3 bits each) and, from bit 8, Wireshark's completeness bits. */
export const STATES = 5;
/** The connection before it on the same flow; -1. */
export const PREVIOUS = 6;
/** Wireshark's tcp.stream; -1 where it cannot be known. */
export const STREAM = 7;
export const CLIENT_HOST = 8;
export const SERVER_HOST = 9;
export const FIRST_FRAME = 10;
export const LAST_FRAME = 11;
export const SYN_ACK_FRAME = 12;
export const ACK_FRAME = 13;
export const CLOSE_FRAME = 14;
/** SYN retransmissions (low half) and the interface's number (high half). */
export const SYN_COUNT = 15;
/** Place of its reader + 1 while it has one. */
export const READER = 16;
/** A duration, and times from the connection's start: in words, see records.ts. */
export const INITIAL_RTT = 17;
/** A half is a block of eight words; the client's begins here, then the server's. */
export const HALF = 8;
export const CLIENT_HALF = 18;
export const SERVER_HALF = 26;
/** Two words for whoever reads the connection: TCP leaves them alone. */
export const NOTEPAD = 34;
export const SYN_ACK_AFTER = 36;
export const ACK_AFTER = 37;
/** Payload bytes of a side, true lengths, without what is beyond 32 bits: the client's, then the server's. */
export const CLIENT_BYTES = 38;

// Words of a half, relative to its begin. "Next" is what is to be delivered, "highest" what was seen, "acknowledged" what the peer confirmed.
export const NEXT = 0;
export const HIGHEST = 1;
export const ACKNOWLEDGED = 2;
export const BASE = 3;
export const WINDOW = 4;
export const FRAMES = 5;
export const FIN_SEQUENCE = 6;
export const HALF_FLAGS = 7;

// Times: float64, counted in slots of the record. Unknown times are NaN.
export const START = 20;
export const CLOSE_TIME = 21;
/** Time of the last frame of a side: the client's, then the server's. */
export const CLIENT_LAST = 22;
export const SERVER_LAST = 23;

// FLAGS
export const CLIENT_IS_B = 1;
export const IS_V6 = 2;
export const GUESSED = 4;
export const SYN_SEEN = 8;
export const SYN_ACK_SEEN = 16;
export const HANDSHAKE = 32;
export const CLOSED_BY_CLIENT = 64;
export const CLOSED_BY_SERVER = 128;
export const CLOSED_BY_RST = 256;
export const STARTED_WITH_SYN = 512;
export const ACK_WITH_DATA = 1024;
/** Client and server were guessed wrong: take one for the other. */
export const SWAPPED = 2048;
/** The server sent a SYN of its own before it answered. */
export const SIMULTANEOUS = 4096;
/** Whoever closed first did so before it had all that the capture shows of its peer by then. */
export const CLOSED_UNREAD = 8192;
/** Closed by a reset without ACK: the answer of an end that knew of no connection (RFC 9293 §3.10.7.1). */
export const CLOSED_UNAWARE = 16_384;
/** TCP Fast Open: the first SYN asked for a cookie; it carried data; the SYN-ACK confirmed some of it. */
export const FAST_OPEN_ASKED = 32_768;
export const FAST_OPEN_DATA = 65_536;
export const FAST_OPEN_ACCEPTED = 131_072;
/** More than one SYN-ACK came before the ACK. */
export const SYN_ACK_AGAIN = 262_144;
/** Nothing but SYNs of its client so far. */
export const HALF_OPEN = 524_288;
/** It is read no further: too many others were open. */
export const UNREAD = 1_048_576;

// HALF_FLAGS
export const BASE_SET = 1;
export const NEXT_SET = 2;
export const HIGHEST_SET = 4;
export const ACKNOWLEDGED_SET = 8;
export const SYN_SENT = 16;
export const FIN_SENT = 32;
export const RST_SENT = 64;
/** The reader of this side has been told its end. */
export const ENDED = 128;
/** Bytes have been delivered: from now on missing ones are gaps. */
export const DELIVERED = 256;
/** Pieces wait behind a hole. */
export const WAITING = 512;
export const PREVIOUS_WAS_PROBE = 1024;
/** The probe log knows this side. */
export const HAS_PROBES = 2048;
/** Its history has the letters for data, for a pure ACK. */
export const DATA_TOLD = 4096;
export const ACK_TOLD = 8192;
export const SYN_ACK_SENT = 16_384;
/** Its transfers have a row, or cannot have one. */
export const MEASURED = 32_768;
/** Eight bits from here: time to live of its first segment; 0 for none. */
export const TTL = 16;
/** Eight bits from here: what its SYN offered. */
export const SYN_OPTIONS = 24;
