/** A terminal's screen as an SVG: what is in the pictures of the README. */

import type headless from '@xterm/headless';

type Terminal = headless.Terminal;
type Cell = NonNullable<ReturnType<NonNullable<ReturnType<Terminal['buffer']['active']['getLine']>>['getCell']>>;

const cellWidth = 8;
const cellHeight = 17;
const margin = 10;
const paper = '#16181d';
const ink = '#d6d9df';

/** The colours of the lower 16 are the terminal's own; ours are all above. */
function colorOf(index: number): string {
  if (index >= 232) return gray(8 + 10 * (index - 232));
  if (index < 16) return ink;
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const rest = index - 16;
  return hex(level(Math.floor(rest / 36)), level(Math.floor(rest / 6) % 6), level(rest % 6));
}

const gray = (level: number): string => hex(level, level, level);
const hex = (...parts: readonly number[]): string => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

interface Look {
  readonly ink: string;
  readonly paper: string;
  readonly bold: boolean;
  readonly underlined: boolean;
}

function lookOf(cell: Cell): Look {
  const front = cell.isFgPalette() ? colorOf(cell.getFgColor()) : ink;
  const back = cell.isBgPalette() ? colorOf(cell.getBgColor()) : paper;
  const turned = cell.isInverse() !== 0;
  return { ink: turned ? back : front, paper: turned ? front : back, bold: cell.isBold() !== 0, underlined: cell.isUnderline() !== 0 };
}

interface Run {
  readonly look: Look;
  readonly from: number;
  /** One UTF-16 unit for each cell: nothing wider is drawn in a picture. */
  text: string;
}

function runsOf(terminal: Terminal, row: number): readonly Run[] {
  const line = terminal.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const last = runs.at(-1);
    const text = cell.getChars() || ' ';
    if (last !== undefined && JSON.stringify(last.look) === JSON.stringify(look)) {
      last.text += text;
    } else runs.push({ look, from: column, text });
  }
  return runs;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function svgOf(terminal: Terminal, title: string): string {
  const width = terminal.cols * cellWidth + 2 * margin;
  const height = terminal.rows * cellHeight + 2 * margin;
  const lines: string[] = [];
  for (let row = 0; row < terminal.rows; row += 1) {
    const top = margin + row * cellHeight;
    for (const { look, from, text } of runsOf(terminal, row)) {
      const x = margin + from * cellWidth;
      if (look.paper !== paper)
        lines.push(`<rect x="${x}" y="${top}" width="${text.length * cellWidth}" height="${cellHeight}" fill="${look.paper}"/>`);
      const attributes = [
        look.ink === ink ? '' : ` fill="${look.ink}"`,
        look.bold ? ' font-weight="bold"' : '',
        look.underlined ? ' text-decoration="underline"' : '',
      ].join('');
      // Viewers make one blank of several: what stands between them is placed by itself.
      for (const { 0: word, index } of text.matchAll(/\S+(?: \S+)*/g)) {
        const length = word.length * cellWidth;
        lines.push(`<text x="${x + index * cellWidth}" y="${top + 13}" textLength="${length}"${attributes}>${escaped(word)}</text>`);
      }
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="6" fill="${paper}"/>
<g font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" fill="${ink}">
${lines.join('\n')}
</g>
</svg>
`;
}
