/** Bytes as people read them: offset, sixteen in hexadecimal, the same as characters. */

import type { Cell } from './column.ts';
import type { StyleName, Theme } from './theme.ts';

export const perLine = 16;

/** ` 0040  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..` */
export function hexLine(bytes: Uint8Array, at: number, styleOf: (index: number) => StyleName, theme: Theme): Cell[] {
  const cells: Cell[] = [{ text: ` ${at.toString(16).padStart(4, '0')} `, style: 'dim' }];
  const part = (text: (byte: number, index: number) => string): void => {
    for (let i = at; i < Math.min(bytes.length, at + perLine); ) {
      const style = styleOf(i);
      let run = '';
      for (; i < Math.min(bytes.length, at + perLine) && styleOf(i) === style; i += 1) run += text(bytes[i]!, i);
      cells.push({ text: run, style });
    }
  };
  part((byte, i) => `${i % 8 === 0 ? '  ' : ' '}${byte.toString(16).padStart(2, '0')}`.slice(i % 16 === 0 ? 1 : 0));
  const missing = Math.max(0, at + perLine - bytes.length);
  cells.push({ text: ' '.repeat(missing * 3 + (missing > 7 ? 1 : 0) + 2) });
  part((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : theme.glyphs.dot === '-' ? '.' : '·'));
  return cells;
}
