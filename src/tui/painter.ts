/** What Ink takes for the terminal: it is given whole frames and writes the lines that changed. */

import { Writable } from 'node:stream';
import type { Lines } from './lines.ts';

const begin = '\x1b[?2026h';
const end = '\x1b[?2026l';
/** Our colours may pass, nothing else that a terminal would act on: the last gate behind `show()`. */
const foreign = /\x1b(?!\[[\d;]*m)|[\x00-\x1a\x1c-\x1f\x7f-\x9f]/g;

export class Painter extends Writable {
  readonly #terminal: NodeJS.WriteStream;
  #lines: readonly string[] = [];
  #frame = '';
  /** What Ink draws signs for. */
  readonly #texts: Lines;
  #open = true;
  #resting = false;

  constructor(terminal: NodeJS.WriteStream, texts: Lines) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    this.#texts = texts;
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  get rows(): number {
    return this.#terminal.rows || 24;
  }

  /** Draws everything again: something else has written over it. */
  repaint(): void {
    this.#resting = false;
    this.clear();
    this.#paint(this.#frame);
  }

  /** Until the next frame, which is drawn as a whole: after a change of size nothing is where it was. */
  clear(): void {
    this.#lines = [];
    if (this.#open && !this.#resting) this.#terminal.write('\x1b[0m\x1b[2J');
  }

  /** Until `repaint`, frames are kept and not written: the terminal is somebody else's. */
  rest(): void {
    this.#resting = true;
  }

  /** Nothing is written from here on, whatever Ink still says. */
  close(): void {
    this.#open = false;
  }

  override _write(frame: string | Uint8Array, _: string, done: () => void): void {
    this.#frame = String(frame);
    this.#paint(this.#frame);
    done();
  }

  #paint(frame: string): void {
    if (!this.#open || this.#resting || frame === '') return;
    const lines = frame
      .split('\n')
      .slice(0, this.rows)
      .map((line) => this.#texts.at(line).replace(foreign, ''));
    let changes = '';
    for (let row = 0; row < Math.max(lines.length, this.#lines.length); row += 1) {
      const line = lines[row] ?? '';
      if (line !== this.#lines[row]) changes += `\x1b[${row + 1};1H\x1b[2K${line}`;
    }
    this.#lines = lines;
    if (changes !== '') this.#terminal.write(begin + changes + end);
  }
}
