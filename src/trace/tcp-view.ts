/** What TCP alone tells of one connection, read from the columns when it is asked for. */

import { LAST_INTERFACE } from '../capture/index.ts';
import { CLIENT, SERVER } from '../stream.ts';
import { record, type SegmentVerdicts, stateCode } from '../tcp/index.ts';
import type { Duration, Time } from '../time.ts';
import type { RecordColumns } from './columns.ts';
import type { Connection, Endpoint, FastOpen, KeepAliveProbes, StreamLosses, Vantage } from './connection.ts';
import { keepAliveProbes } from './keep-alive-record.ts';
import type { Records } from './records.ts';
import { lossesOf } from './transfer-record.ts';
import { vantageOf } from './vantage.ts';

/** Members as in `Connection`. */
export class TcpView {
  readonly id: number;
  protected readonly records: Records;
  protected readonly columns: RecordColumns;
  protected readonly words: Int32Array;
  /** Where its words begin, and those of its halves. */
  protected readonly at: number;
  protected readonly flags: number;
  protected readonly swapped: boolean;
  readonly #epoch: bigint;
  #client: Endpoint | undefined = undefined;
  #server: Endpoint | undefined = undefined;
  #losses: StreamLosses | undefined = undefined;
  #probes: KeepAliveProbes | undefined = undefined;
  #verdicts: SegmentVerdicts | undefined = undefined;

  /** `epoch` as in `Trace`. */
  constructor(id: number, records: Records, columns: RecordColumns, epoch: bigint) {
    this.id = id;
    this.records = records;
    this.columns = columns;
    this.words = records.tracker.records.i32;
    this.at = id * record.WORDS;
    this.flags = this.words[this.at + record.FLAGS]!;
    this.swapped = (this.flags & record.SWAPPED) !== 0;
    this.#epoch = epoch;
  }

