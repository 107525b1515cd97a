/** Reads captures, pushed in pieces of any size, and shows at any moment what was seen so far. */

import { type Frame, type SourceFacts, TimeOrder } from '../capture/index.ts';
import { ExchangeLog, makeExchange } from '../http/index.ts';
import { combined, Notes } from '../note.ts';
import { Hosts, PacketDecoder } from '../packet/index.ts';
import { QuicFlows } from '../quic/index.ts';
import { type FlowLimits, TcpTracker } from '../tcp/index.ts';
import { KeyLog } from '../tls/index.ts';
import { CaptureInput, type CaptureOptions } from './capture-input.ts';
import { CapturePoints } from './capture-points.ts';
import { RecordColumns } from './columns.ts';
import { ConnectionFacts } from './connection-facts.ts';
import { makeConnection } from './connection-record.ts';
import { ConnectionView } from './connection-view.ts';
import { Conversation } from './conversation.ts';
import { ConversationHost } from './conversation-host.ts';
import { DecodeAs } from './decode-as.ts';
import { LoggedExchanges } from './exchange-views.ts';
import type { Records } from './records.ts';
import { RedactedColumns } from './redacted-columns.ts';
import { Redaction, type RedactionOptions, redacted } from './redaction.ts';
import type { Accounting, ReadWith, Trace } from './trace.ts';
import { type Vanished, vanishedOf } from './vanished.ts';
import { Vantages } from './vantage.ts';

export interface InspectorOptions extends RedactionOptions {
  /** Of the capture, for messages and reports. */
  readonly name?: string;
  /** What `openCapture` learns of the file while its bytes are pushed. */
  readonly source?: SourceFacts;
  /** Instead of these two: captures that are read as one trace, in order of their first frames. */
  readonly captures?: readonly CaptureOptions[];
  readonly reader?: 'warmwire' | 'pcap-parser';
  /** Segments that the capture holds twice are not marked. */
  readonly keepDuplicates?: boolean | undefined;
  /** Packets whose IPv4 or TCP checksum is wrong are left out and counted. */
  readonly verifyChecksums?: boolean | undefined;
  /** Connections are told apart by addresses and ports alone, whatever VLAN or tunnel their packets are in. */
  readonly ignoreEncapsulation?: boolean | undefined;
  /** Only so many frames of each capture are read. */
  readonly frameLimit?: number | undefined;
  /** What `openCapture` was told, for the report. */
  readonly maxUncompressed?: number | undefined;
  /** TLS secrets, as SSLKEYLOGFILE has them; those in the capture are used as well. */
  readonly keyLog?: string;
  /** What is spoken on which port, as tshark's -d has it: `tcp.port==8888,http`. The constructor throws DecodeAsError. */
  readonly decodeAs?: readonly string[];
  /** Called back every 4,096 frames, at the same frames however the capture is cut. */
  readonly milestone?: ((inspector: Inspector) => void) | undefined;
  readonly limits?: Partial<FlowLimits>;
  /** Of the flow table's hash; results do not depend on it. */
  readonly seed?: number;
}

/** Frames from one milestone to the next. */
const milestones = 4096;

export class Inspector {
  readonly #notes = new Notes();
  readonly #order: TimeOrder;
  readonly #inputs: readonly CaptureInput[];
  readonly #decoder: PacketDecoder;
  readonly #readWith: ReadWith;
  readonly #records: Records;
  readonly #quic: QuicFlows;
  readonly #redaction: Redaction;
  #ended = false;
  #lastTime = Number.NEGATIVE_INFINITY;
  #reading = 0;
  #passed = 0;
  #milestoneAt: number;
  readonly #milestone: InspectorOptions['milestone'];
  #unread = 0;

