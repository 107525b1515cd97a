/** What the columns do not hold is asked of the records, for the connections where it matters and for no others. */

import type { Duration, Time } from '../time.ts';
import { millisecond } from '../time.ts';
import type { Trace } from '../trace/index.ts';
import type { PoolKeys } from './pool-keys.ts';

/** A connection that is closed within this time after its last exchange did not wait for an answer for long. */
const promptClose: Duration = 250 * millisecond;

/** Whether the response to a connection's last request never came: it is busy until it is closed, and could not have served another. */
export function waitsForever(trace: Trace, connection: number, exchange: number, end: Time): boolean {
  const { columns } = trace;
  if (columns.nextExchange(exchange) >= 0 || columns.persistent(exchange) || columns.multiplexes(connection)) return false;
  if (columns.closed(connection) - end <= promptClose) return false;
  return !columns.answered(exchange);
}

/** Whether a connection on which requests were counted went on as something else (WebSocket, a tunnel): `exchange` is the one not counted. */
export function leftHttp(trace: Trace, connection: number, exchange: number): boolean {
  if (trace.columns.nextExchange(exchange) >= 0 || trace.columns.multiplexes(connection)) return false;
  return trace.exchangeViews(connection).at(-1)?.persistence?.because === 'left_http';
}

/** A server says 408 unasked when it tires of a connection that nobody used (RFC 9110 §15.5.9). */
export function timedOutUnused(trace: Trace, connection: number): boolean {
  return trace.exchangeViews(connection).find((exchange) => exchange.method !== undefined || exchange.status !== 408) === undefined;
}

/** Clients asked for their distance at most; the others are taken to be as far as half of these. */
const clientsAsked = 10_000;
const connectionsAsked = 3;

/**
 * Per client the round trip between capture point and client (g): what the capture shows at one time, the client knows, and its
 * answer shows, only so much later. Clients with a single connection are not asked: it has nobody to compete with.
 */
export function clientDistances(trace: Trace, keys: PoolKeys): Float64Array {
  const { columns } = trace;
  const connections = new Int32Array(keys.clients);
  for (const client of keys.clientOf) connections[client]! += 1;
  const distances = new Float64Array(keys.clients).fill(Number.NaN);
  const asked = new Uint8Array(keys.clients);
  let clients = 0;
  for (let each = 0; each < columns.connections; each += 1) {
    const client = keys.clientOf[each]!;
    if (connections[client]! < 2 || asked[client]! >= connectionsAsked || !columns.openingSeen(each) || !columns.established(each))
      continue;
    if (asked[client] === 0 && clients === clientsAsked) continue;
    if (asked[client] === 0) clients += 1;
    asked[client]! += 1;
    const distance = columns.clientRoundTrip(each);
    if (!Number.isNaN(distance) && !(distances[client]! <= distance)) distances[client] = distance;
  }
  const known = distances.filter((distance) => !Number.isNaN(distance)).sort();
  const usual = known[known.length >> 1] ?? 0;
  for (let client = 0; client < keys.clients; client += 1) if (Number.isNaN(distances[client]!)) distances[client] = usual;
  return distances;
}
