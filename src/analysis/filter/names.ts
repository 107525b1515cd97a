/** The names that a filter knows: Wireshark's where the meaning is the same, `conn.` and `exchange.` before every column of the report. */

import type { Exchange, TcpAnalysis } from '../../trace/index.ts';
import { exchangeFields, type Field, fields } from '../fields.ts';
import type { Subject } from './subject.ts';

export type Value = number | string | boolean;

/** `flag`: there or not, nothing to compare. */
export type ValueType = 'number' | 'string' | 'boolean' | 'address' | 'flag';

export interface FilterField {
  readonly name: string;
  readonly type: ValueType;
  readonly meaning: string;
  /** Of a plain number; durations are converted to it. */
  readonly unit?: 'ms' | 's' | undefined;
  /** All values that it can have, where they can be listed. */
  readonly values?: readonly string[] | undefined;
  /** What has it: the connection (or its packets), or each of its exchanges. */
  readonly scope: 'connection' | 'exchange';
  /** A bare yes-or-no column asks whether it is yes; Wireshark's bare fields ask whether they are there. */
  readonly holdsWhenTrue?: true;
  of(subject: Subject, exchange: Exchange | undefined): Value | readonly Value[] | undefined;
}

type OfConnection = (subject: Subject) => Value | readonly Value[] | undefined;
type OfExchange = (exchange: Exchange) => Value | undefined;

const connection = (name: string, type: ValueType, meaning: string, of: OfConnection, unit?: 's'): FilterField => ({
  name,
  type,
  meaning,
  unit,
  scope: 'connection',
  of,
});

const exchange = (name: string, type: ValueType, meaning: string, of: OfExchange): FilterField => ({
  name,
  type,
  meaning,
  scope: 'exchange',
  of: (_, each) => (each === undefined ? undefined : of(each)),
});

const isHttp1 = ({ version }: Exchange): boolean => version !== '2';
const isHttp2 = ({ version }: Exchange): boolean => version === '2';
const only = <T extends Value>(fits: (each: Exchange) => boolean, of: (each: Exchange) => T | undefined): OfExchange => {
  return (each) => (fits(each) ? of(each) : undefined);
};
const present = (there: boolean): true | undefined => (there ? true : undefined);

const isV6 = ({ trace: { columns }, index }: Subject): boolean => columns.address(columns.clientHost(index)).includes(':');
const client = ({ trace: { columns }, index }: Subject): string => columns.address(columns.clientHost(index));
const server = ({ trace: { columns }, index }: Subject): string => columns.address(columns.serverHost(index));
/** The addresses of those that sent, or that were sent to. */
const ends = (subject: Subject, v6: boolean): readonly string[] | undefined =>
  isV6(subject) === v6 ? [client(subject), server(subject)] : undefined;
const ports = ({ trace: { columns }, index }: Subject): readonly number[] => [columns.clientPort(index), columns.serverPort(index)];

/** Both values of a TCP flag where packets with and without it were seen. */
function flag(bit: number): OfConnection {
  return ({ connection: { completeness, state } }) => {
    const seen = (completeness & bit) !== 0;
    const others = !(seen && bit === 1 && state === 'S0');
    return [...(seen ? [true] : []), ...(others ? [false] : [])];
  };
}

const protocols: readonly FilterField[] = [
  connection('tcp', 'flag', 'TCP: every connection.', () => true),
  connection('ip', 'flag', 'IPv4.', (subject) => present(!isV6(subject))),
  connection('ipv6', 'flag', 'IPv6.', (subject) => present(isV6(subject))),
  connection('tls', 'flag', 'TLS.', ({ trace, index }) => present(trace.columns.encrypted(index))),
  connection('websocket', 'flag', 'WebSocket, after an upgrade.', ({ connection: { protocol } }) => present(protocol === 'websocket')),
  exchange(
    'http',
    'flag',
    'HTTP/1 requests or responses.',
    only(isHttp1, () => true),
  ),
  exchange(
    'http2',
    'flag',
    'HTTP/2 requests or responses.',
    only(isHttp2, () => true),
  ),
];

