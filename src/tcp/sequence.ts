/** Sequence numbers are compared modulo 2^32 (RFC 9293 §3.4): all are signed 32-bit, and a distance is their difference cut to 32 bits. */

/** How far `to` lies behind `from`; negative where it lies before. */
export const distance = (from: number, to: number): number => (to - from) | 0;
