/** The one way for text of a capture to a terminal: whatever could move the cursor, colour, reorder or hide is spelled out. */

const plain = /^[ -~]*$/;
/** C0, DEL and C1, format characters (bidi, zero width, tags), line and paragraph separators, lone surrogates, code points that are no characters. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
/** A letter may carry four marks; more would climb over the neighbouring lines. */
const heaped = /(\p{M}{4})\p{M}+/gu;

/** `ESC` becomes `\x1b`, the right-to-left override `\u{202e}`: visible, and harmless. Never longer in lines than the text was. */
export function show(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(heaped, '$1').replace(unsafe, spelled);
}

function spelled(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff && code !== 0xad ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
