/** What columns say of facts that are there, at their limits, and not there: an unknown value is missing, never 0 or an empty text. */

import { describe, expect, test } from 'vitest';
import { sendingSide } from '../../src/analysis/fields/transfer.ts';
import { bracketed, exchangeFields, type FieldValue, fields, findingFields, rowOf } from '../../src/analysis/fields.ts';
import { analyse } from '../../src/analysis/index.ts';
import type { Connection, Exchange, TcpAnalysis, Transfer } from '../../src/trace/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms } from '../support/made-up-trace.ts';

const asked: MadeUpConnection = { at: 0, exchanges: [[ms(40), ms(60)]] };

/** The columns of a connection with these facts. */
function columns(rest: Partial<Connection>, from: MadeUpConnection = asked): (...names: string[]) => (FieldValue | undefined)[] {
  const trace = madeUpTrace([{ ...from, rest }]);
  const row = rowOf(trace, analyse(trace), 0);
  return (...names) => names.map((name) => fields.find((field) => field.name === name)!.value(row, trace));
}

/** One column of an exchange with these facts, on a connection with those. */
function ofExchange(name: string, rest: Partial<Exchange>, connection: Partial<Connection> = {}): FieldValue | undefined {
  const trace = madeUpTrace([{ ...asked, exchanges: [{ start: ms(40), end: ms(60), rest }], rest: connection }]);
  return exchangeFields
    .find((field) => field.name === name)!
    .value({ exchange: trace.exchanges(0)[0]!, connection: trace.connection(0) }, trace);
}

const transfer = (scale: number): Transfer => ({
  offered: { segmentSize: 1400 + scale, windowScale: 7, selectiveAcks: true, timestamps: true },
  retransmittedBytes: 100 * scale,
  inFlightMax: 5000 * scale,
  zeroWindow: ms(scale),
  roundTrip: { samples: 9, least: ms(scale), p50: ms(10 * scale), p95: ms(100 * scale) },
  bytesPerSecond: 1000.0004 * scale,
});

describe('how the bytes went', () => {
  const both = { transfers: { client: transfer(1), server: transfer(2), slowStart: undefined } };

  test('of each side, by its own segments', () => {
    const names = (side: string): string[] => [
      `retransmitted_bytes_${side}`,
      `bytes_in_flight_max_${side}`,
      `zero_window_${side}_ms`,
      `throughput_${side}_bytes_per_s`,
      `mss_${side}`,
    ];
    expect(columns(both)(...names('client'))).toEqual([100, 5000, 1, 1000, 1401]);
    expect(columns(both)(...names('server'))).toEqual([200, 10_000, 2, 2000.001, 1402]);
    expect(columns({})(...names('client'), ...names('server'))).toEqual(Array(10).fill(undefined));
    const slow = { transfers: { ...both.transfers, client: { ...transfer(1), bytesPerSecond: undefined, offered: undefined } } };
    expect(columns(slow)('throughput_client_bytes_per_s', 'mss_client')).toEqual([undefined, undefined]);
  });

  test('the way to one side is measured by what the other sent', () => {
    const names = ['rtt_client_p50_ms', 'rtt_client_p95_ms', 'rtt_server_p50_ms', 'rtt_server_p95_ms'];
    expect(columns(both)(...names)).toEqual([20, 200, 10, 100]);
    expect(columns({})(...names)).toEqual(Array(4).fill(undefined));
  });

  test('titles and meanings name their side and share', () => {
    const about = (name: string): string[] =>
      fields.filter((field) => field.name === name).flatMap(({ title, meaning }) => [title, meaning]);
    expect(about('mss_client')).toEqual(['c. mss', 'Largest payload of a segment that the client takes, by its SYN.']);
    expect(about('rtt_server_p95_ms')[0]).toBe('rtt s. p95');
    expect(about('rtt_server_p50_ms')[1]).toMatch(/the server while data flowed: the median/);
    expect(about('rtt_server_p95_ms')[1]).toMatch(/95 % did not exceed it/);
    expect(about('throughput_client_bytes_per_s')[0]).toBe('c. bytes/s');
  });

  test('who sent more is the sender; the server where both sent as much', () => {
    const sender = (bytesClient: number, bytesServer: number): Transfer | undefined =>
      sendingSide(madeUpTrace([{ ...asked, rest: { ...both, bytesClient, bytesServer } }]).connection(0));
    expect([sender(3, 2), sender(2, 2), sender(2, 3)]).toEqual([transfer(1), transfer(2), transfer(2)]);
  });
});

