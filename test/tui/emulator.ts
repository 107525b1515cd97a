/** A real terminal emulator (xterm.js without a screen) beside our own model of one: both must show the same. */

import headless from '@xterm/headless';
import { analyse } from '../../src/analysis/index.ts';
import { Inspector, type InspectorOptions, PacketSearch, type Trace } from '../../src/trace/index.ts';
import type { Packets, Seen } from '../../src/tui/index.ts';
import { FakeScreen } from './fake-terminal.ts';

export class EmulatedScreen extends FakeScreen {
  readonly terminal: headless.Terminal;

  constructor(columns: number, rows: number) {
    super(columns, rows);
    this.terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
  }

  override resize(columns: number, rows: number): void {
    this.terminal.resize(Math.max(2, columns), rows);
    super.resize(columns, rows);
  }

  override _write(chunk: string | Uint8Array, encoding: string, done: () => void): void {
    this.terminal.write(String(chunk), () => super._write(chunk, encoding, done));
  }

  /** What the emulator shows. */
  get shown(): string {
    const { active } = this.terminal.buffer;
    const lines = Array.from({ length: this.terminal.rows }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '');
    return lines.map((line) => line.trimEnd()).join('\n');
  }
}

/** A capture as the screens meet it once it has been read. */
export function seenOf(
  name: string,
  bytes: Uint8Array,
  limits: InspectorOptions['limits'] = {},
): { seen: Seen; packets: (connection: number) => Packets } {
  const inspector = new Inspector({ name, limits });
  inspector.push(bytes);
  inspector.end();
  const trace = inspector.trace();
  const progress = { bytes: bytes.length, totalBytes: bytes.length, frames: trace.accounting.frames.seen, done: true };
  return { seen: { trace, analysis: analyse(trace), progress }, packets: (connection) => packetsOf(trace, bytes, connection) };
}

function packetsOf(trace: Trace, bytes: Uint8Array, id: number): Packets {
  const { original = trace } = trace;
  const search = new PacketSearch(original.connection(id), { linkTag: original.columns.linkTag(id) });
  search.push(bytes);
  search.end();
  return { state: 'found', list: search.list() };
}
