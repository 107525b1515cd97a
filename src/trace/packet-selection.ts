/** Takes the packets of some connections out of a capture that is pushed a second time, as pcapng. */

import { addressBytes } from '../address.ts';
import { CaptureReader, type CaptureReaderOptions, type Frame, type PcapngWriter } from '../capture/index.ts';
import { Notes } from '../note.ts';
import { PacketDecoder, type Segment } from '../packet/index.ts';
import type { Time } from '../time.ts';
import type { Connection } from './connection.ts';

interface Wanted {
  readonly first: number;
  readonly last: number;
  readonly from: Time;
  readonly to: Time;
}

export interface SelectionOptions extends CaptureReaderOptions {
  /** Index of the capture, where there are several: then times tell connections apart that had the same ends. */
  readonly file?: number;
}

/** One for each capture; what was put together since the last look is taken by `take`. */
export class PacketSelection {
  frames = 0;
  readonly #options: SelectionOptions;
  readonly #wanted = new Map<string, Wanted[]>();
  readonly #reader: CaptureReader;
  readonly #decoder: PacketDecoder;
  readonly #writer: PcapngWriter;
  #pieces: Uint8Array[] = [];
  #frame: Frame | undefined;
  #isWanted = false;

  constructor(connections: Iterable<Connection>, writer: PcapngWriter, options: SelectionOptions = {}) {
    this.#options = options;
    this.#writer = writer;
    const notes = new Notes();
    this.#reader = new CaptureReader(this, { ...options, notes });
    this.#decoder = new PacketDecoder(this, notes, { keepDuplicates: true });
    for (const { client, server, firstFrame, lastFrame, start, duration } of connections) {
      const wanted = { first: firstFrame, last: lastFrame, from: start, to: start + duration };
      const key = keyOf(hex(addressBytes(client.address)), client.port, hex(addressBytes(server.address)), server.port);
      this.#wanted.set(key, [...(this.#wanted.get(key) ?? []), wanted]);
    }
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  *take(): Generator<Uint8Array> {
    const pieces = this.#pieces;
    this.#pieces = [];
    yield* pieces;
  }

  secrets(keyLog: string): void {
    this.#pieces.push(this.#writer.secrets(keyLog));
  }

  frame(frame: Frame): void {
    this.#frame = frame;
    this.#isWanted = false;
    this.#decoder.frame(frame);
    if (!this.#isWanted) return;
    const epoch = this.#reader.facts.epoch ?? 0n;
    const bytes = frame.buffer.slice(frame.start, frame.end);
    this.frames += 1;
    this.#pieces.push(
      ...this.#writer.frame({
        linkType: frame.linkType,
        time: epoch + BigInt(Math.round(frame.time)),
        bytes,
        originalLength: frame.originalLength,
      }),
    );
  }

  segment({ buffer, v6, source, destination, sourcePort, destinationPort }: Segment): void {
    const length = v6 ? 16 : 4;
    const from = hex(buffer.subarray(source, source + length));
    const to = hex(buffer.subarray(destination, destination + length));
    const found =
      this.#wanted.get(keyOf(from, sourcePort, to, destinationPort)) ?? this.#wanted.get(keyOf(to, destinationPort, from, sourcePort));
    const { number, time } = this.#frame!;
    const isOne = this.#options.file === undefined;
    this.#isWanted =
      found?.some(({ first, last, from: since, to: until }) =>
        isOne ? number >= first && number <= last : time >= since && time <= until,
      ) === true;
  }
}

const hex = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : String.fromCharCode(...bytes));
const keyOf = (from: string, fromPort: number, to: string, toPort: number): string => `${from}|${fromPort}|${to}|${toPort}`;