test("Wireshark's flags have a column each", () => {
  const flags =
    'keep_alive keep_alive_ack retransmission fast_retransmission spurious_retransmission out_of_order lost_segment ack_lost_segment duplicate_ack zero_window zero_window_probe zero_window_probe_ack window_update window_full reused_ports'.split(
      ' ',
    );
  const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const tcpAnalysis = Object.fromEntries(flags.map((name, place) => [camel(name), place + 1])) as unknown as TcpAnalysis;
  const names = flags.map((name) => `tcp_analysis_${name}`);
  expect(columns({ tcpAnalysis })(...names)).toEqual(flags.map((_, place) => place + 1));
  expect(columns({ tcpAnalysis: undefined })(...names)).toEqual(flags.map(() => undefined));
  for (const [place, name] of names.entries())
    expect(fields.find((field) => field.name === name)).toMatchObject({
      type: 'integer',
      meaning: expect.stringContaining(`tcp.analysis.${flags[place]},`),
    });
});

describe('of a connection', () => {
  test('histories and lists that are empty are missing', () => {
    expect(columns({ history: '', historyExtended: '' })('history', 'history_extended')).toEqual([undefined, undefined]);
    expect(columns({ history: 'ShA', historyExtended: 'ShAm' })('history', 'history_extended')).toEqual(['ShA', 'ShAm']);
    expect(columns({ authorities: ['a'] })('authorities')).toEqual([undefined]);
    expect(columns({ authorities: ['a', 'b'] })('authorities')).toEqual([['a', 'b']]);
    expect(columns({ misdirected: 0, announcesHttp3: false })('misdirected', 'http3_announced')).toEqual([undefined, undefined]);
    expect(columns({ misdirected: 2, announcesHttp3: true })('misdirected', 'http3_announced')).toEqual([2, true]);
    expect(columns({ vlan: [] })('vlan')).toEqual([undefined]);
    expect(columns({ vlan: [7] })('vlan')).toEqual([[7]]);
  });

  test('probes of both sides are summed up', () => {
    const probes = { client: 3, server: 2, acks: 4, unanswered: 1, interval: undefined };
    expect(columns({ probes })('tcp_keep_alive_probes', 'tcp_keep_alive_probes_client', 'tcp_keep_alive_probes_server')).toEqual([5, 3, 2]);
  });

  test('what TLS said', () => {
    const tls = (facts: Partial<NonNullable<Connection['tls']>>) => columns({ tls: facts as NonNullable<Connection['tls']> });
    const said = (closedByClient: boolean, closedByServer: boolean) =>
      tls({ protocolsOffered: '', closedByClient, closedByServer })('tls_close_notify')[0];
    expect([said(true, true), said(true, false), said(false, true), said(false, false)]).toEqual(['both', 'client', 'server', undefined]);
    expect(tls({ protocolsOffered: 'h2,http/1.1' })('tls_alpn_offered')).toEqual([['h2', 'http/1.1']]);
    expect(tls({ protocolsOffered: '' })('tls_alpn_offered')).toEqual([undefined]);
    expect(tls({ protocolsOffered: '', certificateNames: ['a.test'] })('tls_certificate_names')).toEqual([['a.test']]);
    expect(tls({ protocolsOffered: '' })('tls_certificate_names')).toEqual([undefined]);
    expect(columns({})('tls_close_notify', 'tls_alpn_offered')).toEqual([undefined, undefined]);
  });

  test('nothing is told of a predecessor where no class can be', () => {
    expect(columns({})('opening', 'opening_censored')).toEqual(['first', true]);
    expect(columns({}, { at: 0, tls: true })('opening', 'opening_censored')).toEqual([undefined, undefined]);
  });

  test('the values that a column may have are listed', () => {
    const listed = (name: string) => fields.find((field) => field.name === name)!.values;
    expect(listed('tls_close_notify')).toEqual(['client', 'server', 'both']);
    expect(listed('closed_by')).toEqual(['client', 'server']);
    expect(listed('closed_with')).toEqual(['fin', 'rst']);
  });

  test('an address of IPv6 stands in brackets', () => {
    expect(['10.0.0.1', 'fe80::1'].map(bracketed)).toEqual(['10.0.0.1', '[fe80::1]']);
  });
});

