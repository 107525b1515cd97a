/** Where things lie in a row of transfers: two sides of 168 bytes, nine float64, eight words and a histogram of round trips. Plain numbers only, as in record-layout.ts. */

export const SIDE_BYTES = 168;
export const SIDE_SLOTS = 21;

// Float64, counted in slots of the side.
export const LEAST = 0;
export const MOST = 1;
/** When the side's window closed; NaN: it is open. */
export const CLOSED_SINCE = 2;
export const CLOSED_FOR = 3;
export const AGAIN_BYTES = 4;
/** When the segments that are timed were sent. */
export const SENT_AT = 5;

// Words (32-bit): where these segments end, how many they are, most bytes under way, round trips measured.
export const TIMED_END = 18;
export const TIMED = 22;
export const UNDER_WAY = 23;
export const SAMPLES = 24;
/** Segments timed at once: an ACK tells the time of that one only which it ends with, as in Wireshark. */
export const MOST_TIMED = 4;
export const ENOUGH = 8;

// Bytes: how many round trips fell into each bucket, three buckets an octave, from 8 microseconds to 16 seconds.
export const HISTOGRAM = 104;
export const BUCKETS = 64;
export const PER_OCTAVE = 3;
export const SHORTEST = 8000;
/** Of an octave, in 20 bits: 2^(1/3) - 1, 2^(2/3) - 1. */
export const FIRST_THIRD = 272_546;
export const SECOND_THIRD = 615_934;

/** Less than this under way is not worth a row: a million small connections shall not pay for it. */
export const NOT_MUCH = 4096;
/** A side that has sent so many frames is worth measuring. */
export const MANY_FRAMES = 16;
