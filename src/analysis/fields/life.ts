/** Columns that say how a connection lived and ended in TCP: state, close, keep-alive probes, Wireshark's flags. */

import { stateCodes, type TcpAnalysis } from '../../trace/index.ts';
import { closeReasons, confidences, type Row } from '../analysis.ts';
import { type Field, ms, usually } from './field.ts';

export const sideNames = ['client', 'server'] as const;
const closeKinds = ['fin', 'rst'] as const;

export const closeFields: readonly Field[] = [
  {
    name: 'state',
    title: 'state',
    type: 'string',
    values: stateCodes,
    meaning: "Zeek's connection state (conn_state).",
    value: (row) => row.connection.state,
  },
  {
    name: 'history',
    title: 'history',
    type: 'string',
    meaning: "Zeek's history letters.",
    value: (row) => (row.connection.history === '' ? undefined : row.connection.history),
  },
  {
    name: 'history_extended',
    title: 'history +HTTP',
    type: 'string',
    meaning: "Zeek's letters and m an HTTP message, n another, e the announced end of HTTP, l left HTTP/1, k a TCP keep-alive probe.",
    value: (row) => (row.connection.historyExtended === '' ? undefined : row.connection.historyExtended),
  },
  {
    name: 'completeness',
    title: 'compl.',
    type: 'integer',
    meaning: "Wireshark's tcp.completeness: 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST.",
    value: (row) => row.connection.completeness,
  },
  {
    name: 'closed_by',
    title: 'closed by',
    type: 'string',
    values: sideNames,
    meaning: 'Who sent the first FIN or RST.',
    value: (row) => row.connection.closedBy,
  },
  {
    name: 'closed_with',
    title: 'with',
    type: 'string',
    values: closeKinds,
    meaning: 'What it was closed with.',
    value: (row) => row.connection.closedWith,
  },
  {
    name: 'close_reason',
    title: 'close reason',
    type: 'string',
    values: closeReasons,
    pool: true,
    meaning: 'Why it was closed, by the first rule that explains it.',
    value: (row) => row.verdict.closeReason,
  },
];

const probeCounts: readonly Field[] = [
  {
    name: 'tcp_keep_alive_probes',
    title: 'probes',
    type: 'integer',
    meaning: 'TCP keep-alive probes of both sides, by our rule (not the HTTP header).',
    value: ({ connection }) => connection.probes.client + connection.probes.server,
  },
  {
    name: 'tcp_keep_alive_probes_client',
    title: 'c.probes',
    type: 'integer',
    meaning: 'TCP keep-alive probes that the client sent.',
    value: (row) => row.connection.probes.client,
  },
  {
    name: 'tcp_keep_alive_probes_server',
    title: 's.probes',
    type: 'integer',
    meaning: 'TCP keep-alive probes that the server sent.',
    value: (row) => row.connection.probes.server,
  },
  {
    name: 'tcp_keep_alive_acks',
    title: 'probe acks',
    type: 'integer',
    meaning: 'TCP keep-alive probes that were answered.',
    value: (row) => row.connection.probes.acks,
  },
  {
    name: 'tcp_keep_alive_unanswered',
    title: 'unanswered',
    type: 'integer',
    meaning: 'TCP keep-alive probes that were not answered.',
    value: (row) => row.connection.probes.unanswered,
  },
];

export const probeFields: readonly Field[] = [
  ...usually(0, ({ connection: { probes } }) => probes.client + probes.server === 0, probeCounts),
  {
    name: 'tcp_keep_alive_interval_ms',
    title: 'probe ms',
    type: 'number',
    meaning: 'Median time between the probes of one run.',
    value: (row) => ms(row.connection.probes.interval),
  },
  {
    name: 'tcp_keep_alive_timer',
    title: 'timer',
    type: 'string',
    pool: true,
    meaning: 'The known software whose TCP keep-alive timer fits.',
    value: (row) => row.verdict.keepAliveTimers[0]?.timer.software,
  },
  {
    name: 'tcp_keep_alive_timer_confidence',
    title: 'timer conf.',
    type: 'string',
    pool: true,
    values: confidences,
    meaning: 'Whether that software was named by what was seen, or only its timer fits.',
    value: (row) => row.verdict.keepAliveTimers[0]?.confidence,
  },
  {
    name: 'tcp_keep_alive_timer_candidates',
    title: 'timers',
    type: 'strings',
    pool: true,
    meaning: 'All known software whose TCP keep-alive timers fit, the likeliest first.',
    value: ({ verdict }) => (verdict.keepAliveTimers.length === 0 ? undefined : verdict.keepAliveTimers.map(({ timer }) => timer.software)),
  },
];

const flags: readonly (readonly [name: string, title: string, flag: string, of: (analysis: TcpAnalysis) => number])[] = [
  ['keep_alive', 'ws ka', 'keep_alive', (a) => a.keepAlive],
  ['keep_alive_ack', 'ws ka ack', 'keep_alive_ack', (a) => a.keepAliveAck],
  ['retransmission', 'retr.', 'retransmission', (a) => a.retransmission],
  ['fast_retransmission', 'fast retr.', 'fast_retransmission', (a) => a.fastRetransmission],
  ['spurious_retransmission', 'spur. retr.', 'spurious_retransmission', (a) => a.spuriousRetransmission],
  ['out_of_order', 'ooo', 'out_of_order', (a) => a.outOfOrder],
  ['lost_segment', 'lost', 'lost_segment', (a) => a.lostSegment],
  ['ack_lost_segment', 'ack lost', 'ack_lost_segment', (a) => a.ackLostSegment],
  ['duplicate_ack', 'dup ack', 'duplicate_ack', (a) => a.duplicateAck],
  ['zero_window', 'zero win', 'zero_window', (a) => a.zeroWindow],
  ['zero_window_probe', 'zw probe', 'zero_window_probe', (a) => a.zeroWindowProbe],
  ['zero_window_probe_ack', 'zw p.ack', 'zero_window_probe_ack', (a) => a.zeroWindowProbeAck],
  ['window_update', 'win upd.', 'window_update', (a) => a.windowUpdate],
  ['window_full', 'win full', 'window_full', (a) => a.windowFull],
  ['reused_ports', 'ports', 'reused_ports', (a) => a.reusedPorts],
];

const flagFields: readonly Field[] = flags.map(([name, title, flag, of]) => ({
  name: `tcp_analysis_${name}`,
  title,
  type: 'integer',
  meaning: `Frames that Wireshark 4.0 flags tcp.analysis.${flag}, by its own rules.`,
  value: ({ connection }) => (connection.tcpAnalysis === undefined ? undefined : of(connection.tcpAnalysis)),
}));

/** Nothing was flagged. */
function isClean({ connection: { tcpAnalysis } }: Row): boolean {
  if (tcpAnalysis === undefined) return false;
  for (let i = 0; i < flags.length; i += 1) if (flags[i]![3](tcpAnalysis) !== 0) return false;
  return true;
}

export const wiresharkFields: readonly Field[] = usually(0, isClean, flagFields);
