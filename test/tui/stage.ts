/** A made-up trace, shown on a fake terminal: what the tests of the screens begin with. */

import { analyse } from '../../src/analysis/index.ts';
import { millisecond, second } from '../../src/time.ts';
import { type BrowseOptions, browse, type Packets } from '../../src/tui/index.ts';
import type { Seen } from '../../src/tui/source.ts';
import { type MadeUpConnection, madeUpTrace } from '../support/made-up-trace.ts';
import { shown } from '../support/redact.ts';
import { FakeKeys, FakeScreen } from './fake-terminal.ts';

/** A shop whose server closes after 5 s, a name server that is asked over and over, and something that is no HTTP. */
export const shop: readonly MadeUpConnection[] = [
  visit('shop.example', 1, [0, 2], { closed: 8 * second, closedBy: 'server' }),
  visit('shop.example', 12, [12]),
  visit('api.example', 3, [3, 3.5, 4]),
  { at: 2 * second, server: '10.0.0.9:25', other: true },
  visit('api.example', 20, [20]),
];

function visit(authority: string, at: number, requests: readonly number[], rest: Partial<MadeUpConnection> = {}): MadeUpConnection {
  const exchanges = requests.map((start, index) => ({
    start: Math.max(start, at) * second + 50 * millisecond,
    end: Math.max(start, at) * second + 90 * millisecond,
    target: `/page/${index}?token=secret`,
  }));
  return { authority, at: at * second, exchanges, ...rest };
}

export const snapshotOf = (connections: readonly MadeUpConnection[], done = true): Seen => {
  const trace = shown(madeUpTrace(connections));
  return { trace, analysis: analyse(trace), progress: { bytes: 500, totalBytes: done ? 500 : 1000, frames: 42, done } };
};

export interface StageOptions extends Partial<BrowseOptions> {
  readonly screen?: FakeScreen;
  readonly packets?: (connection: number) => Packets;
}

export class Stage {
  readonly screen: FakeScreen;
  readonly keys: FakeKeys = new FakeKeys();
  readonly left: Promise<void>;
  readonly #listeners = new Set<() => void>();
  #snapshot: Seen;

  constructor(snapshot: Seen, columns: number, rows: number, { screen, packets, ...options }: StageOptions = {}) {
    this.#snapshot = snapshot;
    this.screen = screen ?? new FakeScreen(columns, rows);
    const source = {
      snapshot: () => this.#snapshot,
      subscribe: (listener: () => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      ...(packets && { packets }),
    };
    const { stream: stdin } = this.keys;
    const { stream: stdout } = this.screen;
    this.left = browse({ source, fileName: 'web.pcap', stdin, stdout, colors: 'dark', ascii: false, ...options });
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.send(key, 60);
  }

  /** With a shorter time to draw it. */
  async send(key: string, milliseconds: number): Promise<void> {
    this.keys.write(key);
    await pause(milliseconds);
  }

  /** The source has more to show. */
  grow(snapshot: Seen): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }

  /** Waits until the screen shows it. */
  async shows(expected: string | RegExp): Promise<string> {
    for (let tries = 0; tries < 2000; tries += 1) {
      if (typeof expected === 'string' ? this.screen.text.includes(expected) : expected.test(this.screen.text)) return this.screen.text;
      await pause(10);
    }
    throw new Error(`the screen does not show ${expected}:\n${this.screen.text}`);
  }

  /** The line under the cursor is painted; the bottom line says which it is. */
  get position(): string {
    return /(\d[\d,]*\/\d[\d,]*|0)$/m.exec(this.screen.lines.findLast((line) => line !== '') ?? '')?.[0] ?? '';
  }
}

export const down = '\x1b[B';
export const enter = '\r';
export const esc = '\x1b';

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
