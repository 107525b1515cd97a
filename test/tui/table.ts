/** The screens without a terminal: a session on a capture, keys typed as a terminal sends them, and everything that would be drawn. */

import { vi } from 'vitest';
import type { InspectorOptions } from '../../src/trace/index.ts';
import type { Cell } from '../../src/tui/column.ts';
import { Keyboard } from '../../src/tui/keyboard.ts';
import { footerCells } from '../../src/tui/parts/footer.tsx';
import { headerLines } from '../../src/tui/parts/header.tsx';
import { below } from '../../src/tui/screens/below.ts';
import { summary } from '../../src/tui/screens/connection.ts';
import { help } from '../../src/tui/screens/help.ts';
import { Session, type SessionOptions, type View } from '../../src/tui/session.ts';
import { here, layoutOf } from '../../src/tui/store.ts';
import { seenOf } from './emulator.ts';

/** What a terminal sends for a key. */
const sent: Readonly<Record<string, string>> = {
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PageUp: '\x1b[5~',
  PageDown: '\x1b[6~',
  Delete: '\x1b[3~',
  Tab: '\t',
  'Shift-Tab': '\x1b[Z',
  Enter: '\r',
  Esc: '\x1b',
  Space: ' ',
  Backspace: '\x7f',
  WheelUp: '\x1b[<64;5;9M',
  WheelDown: '\x1b[<65;5;9M',
};

export function bytesOf(key: string): string {
  const control = /^\^([A-Z])$/.exec(key)?.[1];
  return control === undefined ? (sent[key] ?? key) : String.fromCharCode(control.charCodeAt(0) - 0x40);
}

export class Table {
  readonly session: Session;
  /** What the terminal was asked to do. */
  readonly asked: string[] = [];
  readonly #keyboard: Keyboard;

  /** Timers must be fake. */
  constructor(name: string, bytes: Uint8Array, options: Partial<SessionOptions> = {}, limits: InspectorOptions['limits'] = {}) {
    const { seen, packets } = seenOf(name, bytes, limits);
    const ask = (what: string) => (): void => void this.asked.push(what);
    this.session = new Session({
      source: { snapshot: () => seen, subscribe: () => () => {}, packets },
      size: { columns: 100, rows: 30 },
      colors: 'mono',
      ascii: false,
      terminal: {
        redraw: ask('redraw'),
        suspend: ask('suspend'),
        quit: ask('quit'),
        copy: (text) => this.asked.push(`copy ${text}`),
        mouse: (on) => this.asked.push(`mouse ${on ? 'on' : 'off'}`),
      },
      exporter: {
        endings: ['html'],
        report: (path) => this.asked.push(`report ${path}`),
        packets: (path) => this.asked.push(`packets ${path}`),
        text: (path) => this.asked.push(`text ${path}`),
        commandLine: ([command, ...words], last = []) => ['warmwire', command, name, ...last, ...words].join(' '),
        tshark: (more, filter) => ['tshark', '-r', name, ...(more.length > 0 ? more : ['-Y', filter])].join(' '),
      },
      ...options,
    });
    this.#keyboard = new Keyboard((key) => this.session.press(key));
  }

  get view(): View {
    return this.session.view();
  }

  /** Types them, and waits until nothing more happens. */
  async press(...keys: readonly string[]): Promise<View> {
    for (const key of keys) {
      this.#keyboard.push(bytesOf(key));
      await vi.advanceTimersByTimeAsync(700);
    }
    return this.view;
  }

  close(): void {
    this.#keyboard.close();
    this.session.close();
  }
}

/** Every text that a frame is made of, and those of rows and of the help that it has no room for. */
export function* textsOf(view: View): Generator<string> {
  const { state, rows, context, keys } = view;
  const { listing } = rows;
  const layout = layoutOf(state, rows);
  const cells = function* (list: readonly Cell[]): Generator<string> {
    for (const { text, tail = '' } of list) yield text + tail;
  };
  for (const [left, right] of headerLines(view, layout, 'web.pcap')) yield* cells([...left, ...right]);
  const all = listing.columns.map((_, index) => index);
  const placed = all.map((index) => ({ index, width: 60 }));
  for (let row = 0; row < Math.min(200, rows.length); row += 1) {
    for (const cell of [...listing.cells(row, all, context), ...listing.drawn(row, placed, context)])
      yield* cells(Array.isArray(cell) ? cell : [cell as Cell]);
  }
  for (const line of below({ ...view, state: { ...state, trail: [{ ...here(state), below: 1 }] } }, 500)) yield* cells(line);
  const { connection } = here(state);
  if (connection !== undefined)
    for (const [left, right] of summary(connection, context, state.size.columns)) yield* cells([...left, ...right]);
  const at = rows.length === 0 ? undefined : { row: rows.row(here(state).cursor), context };
  for (const line of help(keys, here(state), listing, context.theme, at)) yield* cells(line);
  const [left, right] = footerCells(view, 1000);
  yield* cells([...left, ...right]);
}
