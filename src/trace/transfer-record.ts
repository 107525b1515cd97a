/** Makes the record of what each side transferred, when it is asked for: round trips, bytes sent again and in flight, closed windows, slow start. */

import { CLIENT, SERVER, type Side } from '../stream.ts';
import { type LossKind, record, type TcpTracker } from '../tcp/index.ts';
import { type Duration, second } from '../time.ts';
import type { Connection, OverlapConflict, SlowStart, StreamLosses, Transfer, TransferRoundTrip, Transfers } from './connection.ts';
import type { Records } from './records.ts';

/** What a side has when its SYN does not say more (Ethernet, IPv4), and what the timestamps in every segment take of it. */
const USUAL_SEGMENT = 1460;
const TIMESTAMPS = 12;
/** RFC 6928. */
const FIRST_WINDOW = 10;

/** Each member is made when it is asked for. */
export class TransfersView implements Transfers {
  readonly #connection: Connection;
  readonly #records: Records;
  readonly #swapped: boolean;
  #client: Transfer | undefined = undefined;
  #server: Transfer | undefined = undefined;
  #slowStart: SlowStart | undefined = undefined;

  /** `swapped`: client and server had been guessed wrong. */
  constructor(connection: Connection, records: Records, swapped: boolean) {
    this.#connection = connection;
    this.#records = records;
    this.#swapped = swapped;
  }

  get client(): Transfer {
    this.#client ??= new TransferView(this.#connection, this.#records.tracker, this.#swapped ? SERVER : CLIENT, true);
    return this.#client;
  }

  get server(): Transfer {
    this.#server ??= new TransferView(this.#connection, this.#records.tracker, this.#swapped ? CLIENT : SERVER, false);
    return this.#server;
  }

  /** Round trips that its window, ten segments at first and doubled with each, made the first exchange wait. */
  get slowStart(): SlowStart | undefined {
    this.#slowStart ??= this.#makeSlowStart();
    return this.#slowStart;
  }

  #makeSlowStart(): SlowStart | undefined {
    const { id, rttClient, rttServer } = this.#connection;
    const { facts, log, tracker } = this.#records;
    const first = facts.firstExchange(id);
    if (first < 0 || rttClient === undefined || rttServer === undefined) return undefined;
    const one = tracker.synOptions.get((halfFlags(id, tracker, CLIENT) >>> record.SYN_OPTIONS) & 255);
    const other = tracker.synOptions.get((halfFlags(id, tracker, SERVER) >>> record.SYN_OPTIONS) & 255);
    const timestamps = one?.timestamps === true && other?.timestamps === true ? TIMESTAMPS : 0;
    const least = Math.min(one?.segmentSize ?? USUAL_SEGMENT, other?.segmentSize ?? USUAL_SEGMENT);
    const segment = Math.max(1, least - timestamps);
    const roundTrips = extraRoundTrips(log.requestBytes(first), segment) + extraRoundTrips(log.responseBytes(first), segment);
    return { roundTrips, time: roundTrips * (rttClient + rttServer) };
  }
}

/** The same of one side. */
class TransferView implements Transfer {
  readonly #connection: Connection;
  readonly #tracker: TcpTracker;
  readonly #side: Side;
  readonly #isClient: boolean;
  readonly #place: number;
  #roundTrip: TransferRoundTrip | undefined = undefined;

  constructor(connection: Connection, tracker: TcpTracker, side: Side, isClient: boolean) {
    this.#connection = connection;
    this.#tracker = tracker;
    this.#side = side;
    this.#isClient = isClient;
    this.#place = tracker.transfers.place(connection.id, side);
  }

  get offered(): Transfer['offered'] {
    const tracker = this.#tracker;
    return tracker.synOptions.get((halfFlags(this.#connection.id, tracker, this.#side) >>> record.SYN_OPTIONS) & 255);
  }

  get retransmittedBytes(): number {
    return this.#tracker.transfers.againBytes(this.#place);
  }

  get inFlightMax(): number | undefined {
    return this.#tracker.transfers.underWay(this.#place);
  }

  get zeroWindow(): Duration {
    const { start, duration } = this.#connection;
    return this.#tracker.transfers.closedFor(this.#place, start + duration);
  }

  get roundTrip(): TransferRoundTrip | undefined {
    this.#roundTrip ??= this.#makeRoundTrip();
    return this.#roundTrip;
  }

  get bytesPerSecond(): number | undefined {
    const { bytesClient, bytesServer, duration } = this.#connection;
    const bytes = this.#isClient ? bytesClient : bytesServer;
    return duration > 0 && bytes > 0 ? ((bytes - this.retransmittedBytes) * second) / duration : undefined;
  }

  /** The handshake is a measurement like any other, but only of the least. */
  #makeRoundTrip(): TransferRoundTrip | undefined {
    const { id, synToSynAck, synAckToAck } = this.#connection;
    const measured = this.#tracker.transfers.roundTrips(this.#place);
    const handshake = isClean(id, this.#tracker) ? (this.#isClient ? synToSynAck : synAckToAck) : undefined;
    if (!measured) return handshake === undefined ? undefined : { samples: 0, least: handshake, p50: undefined, p95: undefined };
    const { samples, least, p50, p95 } = measured;
    return { samples, least: Math.min(least, handshake ?? least), p50, p95 };
  }
}

/** A copy of what the view shows. */
export const transfersRecord = ({ client, server, slowStart }: Transfers): Transfers => ({
  client: transferRecord(client),
  server: transferRecord(server),
  slowStart,
});

const transferRecord = (transfer: Transfer): Transfer => ({
  offered: transfer.offered,
  retransmittedBytes: transfer.retransmittedBytes,
  inFlightMax: transfer.inFlightMax,
  zeroWindow: transfer.zeroWindow,
  roundTrip: transfer.roundTrip,
  bytesPerSecond: transfer.bytesPerSecond,
});

/** Of nearly all connections. */
const nothingLost: StreamLosses = Object.freeze({ capture: 0, snapLength: 0, network: 0, conflicts: Object.freeze([]) });

export function lossesOf(c: number, { reassembler: { losses } }: TcpTracker, swapped: boolean): StreamLosses {
  if (!losses.has(c)) return nothingLost;
  const missing = (kind: LossKind): number => losses.missing(c, CLIENT, kind) + losses.missing(c, SERVER, kind);
  const conflicts = losses
    .conflicts(c)
    .map(({ side, ...rest }): OverlapConflict => ({ by: (side === CLIENT) === swapped ? 'server' : 'client', ...rest }));
  return { capture: missing('capture'), snapLength: missing('snap-length'), network: missing('network'), conflicts };
}

const extraRoundTrips = (bytes: number, segment: number): number =>
  Math.max(0, Math.ceil(Math.log2(bytes / (FIRST_WINDOW * segment) + 1)) - 1);

/** SYN and SYN-ACK were sent once, and the ACK came without data. */
function isClean(c: number, tracker: TcpTracker): boolean {
  const words = tracker.records.i32;
  const flags = words[c * record.WORDS + record.FLAGS]!;
  const wanted = record.HANDSHAKE | record.ACK_WITH_DATA | record.SYN_ACK_AGAIN;
  return (flags & wanted) === record.HANDSHAKE && (words[c * record.WORDS + record.SYN_COUNT]! & 0xffff) === 0;
}

const halfFlags = (c: number, { records }: TcpTracker, side: Side): number =>
  records.i32[c * record.WORDS + record.CLIENT_HALF + side * record.HALF + record.HALF_FLAGS]!;
