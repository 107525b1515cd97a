/** How many terminal cells a text takes, and how to bring it to a given number of them. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Latin letters, and the signs that we draw with: one cell each, without asking the segmenter. */
const plain = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25df\u2713\u2717]*$/;
const emoji = /\p{Emoji_Presentation}|\uFE0F/u;
const invisible = /^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Cc}]+$/u;

/** East Asian Wide and Fullwidth (UAX #11), as pairs of first and last code point. */
const wide = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x33ff, 0x3400, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900,
  0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18cff, 0x1aff0, 0x1b2ff, 0x1f200, 0x1f265, 0x20000,
  0x3fffd,
];

export function width(text: string): number {
  if (plain.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of segmenter.segment(text)) cells += graphemeWidth(segment);
  return cells;
}

/** The text, or as much of it as fits before `ellipsis`. */
export function cut(text: string, cells: number, ellipsis: string): string {
  if (width(text) <= cells) return text;
  const room = cells - width(ellipsis);
  if (room < 0) return cut(text, cells, '');
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += graphemeWidth(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept + ellipsis;
}

/** `text` and `tail`, exactly `cells` wide: padded, or cut before the tail. */
export function fitted(text: string, tail: string, cells: number, align: 'left' | 'right', ellipsis: string): string {
  const room = cells - width(tail);
  const short = room > width(ellipsis) ? cut(text, room, ellipsis) + tail : cut(text + tail, cells, ellipsis);
  const space = ' '.repeat(Math.max(0, cells - width(short)));
  return align === 'left' ? short + space : space + short;
}

/** Broken between words into lines of at most `cells`; a longer word is not broken. */
export function wrapped(text: string, cells: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && width(line) + 1 + width(word) <= cells) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function graphemeWidth(grapheme: string): number {
  const point = grapheme.codePointAt(0)!;
  if (point < 0x300) return point < 0x20 || (point >= 0x7f && point < 0xa0) || point === 0xad ? 0 : 1;
  if (invisible.test(grapheme)) return 0;
  return isWide(point) || emoji.test(grapheme) ? 2 : 1;
}

function isWide(point: number): boolean {
  for (let i = 0; i < wide.length; i += 2) {
    if (point < wide[i]!) return false;
    if (point <= wide[i + 1]!) return true;
  }
  return false;
}