  constructor(options: InspectorOptions = {}) {
    this.#milestone = options.milestone;
    this.#milestoneAt = options.milestone === undefined ? Number.POSITIVE_INFINITY : milestones;
    const captures = options.captures ?? [{ name: options.name ?? 'capture', source: options.source }];
    const several = captures.length > 1;
    const notes = this.#notes;
    const hosts = new Hosts();
    const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    const log = new ExchangeLog();
    const epoch = (): bigint | undefined => this.#epoch;
    // Wireshark numbers the streams of one file only.
    const quoted = (): number => (several ? Number.POSITIVE_INFINITY : this.#decoder.facts.quotedTcp);
    const tracker: TcpTracker = new TcpTracker((connection) => new Conversation(host, connection), hosts, notes, {
      seed,
      epoch,
      quoted,
      limits: options.limits,
    });
    const facts = new ConnectionFacts(tracker.records);
    const keys = new KeyLog();
    if (options.keyLog !== undefined) keys.add(options.keyLog);
    const host = new ConversationHost(log, facts, keys, notes, tracker, hosts, new DecodeAs(options.decodeAs));
    this.#readWith = {
      reader: options.reader,
      keepDuplicates: options.keepDuplicates || undefined,
      verifyChecksums: options.verifyChecksums || undefined,
      ignoreEncapsulation: options.ignoreEncapsulation || undefined,
      maxUncompressed: options.maxUncompressed,
      frameLimit: options.frameLimit,
    };
    this.#quic = new QuicFlows(notes);
    this.#decoder = new PacketDecoder(tracker, notes, { ...options, datagrams: this.#quic });
    const points = several ? new CapturePoints() : undefined;
    this.#records = {
      notes,
      tracker,
      hosts,
      tags: this.#decoder.tags,
      log,
      facts,
      points,
      hostName: this.#hostName,
      vantages: new Vantages(tracker),
    };
    this.#redaction = new Redaction(options, () => tracker.records.startingNumbers(0));
    const base = captures[0]?.begins;
    const begins = captures.map((capture) =>
      capture.begins === undefined ? Number.POSITIVE_INFINITY : Number(capture.begins - (base ?? 0n)),
    );
    this.#order = new TimeOrder(this, begins);
    const secrets = (text: string): void => keys.add(text);
    const kind = options.reader ?? 'warmwire';
    this.#inputs = captures.map(
      (capture, i) => new CaptureInput(this.#order.lanes[i]!, capture, base, kind, notes, secrets, options.frameLimit),
    );
  }

  /** Which capture's bytes are needed next; -1 when all have ended. */
  get wants(): number {
    return this.#order.wants;
  }

  /** The capture that is wanted has given as many frames as were asked for: it can be ended. */
  get hasEnough(): boolean {
    return this.#inputs[this.wants]?.reader.hasEnough === true;
  }

  /** The next bytes of the capture that is wanted. @throws CaptureFault where they are no capture at all */
  push(chunk: Uint8Array): void {
    const { texts } = this.#records.log;
    const before = texts.refused;
    this.#wanted().reader.push(chunk);
    this.#order.settle();
    // Of no frame: how many have been read by now depends on the pieces.
    if (before === 0 && texts.refused > 0) this.#notes.add('text-limit', 0, 'hosts, agents or targets of the whole capture');
  }

  /** The capture that is wanted is over. @throws CaptureFault where there was none */
  endCapture(): void {
    const input = this.#wanted();
    input.reader.end();
    input.lane.ended = true;
    this.#order.settle();
  }

  /** The capture that is wanted cannot be read any further. */
  abandon(why: string): void {
    this.missing(why);
    this.#wanted().abandon();
    this.#order.settle();
  }

  /** A capture that belongs to these could not be opened. */
  missing(why: string): void {
    this.#unread += 1;
    this.#notes.add('unread-capture', 0, why);
  }

  /** All is over: what still waited is given out. @throws CaptureFault where there was no capture */
  end(): void {
    while (this.wants >= 0) this.endCapture();
    this.#decoder.end();
    this.#records.tracker.end();
    this.#records.vantages.end();
    const cut = this.#sum(({ framesTruncated }) => framesTruncated);
    if (cut > 0) this.#notes.add('cut-frames', 0, `${cut} frames`);
    this.#ended = true;
  }

  /** Called back by the order of time. */
  frame(frame: Frame, capture: number): void {
    const input = this.#inputs[capture]!;
    if (capture !== this.#reading) this.#turn(capture);
    if (frame.time > input.latest) input.latest = frame.time;
    if (frame.time < input.earliest) input.earliest = frame.time;
    if (frame.time > this.#lastTime) this.#lastTime = frame.time;
    const { points } = this.#records;
    const { facts } = this.#decoder;
    const { duplicates } = facts;
    if (points) {
      const own = frame.interface;
      frame.interface = points.id(capture, own);
      this.#decoder.frame(frame);
      frame.interface = own;
    } else this.#decoder.frame(frame);
    if (facts.duplicates !== duplicates) input.duplicates += 1;
    this.#passed += 1;
    if (this.#passed >= this.#milestoneAt) this.#reachMilestone();
  }

  #reachMilestone(): void {
    this.#milestoneAt += milestones;
    this.#milestone?.(this);
  }

  get frames(): number {
    return this.#sum(({ frames }) => frames);
  }

  /** Listed until now. */
  get connections(): number {
    return this.#records.tracker.records.size;
  }

  /** A view of everything seen until now. */
  trace(): Trace {
    const { facts } = this.#redaction;
    const trace = this.#original();
    if (facts.secretsShown && !facts.anonymized) return redacted(trace, this.#redaction, trace);
    const columns = new RedactedColumns(this.#records, this.#redaction);
    return redacted(trace, this.#redaction, {
      columns,
      view: (index) => new ConnectionView(index, this.#records, columns, trace.epoch),
      exchangeViews: (index) => new LoggedExchanges(index, this.#records.log, columns, this.#redaction),
    });
  }

  #original(): Trace {
    const records = this.#records;
    const columns = new RecordColumns(records);
    const quic = this.#quic;
    let vanished: readonly Vanished[] | undefined;
    const inputs = this.#inputs;
    const epoch = this.#epoch ?? 0n;
    const view = (index: number): ConnectionView => new ConnectionView(index, records, columns, epoch);
    return {
      epoch,
      timeDigits: inputs.some(({ reader }) => reader.facts.timeDigits === 9) ? 9 : 6,
      size: columns.connections,
      lastTime: Math.max(0, this.#lastTime),
      complete: this.#ended && this.#unread === 0 && inputs.every(({ isComplete }) => isComplete),
      captures: inputs.map((input) => input.facts()),
      readWith: this.#readWith,
      accounting: this.#accounting(),
      notes: combined([...inputs.map(({ source }) => source.notes), this.#notes]),
      get quic(): readonly Vanished[] {
        vanished ??= vanishedOf(quic, columns);
        return vanished;
      },
      columns,
      view,
      connection: (index) => makeConnection(view(index)),
      exchanges: (index) => Array.from(new LoggedExchanges(index, records.log, columns), makeExchange),
      exchangeViews: (index) => new LoggedExchanges(index, records.log, columns),
    };
  }

  /** The first that has a name for an address gives it. */
  readonly #hostName = (address: string): string | undefined => {
    for (const input of this.#inputs) {
      const name = input.hostName(address);
      if (name !== undefined) return name;
    }
    return undefined;
  };

  get #epoch(): bigint | undefined {
    return this.#inputs[0]?.reader.facts.epoch;
  }

  #wanted(): CaptureInput {
    if (this.wants !== this.#reading) this.#turn(this.wants);
    return this.#inputs[this.#reading]!;
  }

  /** Notes tell of the capture that is being read. */
  #turn(capture: number): void {
    this.#reading = capture;
    this.#notes.capture = capture;
  }

  #accounting(): Accounting {
    const { tracker } = this.#records;
    const packets = this.#decoder.facts;
    const payload = tracker.reassembler.facts;
    const read = this.#sum(({ bytesRead }) => bytesRead);
    const used = this.#sum(({ bytesUsed }) => bytesUsed);
    const skipped: Record<string, number> = {};
    for (const { reader } of this.#inputs)
      for (const [reason, bytes] of Object.entries(reader.facts.skipped)) skipped[reason] = (skipped[reason] ?? 0) + bytes;
    return {
      bytes: { read, used, skipped },
      frames: { seen: this.frames, tcp: packets.tcp, other: { ...packets.other }, unusable: { ...packets.unusable } },
      payload: {
        seen: payload.seen,
        delivered: payload.delivered,
        duplicate: payload.duplicate,
        conflicting: payload.conflicting,
        givenUp: { ...payload.givenUp },
      },
      connections: connectionCounts(tracker),
    };
  }

  #sum(count: (facts: CaptureInput['reader']['facts']) => number): number {
    let sum = 0;
    for (const { reader } of this.#inputs) sum += count(reader.facts);
    return sum;
  }
}

/** Segments of connections beyond the limit are counted, for nobody knows which of them belong together. */
function connectionCounts({ admission: { crowd, refused }, records }: TcpTracker): Accounting['connections'] {
  const halfOpen = crowd.evicted + crowd.waiting;
  const evicted = { ...(halfOpen > 0 ? { 'half-open': halfOpen } : {}), ...(refused > 0 ? { 'connection-limit': refused } : {}) };
  return { seen: records.size + halfOpen + refused, listed: records.size, evicted };
}
