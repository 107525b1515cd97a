/** Reads a capture, pushed in pieces of any size, and shows at any moment what was seen so far. */

import { CaptureReader, linkTypeName, type Reader, SourceFacts } from '../capture/index.ts';
import { PcapParserReader } from '../capture/pcap-parser.ts';
import { ExchangeLog } from '../http/index.ts';
import { Notes } from '../note.ts';
import { Hosts, PacketDecoder } from '../packet/index.ts';
import { TcpTracker } from '../tcp/index.ts';
import { KeyLog } from '../tls/index.ts';
import { RecordColumns, type Records } from './columns.ts';
import { ConnectionFacts } from './connection-facts.ts';
import { makeConnection, makeExchanges } from './connection-record.ts';
import { Conversation } from './conversation.ts';
import { ConversationHost } from './conversation-host.ts';
import type { Accounting, CaptureFacts, Trace } from './trace.ts';
import { Vantages } from './vantage.ts';

export interface InspectorOptions {
  /** Of the capture, for messages and reports. */
  readonly name?: string;
  readonly reader?: 'warmwire' | 'pcap-parser';
  /** What `openCapture` learns of the file while its bytes are pushed. */
  readonly source?: SourceFacts;
  /** Segments that the capture holds twice are not marked. */
  readonly keepDuplicates?: boolean;
  /** TLS secrets, as SSLKEYLOGFILE has them; those in the capture are used as well. */
  readonly keyLog?: string;
  /** Of the flow table's hash; results do not depend on it. */
  readonly seed?: number;
}

export class Inspector {
  readonly #name: string;
  readonly #source: SourceFacts;
  readonly #notes = new Notes();
  readonly #reader: Reader;
  readonly #decoder: PacketDecoder;
  readonly #records: Records;
  #ended = false;
  #lastTime = 0;

  constructor(options: InspectorOptions = {}) {
    this.#name = options.name ?? 'capture';
    const notes = this.#notes;
    const hosts = new Hosts();
    const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    const log = new ExchangeLog();
    const epoch = (): bigint | undefined => this.#reader.facts.epoch;
    const quoted = (): number => this.#decoder.facts.quotedTcp;
    const tracker: TcpTracker = new TcpTracker((connection) => new Conversation(host, connection), hosts, notes, { seed, epoch, quoted });
    const facts = new ConnectionFacts(tracker.records);
    const keys = new KeyLog();
    if (options.keyLog !== undefined) keys.add(options.keyLog);
    const host = new ConversationHost(log, facts, keys, notes, tracker);
    this.#decoder = new PacketDecoder(tracker, notes, options);
    this.#records = { tracker, hosts, tags: this.#decoder.tags, log, facts, vantages: new Vantages(tracker) };
    this.#source = options.source ?? new SourceFacts();
    const sink = {
      frame: (frame: Parameters<PacketDecoder['frame']>[0]) => {
        if (frame.time > this.#lastTime) this.#lastTime = frame.time;
        this.#decoder.frame(frame);
      },
      secrets: (text: string) => keys.add(text),
    };
    const readerOptions = { notes, name: this.#name };
    this.#reader = options.reader === 'pcap-parser' ? new PcapParserReader(sink, readerOptions) : new CaptureReader(sink, readerOptions);
  }

  /** @throws CaptureFault where the bytes are no capture at all */
  push(chunk: Uint8Array): void {
    const { texts } = this.#records.log;
    const before = texts.refused;
    this.#reader.push(chunk);
    if (before === 0 && texts.refused > 0)
      this.#notes.add('text-limit', this.#reader.facts.frames, 'hosts, agents or targets of the whole capture');
  }

  /** The capture is over: what still waited is given out. @throws CaptureFault where there was none */
  end(): void {
    this.#reader.end();
    this.#decoder.end();
    this.#records.tracker.end();
    const { framesTruncated } = this.#reader.facts;
    if (framesTruncated > 0) this.#notes.add('cut-frames', 0, `${framesTruncated} frames`);
    this.#ended = true;
  }

  get frames(): number {
    return this.#reader.facts.frames;
  }

  /** A view of everything seen until now. */
  trace(): Trace {
    const records = this.#records;
    const columns = new RecordColumns(records);
    const { facts } = this.#reader;
    return {
      epoch: facts.epoch ?? 0n,
      timeDigits: facts.timeDigits,
      size: columns.connections,
      lastTime: this.#lastTime,
      complete: this.#ended && facts.damagedAt === undefined && !this.#source.damaged,
      captures: [this.#capture()],
      accounting: this.#accounting(),
      notes: [...this.#source.notes.list(), ...this.#notes.list()],
      columns,
      connection: (index) => makeConnection(index, records, columns, facts.epoch ?? 0n),
      exchanges: (index) => makeExchanges(index, records.log, columns),
    };
  }

  #capture(): CaptureFacts {
    const { facts } = this.#reader;
    const { epoch } = facts;
    return {
      name: this.#name,
      container: facts.container,
      compression: this.#source.compression,
      bytes: facts.bytesRead,
      frames: facts.frames,
      firstTime: facts.frames === 0 ? undefined : epoch,
      lastTime: facts.frames === 0 || epoch === undefined ? undefined : epoch + BigInt(Math.round(this.#lastTime)),
      timeDigits: facts.timeDigits,
      linkTypes: facts.linkTypes.map(linkTypeName),
      framesTruncated: facts.framesTruncated,
      framesDropped: facts.framesDropped,
      framesDuplicate: this.#decoder.facts.duplicates,
      damagedAtOffset: facts.damagedAt,
    };
  }

  #accounting(): Accounting {
    const { facts } = this.#reader;
    const { tracker } = this.#records;
    const packets = this.#decoder.facts;
    const payload = tracker.reassembler.facts;
    return {
      bytes: { read: facts.bytesRead, used: facts.bytesUsed, skipped: { ...facts.skipped } },
      frames: { seen: facts.frames, tcp: packets.tcp, other: { ...packets.other }, unusable: { ...packets.unusable } },
      payload: {
        seen: payload.seen,
        delivered: payload.delivered,
        duplicate: payload.duplicate,
        conflicting: payload.conflicting,
        givenUp: { ...payload.givenUp },
      },
      connections: { seen: tracker.records.size, listed: tracker.records.size, evicted: {} },
    };
  }
}
