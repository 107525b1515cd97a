/** A terminal for tests: keeps the screen that was drawn on it, and everything that a terminal should never have been sent. */

import { PassThrough, Writable } from 'node:stream';
import { width } from '../../src/tui/width.ts';

/** Everything that the screens may send besides text. */
const allowed = /^\x1b\]52;c;[A-Za-z0-9+/=]*\x07|^\x1b\[(?:\?(?:1049|7|25|2026|2004|1000|1006)[hl]|\d+;1H|2[JK]|\d+(?:;\d+)*m|0m)/;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

export class FakeScreen extends Writable {
  readonly isTTY: boolean = true;
  columns: number;
  rows: number;
  /** Control characters and sequences outside the allow-list. */
  readonly foreign: string[] = [];
  /** The widest line that was written. */
  widest = 0;
  frames = 0;
  readonly modes: Set<string> = new Set();
  /** What was put into the clipboard last. */
  clipboard: string | undefined;
  #lines: string[] = [];
  #row = 0;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  get lines(): readonly string[] {
    return Array.from({ length: this.rows }, (_, row) => (this.#lines[row] ?? '').trimEnd());
  }

  get text(): string {
    return this.lines.join('\n');
  }

  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  override _write(chunk: string | Uint8Array, _: string, done: () => void): void {
    let rest = String(chunk);
    this.frames += 1;
    while (rest !== '') {
      const next = rest.search(/[\x00-\x1f\x7f-\x9f]/);
      if (next !== 0) this.#print(next < 0 ? rest : rest.slice(0, next));
      if (next < 0) break;
      rest = rest.slice(next);
      const sequence = allowed.exec(rest)?.[0];
      if (sequence) this.#obey(sequence);
      else this.foreign.push(JSON.stringify(rest.slice(0, 12)));
      rest = rest.slice(sequence?.length ?? 1);
    }
    done();
  }

  #print(text: string): void {
    for (const { segment } of segmenter.segment(text)) this.#lines[this.#row] = (this.#lines[this.#row] ?? '') + segment;
    this.widest = Math.max(this.widest, width(this.#lines[this.#row]!));
  }

  #obey(sequence: string): void {
    const [, copied] = /^\x1b\]52;c;(.*)\x07$/.exec(sequence) ?? [];
    if (copied !== undefined) this.clipboard = Buffer.from(copied, 'base64').toString();
    const body = sequence.slice(2);
    if (body === '2J') this.#lines = [];
    else if (body === '2K') this.#lines[this.#row] = '';
    else if (body.endsWith('H')) this.#row = Number.parseInt(body, 10) - 1;
    else if (body.endsWith('h')) this.modes.add(body.slice(0, -1));
    else if (body.endsWith('l')) this.modes.delete(body.slice(0, -1));
  }
}

export class FakeKeys extends PassThrough {
  readonly isTTY: boolean = true;
  raw = false;

  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  get stream(): NodeJS.ReadStream {
    return this as unknown as NodeJS.ReadStream;
  }
}