const addresses: readonly FilterField[] = [
  connection('tcp.stream', 'number', "Wireshark's number of the connection.", ({ connection: { tcpStream } }) => tcpStream),
  connection('ip.addr', 'address', 'IPv4 address of either end.', (subject) => ends(subject, false)),
  connection('ip.src', 'address', 'IPv4 address of a sender: of either end.', (subject) => ends(subject, false)),
  connection('ip.dst', 'address', 'IPv4 address of a receiver: of either end.', (subject) => ends(subject, false)),
  connection('ipv6.addr', 'address', 'IPv6 address of either end.', (subject) => ends(subject, true)),
  connection('ipv6.src', 'address', 'IPv6 address of a sender: of either end.', (subject) => ends(subject, true)),
  connection('ipv6.dst', 'address', 'IPv6 address of a receiver: of either end.', (subject) => ends(subject, true)),
  connection('tcp.port', 'number', 'TCP port of either end.', ports),
  connection('tcp.srcport', 'number', 'TCP port of a sender: of either end.', ports),
  connection('tcp.dstport', 'number', 'TCP port of a receiver: of either end.', ports),
  connection('vlan.id', 'number', 'VLAN ids.', (subject) => subject.connection.vlan),
  connection('frame.interface_id', 'number', 'Capture interface of its first frame.', (subject) => subject.connection.interface),
];

const flags: Readonly<Record<keyof TcpAnalysis, string>> = {
  keepAlive: 'keep_alive',
  keepAliveAck: 'keep_alive_ack',
  retransmission: 'retransmission',
  fastRetransmission: 'fast_retransmission',
  spuriousRetransmission: 'spurious_retransmission',
  outOfOrder: 'out_of_order',
  lostSegment: 'lost_segment',
  ackLostSegment: 'ack_lost_segment',
  duplicateAck: 'duplicate_ack',
  zeroWindow: 'zero_window',
  zeroWindowProbe: 'zero_window_probe',
  zeroWindowProbeAck: 'zero_window_probe_ack',
  windowUpdate: 'window_update',
  windowFull: 'window_full',
  reusedPorts: 'reused_ports',
};

const transport: readonly FilterField[] = [
  ...Object.entries(flags).map(([key, name]) =>
    connection(`tcp.analysis.${name}`, 'flag', 'Frames that Wireshark 4.0 flags so, by its rules.', (subject) =>
      present((subject.connection.tcpAnalysis?.[key as keyof TcpAnalysis] ?? 0) > 0),
    ),
  ),
  connection(
    'tcp.analysis.initial_rtt',
    'number',
    'Round trip of the handshake, from the last SYN, in seconds.',
    ({ connection: { initialRtt } }) => (initialRtt === undefined ? undefined : initialRtt / 1e9),
    's',
  ),
  connection('tcp.completeness', 'number', 'Bits: 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST.', (s) => s.connection.completeness),
  connection('tcp.flags.syn', 'boolean', 'Packets with SYN.', flag(1)),
  connection('tcp.flags.fin', 'boolean', 'Packets with FIN.', flag(16)),
  connection('tcp.flags.reset', 'boolean', 'Packets with RST.', flag(32)),
];

const http: readonly FilterField[] = [
  exchange(
    'http.request',
    'flag',
    'HTTP/1 requests.',
    only(isHttp1, ({ method }) => present(method !== undefined)),
  ),
  exchange(
    'http.response',
    'flag',
    'HTTP/1 responses.',
    only(isHttp1, ({ status }) => present(status !== undefined)),
  ),
  exchange(
    'http.host',
    'string',
    'Host of an HTTP/1 request.',
    only(isHttp1, ({ authority }) => authority),
  ),
  exchange(
    'http.request.method',
    'string',
    'Method of an HTTP/1 request.',
    only(isHttp1, ({ method }) => method),
  ),
  exchange(
    'http.request.uri',
    'string',
    'Target of an HTTP/1 request.',
    only(isHttp1, ({ target }) => target),
  ),
  exchange(
    'http.response.code',
    'number',
    'Status of an HTTP/1 response.',
    only(isHttp1, ({ status }) => status),
  ),
  exchange(
    'http.user_agent',
    'string',
    'User-Agent of an HTTP/1 request.',
    only(isHttp1, ({ userAgent }) => userAgent),
  ),
  exchange(
    'http.server',
    'string',
    'Server of an HTTP/1 response.',
    only(isHttp1, ({ server }) => server),
  ),
  exchange('http2.streamid', 'number', 'HTTP/2 stream.', ({ streamId }) => streamId),
  exchange(
    'http2.headers.authority',
    'string',
    ':authority of an HTTP/2 request.',
    only(isHttp2, ({ authority }) => authority),
  ),
  exchange(
    'http2.headers.method',
    'string',
    ':method of an HTTP/2 request.',
    only(isHttp2, ({ method }) => method),
  ),
  exchange(
    'http2.headers.path',
    'string',
    ':path of an HTTP/2 request.',
    only(isHttp2, ({ target }) => target),
  ),
  exchange(
    'http2.headers.status',
    'number',
    ':status of an HTTP/2 response.',
    only(isHttp2, ({ status }) => status),
  ),
];

