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

  /** `swapped`: client and server had been guessed wrong. */
  constructor(connection: Connection, records: Records, swapped: boolean) {
    this.#connection = connection;
    this.#records = records;
    this.#swapped = swapped;
  }

  get client(): Transfer {
    const { bytesClient, synToSynAck } = this.#connection;
    this.#client ??= this.#transfer(this.#swapped ? SERVER : CLIENT, bytesClient, synToSynAck);
    return this.#client;
  }

  get server(): Transfer {
    const { bytesServer, synAckToAck } = this.#connection;
    this.#server ??= this.#transfer(this.#swapped ? CLIENT : SERVER, bytesServer, synAckToAck);
    return this.#server;
  }

  /** Round trips that its window, ten segments at first and doubled with each, made the first exchange wait. */
  get slowStart(): SlowStart | undefined {
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

  /** `handshake`: the way to that side's peer and back while it was made. */
  #transfer(side: Side, bytes: number, handshake: Duration | undefined): Transfer {
    const { id, start, duration } = this.#connection;
    const { tracker } = this.#records;
    const figures = tracker.transfers.read(id, side);
    const again = figures?.againBytes ?? 0;
    const stillClosed = figures?.closedSince === undefined ? 0 : Math.max(0, start + duration - figures.closedSince);
    return {
      offered: tracker.synOptions.get((halfFlags(id, tracker, side) >>> record.SYN_OPTIONS) & 255),
      retransmittedBytes: again,
      inFlightMax: figures?.underWay,
      zeroWindow: (figures?.closedFor ?? 0) + stillClosed,
      roundTrip: roundTripOf(figures?.roundTrips, isClean(id, tracker) ? handshake : undefined),
      bytesPerSecond: duration > 0 && bytes > 0 ? ((bytes - again) * second) / duration : undefined,
    };
  }
}

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

/** The handshake is a measurement like any other, but only of the least. */
function roundTripOf(
  measured: { samples: number; least: Duration; p50: Duration; p95: Duration } | undefined,
  handshake: Duration | undefined,
): TransferRoundTrip | undefined {
  if (!measured) return handshake === undefined ? undefined : { samples: 0, least: handshake, p50: undefined, p95: undefined };
  return { ...measured, least: Math.min(measured.least, handshake ?? measured.least) };
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