  get tcpStream(): number | undefined {
    return atLeastZero(this.#word(record.STREAM));
  }
  get client(): Endpoint {
    this.#client ??= this.#endpoint(this.columns.clientHost(this.id), this.columns.clientPort(this.id));
    return this.#client;
  }
  get server(): Endpoint {
    this.#server ??= this.#endpoint(this.columns.serverHost(this.id), this.columns.serverPort(this.id));
    return this.#server;
  }
  get clientGuessed(): boolean {
    return (this.flags & record.GUESSED) !== 0;
  }
  get vlan(): readonly number[] {
    return this.records.tags.vlansOf(this.columns.linkTag(this.id));
  }
  get tunnel(): string | undefined {
    return this.records.tags.tunnelOf(this.columns.linkTag(this.id));
  }
  get interface(): number | undefined {
    const { points } = this.records;
    const own = points ? points.interface(this.#point) : this.#point;
    return own === LAST_INTERFACE ? undefined : own;
  }
  get file(): number {
    return this.records.points?.capture(this.#point) ?? 0;
  }
  get firstFrame(): number {
    return this.#word(record.FIRST_FRAME);
  }
  get lastFrame(): number {
    return this.#word(record.LAST_FRAME);
  }
  get start(): Time {
    return this.columns.opened(this.id);
  }
  get duration(): Duration {
    return this.columns.lasted(this.id);
  }
  get framesClient(): number {
    return this.#word((this.swapped ? record.SERVER_HALF : record.CLIENT_HALF) + record.FRAMES);
  }
  get framesServer(): number {
    return this.#word((this.swapped ? record.CLIENT_HALF : record.SERVER_HALF) + record.FRAMES);
  }
  get bytesClient(): number {
    return this.columns.bytes(this.id, this.swapped ? SERVER : CLIENT);
  }
  get bytesServer(): number {
    return this.columns.bytes(this.id, this.swapped ? CLIENT : SERVER);
  }
  get framesDuplicate(): number {
    return this.#flagged.duplicateFrames;
  }

  get synFrame(): number | undefined {
    return this.records.tracker.records.synFrame(this.id) || undefined;
  }
  get synAckFrame(): number | undefined {
    return this.#word(record.SYN_ACK_FRAME) || undefined;
  }
  get ackFrame(): number | undefined {
    return this.#word(record.ACK_FRAME) || undefined;
  }
  get handshakeComplete(): boolean {
    return (this.flags & record.HANDSHAKE) !== 0;
  }
  get simultaneousOpen(): boolean {
    return (this.flags & record.SIMULTANEOUS) !== 0;
  }
  get handshake(): Duration | undefined {
    return known(this.columns.handshake(this.id));
  }
  get synToSynAck(): Duration | undefined {
    return this.handshakeComplete ? this.toServer : undefined;
  }
  get synAckToAck(): Duration | undefined {
    return this.handshakeComplete ? this.toClient : undefined;
  }
  get handshakeClient(): Duration | undefined {
    return known(this.columns.handshakeClient(this.id));
  }
  get initialRtt(): Duration | undefined {
    if (!this.records.tracker.isAnalysisShown(this.id)) return undefined;
    const value = known(this.records.tracker.records.initialRtt(this.id));
    // Wireshark takes a SYN at exactly 1970-01-01 00:00 for no SYN, and a round trip of 0 for none (`tcp.analysis.initial_rtt`, 4.0).
    return value === 0 || this.#isLastSynAtZero ? undefined : value;
  }
  get synRetransmissions(): number {
    return this.#word(record.SYN_COUNT) & 0xffff;
  }
  get synWait(): Duration | undefined {
    const { records } = this.records.tracker;
    return this.synRetransmissions > 0 ? between(records.synTime(this.id), records.lastSynTime(this.id)) : undefined;
  }
  get fastOpen(): FastOpen | undefined {
    if (this.flags & record.FAST_OPEN_ACCEPTED) return 'accepted';
    if (this.flags & record.FAST_OPEN_DATA) return this.flags & record.SYN_ACK_SEEN ? 'ignored' : undefined;
    return this.flags & record.FAST_OPEN_ASKED ? 'cookie_requested' : undefined;
  }
  get vantage(): Vantage | undefined {
    const { rttClient, rttServer } = this;
    return rttClient === undefined || rttServer === undefined ? undefined : vantageOf(rttClient, rttServer);
  }
  get rttClient(): Duration | undefined {
    return known(this.records.vantages.client(this.id));
  }
  get rttServer(): Duration | undefined {
    return known(this.records.vantages.server(this.id));
  }

  get state(): Connection['state'] {
    const states = this.#word(record.STATES);
    const first = states & 7;
    const second = (states >> 3) & 7;
    const { swapped, bytesClient, bytesServer } = this;
    return stateCode(swapped ? second : first, swapped ? first : second, bytesClient, bytesServer, this.history);
  }
  get history(): string {
    return this.records.tracker.history.text(this.id, this.swapped);
  }
  get historyExtended(): string {
    return this.records.tracker.history.text(this.id, this.swapped, true);
  }
  get completeness(): number {
    const bits = (this.#word(record.STATES) >> 8) & 63;
    // Of a lone segment on ports that were not used before, Wireshark shows only that it is a SYN, and the SYN's data.
    if (this.framesClient + this.framesServer > 1 || this.#word(record.PREVIOUS) >= 0) return bits;
    return this.flags & record.STARTED_WITH_SYN ? bits & 9 : 0;
  }
  get closedBy(): 'client' | 'server' | undefined {
    const by = this.columns.closedBy(this.id);
    return by < 0 ? undefined : by === 0 ? 'client' : 'server';
  }
  get closedWith(): 'fin' | 'rst' | undefined {
    if (this.columns.closedBy(this.id) < 0) return undefined;
    return this.flags & record.CLOSED_BY_RST ? 'rst' : 'fin';
  }
  get closed(): Time | undefined {
    return known(this.columns.closed(this.id));
  }
  get closeFrame(): number | undefined {
    return atLeastZero(this.columns.closeFrame(this.id));
  }

  get losses(): StreamLosses {
    this.#losses ??= lossesOf(this.id, this.records.tracker, this.swapped);
    return this.#losses;
  }
  get probes(): KeepAliveProbes {
    this.#probes ??= keepAliveProbes(this.id, this.records.tracker, this.swapped, this.columns.closedBy(this.id) < 0);
    return this.#probes;
  }
  /** With the duplicates, which are not Wireshark's. */
  get tcpAnalysis(): SegmentVerdicts {
    return this.#flagged;
  }
  get previousOnFlow(): number | undefined {
    return atLeastZero(this.#word(record.PREVIOUS));
  }
  get notes(): Connection['notes'] {
    return this.records.notes.of(this.id);
  }

  /** From SYN to SYN-ACK, from there to the ACK. */
  protected get toServer(): Duration | undefined {
    const { records } = this.records.tracker;
    return between(records.synTime(this.id), records.synAckTime(this.id));
  }

  protected get toClient(): Duration | undefined {
    const { records } = this.records.tracker;
    return between(records.synAckTime(this.id), records.ackTime(this.id));
  }

  get #flagged(): SegmentVerdicts {
    this.#verdicts ??= this.records.tracker.verdicts(this.id);
    return this.#verdicts;
  }

  get #isLastSynAtZero(): boolean {
    const last = this.records.tracker.records.lastSynTime(this.id);
    return !Number.isNaN(last) && this.#epoch + BigInt(Math.round(last)) === 0n;
  }

  /** Number of its interface among all captures. */
  get #point(): number {
    return this.#word(record.SYN_COUNT) >>> 16;
  }

  #word(word: number): number {
    return this.words[this.at + word]!;
  }

  #endpoint(host: number, port: number): Endpoint {
    return { address: this.columns.address(host), port, name: this.columns.hostName(host) };
  }
}

export const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
const atLeastZero = (value: number): number | undefined => (value < 0 ? undefined : value);
/** A clock that was set back leaves the time between unknown. */
const between = (from: Time, to: Time): Duration | undefined => (to >= from ? to - from : undefined);