const security: readonly FilterField[] = [
  connection('tls.handshake.extensions_server_name', 'string', 'Server name of the ClientHello (SNI).', (s) => s.connection.serverName),
  connection('tls.handshake.extensions_alpn_str', 'string', 'Protocols that were offered or chosen (ALPN).', (s) => [
    ...new Set([...(s.connection.tls?.protocolsOffered.split(',') ?? []), s.connection.alpn ?? ''].filter(Boolean)),
  ]),
  connection('tls.handshake.ja4', 'string', 'JA4 of the ClientHello.', (subject) => subject.connection.tlsClientFingerprint),
];

const unitOf = (name: string): 'ms' | 's' | undefined => (name.endsWith('_ms') ? 'ms' : name.endsWith('_s') ? 's' : undefined);

function typeOf({ name, type }: Pick<Field, 'name' | 'type'>): ValueType {
  if (name === 'client_address' || name === 'server_address') return 'address';
  if (type === 'boolean') return 'boolean';
  return type === 'string' || type === 'strings' ? 'string' : 'number';
}

const columnFields: readonly FilterField[] = fields.map((field) => ({
  name: `conn.${field.name}`,
  type: typeOf(field),
  meaning: field.meaning,
  unit: unitOf(field.name),
  values: field.values,
  scope: 'connection',
  ...(field.type === 'boolean' && { holdsWhenTrue: true }),
  of: (subject) => field.value(subject, subject.trace),
}));

const exchangeColumnFields: readonly FilterField[] = exchangeFields.map((field) => ({
  name: `exchange.${field.name}`,
  type: typeOf(field),
  meaning: field.meaning,
  unit: unitOf(field.name),
  values: field.values,
  scope: 'exchange',
  ...(field.type === 'boolean' && { holdsWhenTrue: true }),
  of: (subject, each) => (each === undefined ? undefined : field.value({ exchange: each, connection: subject.connection }, subject.trace)),
}));

export const filterFields: readonly FilterField[] = [
  ...protocols,
  ...addresses,
  ...transport,
  ...http,
  ...security,
  ...columnFields,
  ...exchangeColumnFields,
];

export const known: ReadonlyMap<string, FilterField> = new Map(filterFields.map((field) => [field.name, field]));

/** Wireshark's fields of single packets that are not kept, and what comes nearest. */
export const instead: ReadonlyMap<string, string> = new Map([
  ['frame.number', 'conn.first_frame and conn.last_frame'],
  ['frame.time', 'conn.start_time'],
  ['frame.time_relative', 'conn.start_ms'],
  ['frame.time_delta', 'conn.idle_max_ms'],
  ['frame.len', 'conn.bytes_client and conn.bytes_server'],
  ['tcp.len', 'conn.bytes_client and conn.bytes_server'],
  ['tcp.time_delta', 'conn.idle_max_ms'],
  ['tcp.time_relative', 'conn.duration_ms'],
  ['http.time', 'exchange.time_to_first_byte_ms'],
  ['http.connection', 'conn.http_close_by'],
  ['tls.handshake.version', 'conn.tls_version'],
  ['tls.handshake.ciphersuite', 'conn.tls_cipher'],
]);
