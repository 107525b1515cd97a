/** Colours of the text report; where there are none, the text stays as it is. */

export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  warn(text: string): string;
  good(text: string): string;
}

const sgr = (on: number, off: number) => (text: string) => (text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`);
const same = (text: string): string => text;

const colored: Paint = { strong: sgr(1, 22), faint: sgr(2, 22), warn: sgr(33, 39), good: sgr(32, 39) };
const bare: Paint = { strong: same, faint: same, warn: same, good: same };

export const paintOf = (color: boolean | undefined): Paint => (color === true ? colored : bare);
