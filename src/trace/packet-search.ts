/** Finds the packets of one connection in a capture that is pushed a second time. */

import { addressBytes } from '../address.ts';
import { CaptureReader, type CaptureReaderOptions, type Frame } from '../capture/index.ts';
import { limits } from '../limits.ts';
import { Notes } from '../note.ts';
import { PacketDecoder, type Segment } from '../packet/index.ts';
import type { Connection } from './connection.ts';
import type { Packet, PacketList } from './packet-list.ts';

export interface SearchOptions extends CaptureReaderOptions {
  /** Index of the capture. */
  readonly file?: number;
  /** Its VLAN and tunnel, as `Columns.linkTag` numbers them: only in the only capture of a trace. */
  readonly linkTag?: number | undefined;
}

export class PacketSearch {
  readonly #connection: Connection;
  readonly #options: SearchOptions;
  readonly #reader: CaptureReader;
  readonly #decoder: PacketDecoder;
  readonly #client: Uint8Array | undefined;
  readonly #server: Uint8Array | undefined;
  readonly #found: Packet[] = [];
  /** First sequence numbers of client and server. */
  readonly #base: { client?: number; server?: number } = {};
  #frame: Frame | undefined;
  #bytes = 0;
  #cut = false;
  /** Everything of it has been seen: the rest of the capture need not be pushed. */
  done = false;

  constructor(connection: Connection, options: SearchOptions = {}) {
    this.#connection = connection;
    this.#options = options;
    const notes = new Notes();
    this.#reader = new CaptureReader(this, { ...options, notes });
    this.#decoder = new PacketDecoder(this, notes);
    this.#client = addressBytes(connection.client.address);
    this.#server = addressBytes(connection.server.address);
  }

  /** @throws CaptureFault where the bytes are no capture */
  push(chunk: Uint8Array): void {
    if (!this.done) this.#reader.push(chunk);
  }

  end(): void {
    if (!this.done) this.#reader.end();
    this.done = true;
  }

  list(): PacketList {
    return { packets: this.#found, cut: this.#cut };
  }

  secrets(): void {}

  frame(frame: Frame): void {
    if (this.done) return;
    const { start, duration, firstFrame, lastFrame, file } = this.#connection;
    // In the file of its first frame by number, which is exact; elsewhere by time.
    const isHome = file === (this.#options.file ?? 0);
    if (isHome && frame.number < firstFrame) return;
    if (isHome && this.#options.file === undefined && frame.number > lastFrame) {
      this.done = true;
      return;
    }
    if (this.#options.file !== undefined && (frame.time < start || frame.time > start + duration)) return;
    this.#frame = frame;
    this.#decoder.frame(frame);
  }

  segment(segment: Segment): void {
    const { client, server } = this.#connection;
    const { linkTag } = this.#options;
    if (linkTag !== undefined && segment.linkTag !== linkTag && segment.linkTag !== ~linkTag) return;
    if (this.#is(segment, segment.source, this.#client) && this.#is(segment, segment.destination, this.#server)) {
      if (segment.sourcePort === client.port && segment.destinationPort === server.port) return this.#keep(segment, 'client');
    }
    if (this.#is(segment, segment.source, this.#server) && this.#is(segment, segment.destination, this.#client)) {
      if (segment.sourcePort === server.port && segment.destinationPort === client.port) this.#keep(segment, 'server');
    }
  }

  #is({ buffer, v6 }: Segment, at: number, address: Uint8Array | undefined): boolean {
    if (address === undefined || address.length !== (v6 ? 16 : 4)) return false;
    for (let i = 0; i < address.length; i += 1) if (buffer[at + i] !== address[i]) return false;
    return true;
  }

  #keep(segment: Segment, by: 'client' | 'server'): void {
    const frame = this.#frame!;
    if (this.#found.length >= limits.packetsListed) {
      this.#cut = true;
      this.done = true;
      return;
    }
    const other = by === 'client' ? 'server' : 'client';
    const isSyn = (segment.flags & 2) !== 0;
    this.#base[by] ??= isSyn ? segment.sequence : (segment.sequence - 1) | 0;
    if (segment.flags & 16) this.#base[other] ??= (segment.acknowledgment - 1) | 0;
    const fragments = segment.buffer !== frame.buffer;
    const ip = segment.source - (segment.v6 ? 8 : 12);
    const from = fragments ? ip : frame.start;
    const to = fragments ? segment.payloadEnd : frame.end;
    const isKept = this.#bytes + to - from <= limits.packetBytes;
    if (isKept) this.#bytes += to - from;
    this.#found.push({
      frame: segment.frame,
      file: this.#options.file ?? 0,
      time: segment.time,
      by,
      flags: segment.flags,
      sequence: (segment.sequence - this.#base[by]!) >>> 0,
      acknowledgment: segment.flags & 16 ? (segment.acknowledgment - this.#base[other]!) >>> 0 : 0,
      window: segment.window,
      length: segment.payloadLength,
      originalLength: frame.originalLength,
      linkType: frame.linkType,
      duplicate: segment.duplicate,
      bytes: isKept ? segment.buffer.slice(from, to) : new Uint8Array(0),
      v6: segment.v6,
      ip: ip - from,
      tcp: segment.optionsStart - 20 - from,
      payload: segment.payloadStart - from,
      end: segment.payloadEnd - from,
    });
  }
}
