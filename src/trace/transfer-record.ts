/** Makes the record of what each side transferred, when it is asked for: round trips, bytes sent again and in flight, closed windows, slow start. */

import type { Exchange } from '../http/index.ts';
import { CLIENT, SERVER, type Side } from '../stream.ts';
import { type LossKind, record, type TcpTracker } from '../tcp/index.ts';
import { type Duration, second } from '../time.ts';
import type { OverlapConflict, SlowStart, StreamLosses, Transfer, TransferRoundTrip, Transfers } from './connection.ts';

/** What a side has when its SYN does not say more (Ethernet, IPv4), and what the timestamps in every segment take of it. */
const USUAL_SEGMENT = 1460;
const TIMESTAMPS = 12;
/** RFC 6928. */
const FIRST_WINDOW = 10;

/** What the record of the connection knows already. */
export interface Known {
  readonly swapped: boolean;
  readonly duration: Duration;
  readonly end: number;
  readonly bytesClient: number;
  readonly bytesServer: number;
  /** The two parts of its handshake: to the server and back, to the client and back. */
  readonly toServer: Duration | undefined;
  readonly toClient: Duration | undefined;
  /** Least round trip between the two hosts. */
  readonly roundTrip: Duration | undefined;
  readonly firstExchange: Pick<Exchange, 'requestBytes' | 'responseBytes'> | undefined;
}

export function transfersOf(c: number, tracker: TcpTracker, known: Known): Transfers {
  const client = known.swapped ? SERVER : CLIENT;
  const server = known.swapped ? CLIENT : SERVER;
  const clean = isClean(c, tracker);
  return {
    client: transferOf(c, tracker, client, known, known.bytesClient, clean ? known.toServer : undefined),
    server: transferOf(c, tracker, server, known, known.bytesServer, clean ? known.toClient : undefined),
    slowStart: slowStart(c, tracker, client, server, known),
  };
}

function transferOf(
  c: number,
  tracker: TcpTracker,
  side: Side,
  { duration, end }: Known,
  bytes: number,
  handshake: Duration | undefined,
): Transfer {
  const figures = tracker.transfers.read(c, side);
  const again = figures?.againBytes ?? 0;
  const stillClosed = figures?.closedSince === undefined ? 0 : Math.max(0, end - figures.closedSince);
  return {
    offered: tracker.synOptions.get((halfFlags(c, tracker, side) >>> record.SYN_OPTIONS) & 255),
    retransmittedBytes: again,
    inFlightMax: figures?.underWay,
    zeroWindow: (figures?.closedFor ?? 0) + stillClosed,
    roundTrip: roundTripOf(figures?.roundTrips, handshake),
    bytesPerSecond: duration > 0 && bytes > 0 ? ((bytes - again) * second) / duration : undefined,
  };
}

export function lossesOf(c: number, { reassembler: { losses } }: TcpTracker, swapped: boolean): StreamLosses {
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

/** Round trips that its window, ten segments at first and doubled with each, made the first exchange wait. */
function slowStart(c: number, tracker: TcpTracker, client: Side, server: Side, known: Known): SlowStart | undefined {
  const { firstExchange, roundTrip } = known;
  if (firstExchange === undefined || roundTrip === undefined) return undefined;
  const sizes = [client, server].map((side) => tracker.synOptions.get((halfFlags(c, tracker, side) >>> record.SYN_OPTIONS) & 255));
  const timestamps = sizes.every((offered) => offered?.timestamps === true) ? TIMESTAMPS : 0;
  const segment = Math.max(1, Math.min(...sizes.map((offered) => offered?.segmentSize ?? USUAL_SEGMENT)) - timestamps);
  const extra = (bytes: number): number => Math.max(0, Math.ceil(Math.log2(bytes / (FIRST_WINDOW * segment) + 1)) - 1);
  const roundTrips = extra(firstExchange.requestBytes) + extra(firstExchange.responseBytes);
  return { roundTrips, time: roundTrips * roundTrip };
}

/** SYN and SYN-ACK were sent once, and the ACK came without data. */
function isClean(c: number, tracker: TcpTracker): boolean {
  const words = tracker.records.i32;
  const flags = words[c * record.WORDS + record.FLAGS]!;
  const wanted = record.HANDSHAKE | record.ACK_WITH_DATA | record.SYN_ACK_AGAIN;
  return (flags & wanted) === record.HANDSHAKE && (words[c * record.WORDS + record.SYN_COUNT]! & 0xffff) === 0;
}

const halfFlags = (c: number, { records }: TcpTracker, side: Side): number =>
  records.i32[c * record.WORDS + record.CLIENT_HALF + side * record.HALF + record.HALF_FLAGS]!;
