/** HalfSipHash-2-4 (Aumasson and Bernstein): a keyed 32-bit hash, so that equal texts are known as equal without being known. */

export interface HashKey {
  readonly low: number;
  readonly high: number;
}

/** Of the UTF-16 code units of `text`, two bytes each, or of its low bytes alone where all are below 256; 32 bits without sign. */
export function halfSipHash({ low, high }: HashKey, text: string): number {
  let v0 = low;
  let v1 = high;
  let v2 = 0x6c796765 ^ low;
  let v3 = 0x74656462 ^ high;
  const round = (): void => {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  };
  const take = (word: number): void => {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  };
  const wide = /[^\0-\xff]/.test(text);
  const bytes = wide ? 2 * text.length : text.length;
  const byte = (i: number): number => (wide ? (text.charCodeAt(i >> 1) >> (8 * (i & 1))) & 255 : text.charCodeAt(i));
  const whole = bytes & ~3;
  for (let i = 0; i < whole; i += 4) take(byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24));
  let last = bytes << 24;
  for (let i = whole; i < bytes; i += 1) last |= byte(i) << (8 * (i - whole));
  take(last);
  v2 ^= 0xff;
  round();
  round();
  round();
  round();
  return (v1 ^ v3) >>> 0;
}

/** The key that a word of the user's choice stands for. */
export function keyOf(word: string): HashKey {
  const none = { low: 0, high: 0 };
  return { low: halfSipHash(none, `${word}\u0000low`) | 0, high: halfSipHash(none, `${word}\u0000high`) | 0 };
}
