/** Columns that say how the bytes of a connection went: round trips, bytes sent again and in flight, closed windows, slow start. */

import type { Connection, Transfer } from '../../trace/index.ts';
import type { Row } from '../analysis.ts';
import { type Field, type FieldValue, ms, usually } from './field.ts';

/** Who sent more. */
export const sendingSide = ({ bytesClient, bytesServer, transfers }: Connection): Transfer | undefined =>
  bytesClient > bytesServer ? transfers?.client : transfers?.server;

interface SideColumn {
  readonly name: (side: string) => string;
  readonly title: string;
  readonly type: Field['type'];
  readonly meaning: (side: string) => string;
  readonly value: (transfer: Transfer) => FieldValue | undefined;
}

const sideColumns: readonly SideColumn[] = [
  {
    name: (side) => `retransmitted_bytes_${side}`,
    title: 'retr. B',
    type: 'integer',
    meaning: (side) => `Payload bytes that the ${side} sent again, by Wireshark's rules for retransmissions.`,
    value: (transfer) => transfer.retransmittedBytes,
  },
  {
    name: (side) => `bytes_in_flight_max_${side}`,
    title: 'in flight',
    type: 'integer',
    meaning: (side) => `Most bytes of the ${side} that were sent and not yet acknowledged; missing where that was never more than 4096.`,
    value: (transfer) => transfer.inFlightMax,
  },
  {
    name: (side) => `zero_window_${side}_ms`,
    title: 'no win ms',
    type: 'number',
    meaning: (side) => `How long the ${side} had no room in its window.`,
    value: (transfer) => ms(transfer.zeroWindow),
  },
  {
    name: (side) => `throughput_${side}_bytes_per_s`,
    title: 'bytes/s',
    type: 'number',
    meaning: (side) => `Payload bytes of the ${side} per second of the connection's life, those sent again apart.`,
    value: (transfer) => (transfer.bytesPerSecond === undefined ? undefined : Math.round(transfer.bytesPerSecond * 1000) / 1000),
  },
  {
    name: (side) => `mss_${side}`,
    title: 'mss',
    type: 'integer',
    meaning: (side) => `Largest payload of a segment that the ${side} takes, by its SYN.`,
    value: (transfer) => transfer.offered?.segmentSize,
  },
];

const ofSide = (side: 'client' | 'server'): readonly Field[] =>
  sideColumns.map((column) => ({
    name: column.name(side),
    title: `${side.charAt(0)}. ${column.title}`,
    type: column.type,
    meaning: column.meaning(side),
    value: ({ connection: { transfers } }) => (transfers === undefined ? undefined : column.value(transfers[side])),
  }));

/** The way to the client is measured by what the server sent, and the other way round. */
const roundTripTo = (side: 'client' | 'server', percentile: 'p50' | 'p95'): Field => ({
  name: `rtt_${side}_${percentile}_ms`,
  title: `rtt ${side.charAt(0)}. ${percentile}`,
  type: 'number',
  meaning: `Round trip between the capture point and the ${side} while data flowed: ${percentile === 'p50' ? 'the median' : '95 % did not exceed it'}, within an eighth.`,
  value: ({ connection: { transfers } }) => ms(transfers?.[side === 'client' ? 'server' : 'client'].roundTrip?.[percentile]),
});

const lossFields: readonly Field[] = [
  {
    name: 'missing_bytes_capture',
    title: 'lost capt.',
    type: 'integer',
    meaning: 'Payload bytes that the peer acknowledged and that are not in the capture.',
    value: (row) => row.connection.losses?.capture,
  },
  {
    name: 'missing_bytes_snap_length',
    title: 'cut',
    type: 'integer',
    meaning: 'Payload bytes that were cut off because frames were captured only in part.',
    value: (row) => row.connection.losses?.snapLength,
  },
  {
    name: 'missing_bytes_network',
    title: 'lost net',
    type: 'integer',
    meaning: 'Payload bytes that nobody acknowledged and that did not come again: lost on the network.',
    value: (row) => row.connection.losses?.network,
  },
  {
    name: 'overlap_conflicts',
    title: 'conflicts',
    type: 'integer',
    meaning: 'Segments that brought other bytes than an earlier copy for the same place; the first are used.',
    value: (row) => row.connection.losses?.conflicts.length,
  },
];

/** Nothing is missing, nothing came twice with different bytes. */
const isWhole = ({ connection: { losses } }: Row): boolean =>
  losses !== undefined && losses.capture + losses.snapLength + losses.network + losses.conflicts.length === 0;

export const transferFields: readonly Field[] = [
  roundTripTo('client', 'p50'),
  roundTripTo('client', 'p95'),
  roundTripTo('server', 'p50'),
  roundTripTo('server', 'p95'),
  ...ofSide('client'),
  ...ofSide('server'),
  ...usually(0, isWhole, lossFields),
  {
    name: 'slow_start_rtts',
    title: 'slow start',
    type: 'integer',
    pool: true,
    meaning: 'Round trips that the first exchange waited at most because the window of a new connection is small.',
    value: (row) => row.connection.transfers?.slowStart?.roundTrips,
  },
  {
    name: 'slow_start_ms',
    title: 'slow start ms',
    type: 'number',
    pool: true,
    meaning: 'What these round trips cost at most.',
    value: (row) => ms(row.connection.transfers?.slowStart?.time),
  },
];
