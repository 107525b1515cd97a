/** Reads a capture a second time for the packets of one connection, or for all packets of some. */

import { capturesSize, openCapture, PcapngWriter } from '../src/capture/index.ts';
import { type Connection, type Packet, PacketSearch, PacketSelection, type Trace } from '../src/trace/index.ts';
import type { Packets } from '../src/tui/index.ts';
import type { Spool } from './spool.ts';

/** A capture as the trace numbers it. */
export interface Again {
  readonly path: string;
  /** Nanoseconds since 1970 of its first frame, where there are several. */
  readonly begins: bigint | undefined;
}

/** Connections whose packets are kept at once. */
const kept = 4;

export class PacketFinder {
  readonly #captures: readonly Again[];
  readonly #spool: Spool;
  readonly #trace: () => Trace;
  readonly #changed: () => void;
  readonly #known = new Map<number, Packets>();
  #seeking: AbortController | undefined;

  /** `spool`: what came on standard input; `changed` is called when there is more to show. */
  constructor(captures: readonly Again[], spool: Spool, trace: () => Trace, changed: () => void) {
    this.#captures = captures;
    this.#spool = spool;
    this.#trace = trace;
    this.#changed = changed;
  }

  /** Begins to seek when first asked; of a connection that has grown since, seeks again. */
  of(id: number): Packets {
    const { redaction } = this.#trace();
    if (redaction?.anonymized === true) return { state: 'missing', why: 'they would show the addresses that --anonymize hides' };
    const known = this.#known.get(id);
    if (known) return known;
    this.#set(id, { state: 'seeking', part: undefined });
    this.#seeking?.abort();
    const seeking = new AbortController();
    this.#seeking = seeking;
    this.#seek(id, seeking.signal).then(
      (found) => this.#finish(id, seeking, found),
      (error: unknown) => this.#finish(id, seeking, { state: 'missing', why: error instanceof Error ? error.message : String(error) }),
    );
    return { state: 'seeking', part: undefined };
  }

  /** The trace has grown: lists of connections that were still open may be short. */
  grown(): void {
    const { columns } = this.#trace();
    for (const [id, packets] of this.#known) if (packets.state === 'found' && Number.isNaN(columns.closed(id))) this.#known.delete(id);
  }

  close(): void {
    this.#seeking?.abort();
    this.#spool.close();
  }

  #finish(id: number, seeking: AbortController, found: Packets): void {
    if (seeking.signal.aborted) this.#known.delete(id);
    else {
      this.#set(id, found);
      this.#changed();
    }
  }

  #set(id: number, packets: Packets): void {
    this.#known.delete(id);
    this.#known.set(id, packets);
    for (const [oldest] of this.#known) {
      if (this.#known.size <= kept) break;
      this.#known.delete(oldest);
    }
  }

  async #seek(id: number, signal: AbortSignal): Promise<Packets> {
    const trace = this.#trace();
    const { original = trace } = trace;
    const connection = original.connection(id);
    const several = this.#captures.length > 1;
    const found: Packet[] = [];
    let cut = false;
    for (const [file, capture] of this.#captures.entries()) {
      if (several && !this.#overlaps(file, connection)) continue;
      const lacking = capture.path === '-' ? this.#spool.lacking : undefined;
      if (lacking !== undefined) return { state: 'missing', why: lacking };
      const search = new PacketSearch(connection, several ? { file, ...this.#times(capture) } : { linkTag: original.columns.linkTag(id) });
      const size = capture.path === '-' ? undefined : capturesSize([capture.path]);
      let read = 0;
      let told = 0;
      for await (const piece of this.#bytes(capture, signal)) {
        search.push(piece);
        if (signal.aborted || search.done) break;
        read += piece.length;
        if (read - told < 64 << 20) continue;
        told = read;
        this.#set(id, { state: 'seeking', part: size === undefined ? undefined : read / size });
        this.#changed();
      }
      search.end();
      const list = search.list();
      found.push(...list.packets);
      cut ||= list.cut;
    }
    if (several) found.sort((a, b) => a.time - b.time);
    return { state: 'found', list: { packets: found, cut } };
  }

  /** The packets of these connections as pcapng. */
  async *pcapng(rows: Uint32Array): AsyncGenerator<Uint8Array> {
    const trace = this.#trace();
    const { original = trace } = trace;
    const writer = new PcapngWriter();
    const several = this.#captures.length > 1;
    yield writer.header();
    const connections = Array.from(rows, (row) => original.connection(row));
    for (const [file, capture] of this.#captures.entries()) {
      if (capture.path === '-' && this.#spool.lacking !== undefined) throw new Error(this.#spool.lacking);
      const selection = new PacketSelection(connections, writer, several ? { file, ...this.#times(capture) } : {});
      for await (const piece of this.#bytes(capture, undefined)) {
        selection.push(piece);
        yield* selection.take();
      }
      selection.end();
      yield* selection.take();
    }
  }

  #bytes({ path }: Again, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
    return path === '-' ? this.#spool.read() : openCapture(path, { signal });
  }

  #times({ begins }: Again): { epoch: bigint; begins: number } {
    const { epoch } = this.#trace();
    return { epoch, begins: begins === undefined ? 0 : Number(begins - epoch) };
  }

  #overlaps(file: number, { start, duration }: Connection): boolean {
    const { captures, epoch } = this.#trace();
    const { firstTime, lastTime } = captures[file] ?? {};
    if (firstTime === undefined || lastTime === undefined) return false;
    return Number(firstTime - epoch) <= start + duration && Number(lastTime - epoch) >= start;
  }
}
