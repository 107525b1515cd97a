/** Columns that say what the set-up of a connection cost: TCP, and all of it together. */

import { fastOpenKinds, proxyKinds, vantages } from '../../trace/index.ts';
import { setupClasses } from '../analysis.ts';
import { type Field, ms, usually } from './field.ts';
import { sendingSide } from './transfer.ts';

export const setupFields: readonly Field[] = [
  {
    name: 'syn_frame',
    title: 'SYN',
    type: 'integer',
    meaning: 'Frame of the first SYN of the handshake that succeeded.',
    value: ({ connection }) => (connection.handshakeComplete ? connection.synFrame : undefined),
  },
  {
    name: 'syn_ack_frame',
    title: 'SYN-ACK',
    type: 'integer',
    meaning: 'Frame of its SYN-ACK.',
    value: ({ connection }) => (connection.handshakeComplete ? connection.synAckFrame : undefined),
  },
  {
    name: 'ack_frame',
    title: 'ACK',
    type: 'integer',
    meaning: "Frame of the client's first ACK after it.",
    value: ({ connection }) => (connection.handshakeComplete ? connection.ackFrame : undefined),
  },
  {
    name: 'handshake_complete',
    title: 'handshake',
    type: 'boolean',
    meaning: 'SYN, SYN-ACK and ACK are in the capture and fit one another.',
    value: (row) => row.connection.handshakeComplete,
  },
  {
    name: 'handshake_ms',
    title: 'handshake ms',
    type: 'number',
    meaning: "First SYN to the client's first ACK after the SYN-ACK, as captured.",
    value: (row) => ms(row.connection.handshake),
  },
  {
    name: 'handshake_client_ms',
    title: 'TCP ms',
    type: 'number',
    pool: true,
    meaning: 'The TCP handshake as the client felt it, wherever the capture was taken.',
    value: (row) => ms(row.connection.handshakeClient),
  },
  {
    name: 'initial_rtt_ms',
    title: 'iRTT ms',
    type: 'number',
    meaning: "Wireshark's tcp.analysis.initial_rtt: from the last SYN.",
    value: (row) => ms(row.connection.initialRtt),
  },
  {
    name: 'syn_retransmissions',
    title: 'SYN retr.',
    type: 'integer',
    meaning: 'SYNs that were sent again.',
    value: (row) => row.connection.synRetransmissions,
  },
  {
    name: 'syn_wait_ms',
    title: 'SYN wait ms',
    type: 'number',
    meaning: 'From the first SYN to the last: what waiting for lost ones cost.',
    value: (row) => ms(row.connection.synWait),
  },
  {
    name: 'vantage',
    title: 'vantage',
    type: 'string',
    pool: true,
    values: vantages,
    meaning: 'Where the capture was taken, seen from this connection.',
    value: (row) => row.connection.vantage,
  },
  {
    name: 'rtt_client_ms',
    title: 'rtt c. ms',
    type: 'number',
    pool: true,
    meaning: 'Round trip between the capture point and the client (SYN-ACK to ACK).',
    value: (row) => ms(row.connection.rttClient),
  },
  {
    name: 'rtt_server_ms',
    title: 'rtt s. ms',
    type: 'number',
    pool: true,
    meaning: 'Round trip between the capture point and the server (SYN to SYN-ACK).',
    value: (row) => ms(row.connection.rttServer),
  },
  {
    name: 'rtt_min_ms',
    title: 'rtt min ms',
    type: 'number',
    meaning:
      'Least round trip between the capture point and whoever confirms the bytes of the side that sent more, the handshake included.',
    value: (row) => ms(sendingSide(row.connection)?.roundTrip?.least),
  },
  {
    name: 'rtt_p95_ms',
    title: 'rtt p95 ms',
    type: 'number',
    meaning: 'Round trip of that kind that 95 % of the measured ones do not exceed, within an eighth.',
    value: (row) => ms(sendingSide(row.connection)?.roundTrip?.p95),
  },
];

const proxyFields: readonly Field[] = [
  {
    name: 'proxy',
    title: 'proxy',
    type: 'string',
    values: proxyKinds,
    meaning: 'How a proxy was asked for a tunnel.',
    value: (row) => row.connection.proxy?.kind,
  },
  {
    name: 'proxy_target',
    title: 'proxy target',
    type: 'string',
    meaning: 'Host and port that it was asked for.',
    value: (row) => row.connection.proxy?.target,
  },
  {
    name: 'proxy_setup_ms',
    title: 'proxy ms',
    type: 'number',
    pool: true,
    meaning: "From asking to the proxy's yes, as the client felt it.",
    value: (row) => ms(row.connection.proxy?.setup),
  },
];

export const wholeSetupFields: readonly Field[] = [
  {
    name: 'tcp_fast_open',
    title: 'TFO',
    type: 'string',
    values: fastOpenKinds,
    meaning: 'What became of TCP Fast Open: cookie asked for, data of the SYN accepted, or ignored.',
    value: (row) => row.connection.fastOpen,
  },
  ...usually(undefined, ({ connection }) => connection.proxy === undefined, proxyFields),
  {
    name: 'setup_ms',
    title: 'set-up ms',
    type: 'number',
    pool: true,
    meaning: 'TCP, the proxy (CONNECT, SOCKS) and TLS together, as the client felt them.',
    value: (row) => ms(row.connection.setup),
  },
  {
    name: 'setup_rtts',
    title: 'set-up rtts',
    type: 'integer',
    meaning: 'Round trips of TCP and TLS before the first request could leave.',
    value: (row) => row.connection.setupRoundTrips,
  },
  {
    name: 'setup_class',
    title: 'class',
    type: 'string',
    pool: true,
    values: setupClasses,
    meaning: 'Latency class of the set-up.',
    value: (row) => row.verdict.setupClass,
  },
];
