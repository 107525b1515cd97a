/** Where the record of an exchange has what: plain numbers, which the bundler puts in place. */

/** Words (32-bit) of a record: sixteen, and four float64 behind them. */
export const WORDS = 24;
export const SLOTS = 12;

// Words of a record.
export const CONNECTION = 0;
export const NEXT = 1;
export const REQUEST_FIRST_FRAME = 2;
export const REQUEST_FRAME = 3;
export const RESPONSE_FIRST_FRAME = 4;
export const RESPONSE_FRAME = 5;
/** Interned method (low 22 bits: as many texts as there may be) and status (three digits, high 10). */
export const METHOD_STATUS = 6;
export const METHOD_BITS = 22;
export const FLAGS = 7;
export const AUTHORITY = 8;
export const USER_AGENT = 9;
export const SERVER = 10;
export const TARGET = 11;
/** Target length (low 16 bits), version of the request (4 bits) and of the response (3), UNREAD_BODY, number of 1xx responses (8 bits). */
export const LENGTH_VERSIONS = 12;
/** Stream, Keep-Alive, reset: see exchange-extras.ts. */
export const EXTRAS = 13;
/** Bytes of a message, up to MANY_BYTES: of more the log keeps the number apart. */
export const REQUEST_BYTES = 14;
export const RESPONSE_BYTES = 15;
export const MANY_BYTES = 0xffff_ffff;
// Float64, counted in 8-byte slots of the record.
export const REQUEST_START = 8;
export const REQUEST_END = 9;
export const RESPONSE_START = 10;
export const RESPONSE_END = 11;

/** In LENGTH_VERSIONS: answered before the request was whole, and the rest of that did not come. */
export const UNREAD_BODY = 0x800000;

// FLAGS
export const HAS_REQUEST = 1;
export const HAS_RESPONSE = 2;
export const REQUEST_CLOSE = 4;
export const REQUEST_KEEP_ALIVE = 8;
export const RESPONSE_CLOSE = 16;
export const RESPONSE_KEEP_ALIVE = 32;
export const FRAMED_BY_CLOSE = 64;
export const FRAMING_ERROR = 128;
export const LEFT_HTTP = 256;
export const IS_CONNECT = 512;
export const HAS_TARGET = 1024;
/** The head of the final response was read (an interim one is not final). */
export const RESPONSE_HEAD = 2048;
/** From here on: oddity.ts. */
export const ODDITIES = 12;
/** Cookie, Set-Cookie: that they are there. */
export const REQUEST_COOKIES = 0x20000000;
export const RESPONSE_COOKIES = -0x80000000;
/** A whole URL for a target: asked of a proxy (RFC 9112 §3.2.2). */
export const ABSOLUTE_FORM = 0x40000000;
