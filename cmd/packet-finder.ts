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
/** Milliseconds between two lists of a connection that goes on; at most a quarter of the time goes into them. */
const second = 1000;
const rest = 3;

interface Known {
  readonly packets: Packets;
  /** Its last frame when they were sought. */
  readonly until: number;
}

export class PacketFinder {
  readonly #captures: readonly Again[];
  readonly #spools: ReadonlyMap<string, Spool>;
  readonly #trace: () => Trace;
  readonly #changed: () => void;
  readonly #known = new Map<number, Known>();
  #seeking: { readonly id: number; readonly signal: AbortController } | undefined;
  /** Not sooner a list is made again of a connection that goes on. */
  #again = 0;

  /** `spools`: what came through pipes; `changed` is called when there is more to show. */
  constructor(captures: readonly Again[], spools: ReadonlyMap<string, Spool>, trace: () => Trace, changed: () => void) {
    this.#captures = captures;
    this.#spools = spools;
    this.#trace = trace;
    this.#changed = changed;
  }

  /** Begins to seek when first asked; of a connection that has gone on since, seeks again. */
  of(id: number): Packets {
    const trace = this.#trace();
    if (trace.redaction?.anonymized === true) return { state: 'missing', why: 'they would show the addresses that --anonymize hides' };
    const known = this.#known.get(id);
    if (known !== undefined && (known.packets.state !== 'found' || this.#seeking?.id === id)) return known.packets;
    const until = trace.columns.lastFrame(id);
    if (known !== undefined && (known.until === until || performance.now() < this.#again)) return known.packets;
    const packets: Packets = known?.packets ?? { state: 'seeking', part: undefined };
    this.#set(id, { packets, until });
    this.#begin(id, until);
    return packets;
  }

  close(): void {
    this.#seeking?.signal.abort();
    for (const spool of this.#spools.values()) spool.close();
  }

  #begin(id: number, until: number): void {
    this.#seeking?.signal.abort();
    const seeking = { id, signal: new AbortController() };
    this.#seeking = seeking;
    const began = performance.now();
    const finish = (packets: Packets): void => {
      if (this.#seeking === seeking) this.#seeking = undefined;
      if (!seeking.signal.signal.aborted) {
        this.#again = performance.now() + Math.max(second, rest * (performance.now() - began));
        this.#set(id, { packets, until });
        this.#changed();
      } else if (this.#known.get(id)?.packets.state === 'seeking') this.#known.delete(id);
    };
    this.#seek(id, seeking.signal.signal).then(finish, (error: unknown) =>
      finish({ state: 'missing', why: error instanceof Error ? error.message : String(error) }),
    );
  }

  #set(id: number, known: Known): void {
    this.#known.delete(id);
    this.#known.set(id, known);
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
      const spool = this.#spools.get(capture.path);
      const lacking = spool?.lacking;
      if (lacking !== undefined) return { state: 'missing', why: lacking };
      const search = new PacketSearch(connection, several ? { file, ...this.#times(capture) } : { linkTag: original.columns.linkTag(id) });
      const size = spool === undefined ? capturesSize([capture.path]) : undefined;
      let read = 0;
      let told = 0;
      for await (const piece of this.#bytes(capture, signal)) {
        search.push(piece);
        if (signal.aborted || search.done) break;
        read += piece.length;
        if (read - told < 64 << 20) continue;
        told = read;
        this.#tell(id, size === undefined ? undefined : read / size);
      }
      search.end();
      const list = search.list();
      found.push(...list.packets);
      cut ||= list.cut;
    }
    if (found.length === 0) return { state: 'missing', why: 'the file holds other packets now' };
    if (several) found.sort((a, b) => a.time - b.time);
    return { state: 'found', list: { packets: found, cut } };
  }

  /** How far the search has come, where nothing is shown yet. */
  #tell(id: number, part: number | undefined): void {
    const known = this.#known.get(id);
    if (known?.packets.state !== 'seeking') return;
    this.#set(id, { packets: { state: 'seeking', part }, until: known.until });
    this.#changed();
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
      const lacking = this.#spools.get(capture.path)?.lacking;
      if (lacking !== undefined) throw new Error(lacking);
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
    return this.#spools.get(path)?.read() ?? openCapture(path, { signal });
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
