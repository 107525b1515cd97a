/** Where things lie in the record that the judgement of segments keeps: 64 bytes a connection, one cache line. Plain numbers only, as in record-layout.ts. */

/** Words (32-bit) of one record, and its 8-byte slots. */
export const WORDS = 16;
export const SLOTS = 8;

/** A half is a block of four words: the client's begins at word 0, the server's here. */
export const HALF = 4;

// Words of a half. Wireshark takes 0 for "not seen yet", and so does whoever counts as Wireshark does.
/** Highest number sent; window probes do not move it. */
export const NEXT = 0;
/** Highest number sent without a hole before it. */
export const CONTIGUOUS = 1;
/** Acknowledgment number of the last segment, whatever its flags. */
export const LAST_ACK = 2;
export const MARKS = 3;

/** Node of the history tree. */
export const HISTORY = 8;
/** Row of the counters + 1 while it has one. */
export const COUNTS = 9;
/** Number of the last reset: the client's, then the server's. */
export const RESET = 10;
/** Slot of the time when `NEXT` last moved: the client's, then the server's. */
export const NEXT_TIME = 6;

// MARKS: window scale + 2 (five bits; SCALE_UNKNOWN, SCALE_OFF), then flags, then duplicate ACKs in two bits.
export const SCALE = 31;
export const SCALE_UNKNOWN = 0;
export const SCALE_OFF = 1;
export const SCALE_ZERO = 2;
/** A SYN was sent, and no ACK since: its window is not scaled. */
export const FIRST_ACK = 32;
export const LAST_WAS_KEEP_ALIVE = 64;
export const LAST_WAS_WINDOW_PROBE = 128;
/** Duplicate ACKs in a row: none, one, two or more; or forgiven after an ACK of something unseen. */
export const DUPLICATES = 768;
export const ONE_DUPLICATE = 256;
export const TWO_DUPLICATES = 512;
export const FORGIVEN = 768;
