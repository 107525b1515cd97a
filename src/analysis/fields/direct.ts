/** Columns whose value needs no record of the connection: a row of nothing but these is written in a fraction of the time. A test holds them against the records. */

import { toIso8601 } from '../../time.ts';
import type { Columns, Trace } from '../../trace/index.ts';
import { LazyRow } from '../row.ts';
import { bracketed } from './address.ts';
import { type Field, type FieldValue, ms } from './field.ts';

/** The columns do not tell: ask the record. */
export const unsure: unique symbol = Symbol('unsure');

type Direct = (columns: Columns, id: number, trace: Trace) => FieldValue | undefined | typeof unsure;

const sides: readonly string[] = ['client', 'server'];

/** What TLS hides is known to the record alone. */
const unlessTls =
  (direct: (columns: Columns, id: number) => FieldValue | undefined | typeof unsure): Direct =>
  (columns, id) =>
    columns.encrypted(id) ? unsure : direct(columns, id);

export const direct: Readonly<Record<string, Direct>> = {
  id: (_, id) => id,
  tcp_stream: (columns, id) => atLeastZero(columns.tcpStream(id)),
  client_address: (columns, id) => bracketed(columns.address(columns.clientHost(id))),
  client_host_name: (columns, id) => columns.hostName(columns.clientHost(id)),
  client_port: (columns, id) => columns.clientPort(id),
  server_address: (columns, id) => bracketed(columns.address(columns.serverHost(id))),
  server_host_name: (columns, id) => columns.hostName(columns.serverHost(id)),
  server_port: (columns, id) => columns.serverPort(id),
  authority: unlessTls(authority),
  protocol: (columns, id) => columns.protocol(id),
  first_frame: (columns, id) => columns.firstFrame(id),
  last_frame: (columns, id) => columns.lastFrame(id),
  start_time: (columns, id, trace) => toIso8601(trace.epoch, columns.opened(id), trace.timeDigits),
  start_ms: (columns, id) => ms(columns.opened(id)),
  duration_ms: (columns, id) => ms(columns.lasted(id)),
  handshake_ms: (columns, id) => ms(columns.handshake(id)),
  setup_ms: (columns, id) => ms(columns.setup(id)),
  tls_handshake_ms: (columns, id) => ms(columns.handshakeTls(id)),
  closed_by: (columns, id) => sides[columns.closedBy(id)],
  closed_with: (columns, id) => (columns.closedBy(id) < 0 ? undefined : columns.closedByReset(id) ? 'rst' : 'fin'),
  requests: unlessTls((columns, id) => columns.requests(id)),
  reuses: unlessTls((columns, id) => columns.reuses(id)),
  tcp_keep_alive_probes: (columns, id) => columns.probes(id),
};

const atLeastZero = (value: number): number | undefined => (value < 0 ? undefined : value);

function authority(columns: Columns, id: number): FieldValue | undefined | typeof unsure {
  const name = columns.authority(id);
  if (name > 0) return columns.text(name);
  return columns.firstExchange(id) < 0 ? undefined : unsure;
}

/** The same column, by the shorter way where there is one. */
export function shortened(field: Field): Field {
  const short = direct[field.name];
  if (short === undefined) return field;
  return {
    ...field,
    value(row, trace) {
      if (!(row instanceof LazyRow) || row.isMade) return field.value(row, trace);
      const value = short(trace.columns, row.id, trace);
      return value === unsure ? field.value(row, trace) : value;
    },
  };
}