describe('of an exchange', () => {
  const times = { requestStart: ms(40), requestEnd: ms(45), responseStart: ms(90), responseEnd: ms(120) };

  test('waiting and transfer', () => {
    expect(ofExchange('time_to_first_byte_ms', times)).toBe(50);
    expect(ofExchange('transfer_ms', times)).toBe(30);
    expect(ofExchange('time_to_first_byte_ms', { ...times, responseStart: undefined })).toBeUndefined();
    expect(ofExchange('transfer_ms', { ...times, responseEnd: undefined })).toBeUndefined();
    expect(ofExchange('notes', { notes: [] })).toBeUndefined();
    expect(ofExchange('notes', { notes: ['framing-error'] })).toEqual(['framing-error']);
  });

  test('the time of the server is what is left without the way there, or without the wait for the responses before', () => {
    expect(ofExchange('server_time_ms', times, { rttServer: ms(20) })).toBe(25);
    expect(ofExchange('server_time_ms', { ...times, queued: ms(30) }, { rttServer: ms(20) })).toBe(15);
    expect(ofExchange('server_time_ms', times, { rttServer: ms(60) })).toBe(0);
    expect(ofExchange('server_time_ms', times, { rttServer: undefined })).toBeUndefined();
    expect(ofExchange('server_time_ms', { ...times, responseStart: ms(44) }, { rttServer: 0 })).toBeUndefined();
    expect(ofExchange('server_time_ms', { ...times, responseStart: ms(45) }, { rttServer: 0 })).toBe(0);
    expect(ofExchange('server_time_ms', { ...times, responseStart: undefined }, { rttServer: 0 })).toBeUndefined();
  });

  test('a request waited for the one before where it came within 5 ms of its end, the way to the client apart', () => {
    const waited = (idleBefore: number | undefined, more: Partial<Exchange> = {}, rttClient: number | undefined = ms(10)) =>
      ofExchange('waited_for_previous', { ...times, idleBefore, ...more }, { rttClient });
    expect([undefined, 0, ms(5), ms(15), ms(15) + 1].map((idle) => waited(idle, { queued: 0 }))).toEqual([
      undefined,
      true,
      true,
      true,
      false,
    ]);
    expect(waited(ms(5), { queued: 1 })).toBe(false);
    expect(waited(ms(5), { queued: undefined })).toBe(false);
    expect(waited(0, { streamId: 3, queued: 0 })).toBeUndefined();
    expect(columns({ rttClient: undefined })('rtt_client_ms')).toEqual([undefined]);
  });
});

test('findings have columns of their own', () => {
  expect(findingFields.map(({ name, title, type }) => [name, title, type])).toEqual([
    ['code', 'code', 'string'],
    ['severity', 'severity', 'string'],
    ['confidence', 'confidence', 'string'],
    ['count', 'count', 'integer'],
    ['connection_ids', 'connections', 'integers'],
    ['frames', 'frames', 'integers'],
    ['origin', 'origin', 'integer'],
    ['text', 'what', 'string'],
  ]);
  for (const { meaning } of findingFields) expect(meaning).toMatch(/^[A-Z].*\.$/);
});
