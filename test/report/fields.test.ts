/** The columns are exactly those of the contract, and each says truly what it is. */

import { describe, expect, test } from 'vitest';
import { exchangeFields, type Field, type FieldValue, fields, rowOf } from '../../src/analysis/fields.ts';
import { cases } from './cases.ts';
import { hostile, usual } from './stage.ts';

const connectionNames = `
id tcp_stream client_address client_host_name client_port server_address server_host_name server_port client_guessed proxied_client_address proxied_client_port vlan tunnel interface file server_name authority protocol alpn
first_frame last_frame start_time start_ms duration_ms frames_client frames_server bytes_client bytes_server frames_duplicate
syn_frame syn_ack_frame ack_frame handshake_complete handshake_ms handshake_client_ms initial_rtt_ms syn_retransmissions syn_wait_ms
vantage rtt_client_ms rtt_server_ms rtt_min_ms rtt_p95_ms
tls_version tls_handshake_ms tls_resumed tls_round_trips tls_early_data tls_cipher tls_client_fingerprint decrypted decryption_failed_why
tls_alpn_offered tls_hello_retry tls_false_start tls_encrypted_hello tls_after tls_certificate_names tls_alert tls_alert_by tls_alert_frame tls_close_notify tcp_fast_open proxy proxy_target proxy_setup_ms
setup_ms setup_rtts setup_class state history history_extended completeness closed_by closed_with close_reason requests responses reuses pipelined max_concurrent
requests_estimated requests_estimated_low requests_estimated_high idle_max_ms idle_total_ms idle_before_close_ms http_persistence http_persistence_because
http_keep_alive_timeout_s http_keep_alive_max http_keep_alive_client_timeout_s http_keep_alive_client_max
http_keep_alive_max_first http_keep_alive_max_counts_down http_keep_alive_changes http_keep_alive_observed http_close_by
authorities misdirected http3_announced http2_stream_limit http2_at_limit_ms http2_goaway_by http2_goaway_code http2_goaway_because http2_goaway_last_stream
http2_goaway_streams http2_goaway_idle_ms http2_goaway_frame http2_resets_client http2_resets_server http2_pings_client http2_pings_server
http2_pings_idle http2_ping_acks http2_ping_interval_ms http2_ping_answer_ms http2_pushes
tcp_keep_alive_probes tcp_keep_alive_probes_client tcp_keep_alive_probes_server tcp_keep_alive_acks tcp_keep_alive_unanswered tcp_keep_alive_interval_ms
tcp_keep_alive_timer tcp_keep_alive_timer_confidence tcp_keep_alive_timer_candidates
rtt_client_p50_ms rtt_client_p95_ms rtt_server_p50_ms rtt_server_p95_ms
retransmitted_bytes_client bytes_in_flight_max_client zero_window_client_ms throughput_client_bytes_per_s mss_client
retransmitted_bytes_server bytes_in_flight_max_server zero_window_server_ms throughput_server_bytes_per_s mss_server missing_bytes_capture missing_bytes_snap_length
missing_bytes_network overlap_conflicts slow_start_rtts slow_start_ms
tcp_analysis_keep_alive tcp_analysis_keep_alive_ack tcp_analysis_retransmission tcp_analysis_fast_retransmission tcp_analysis_spurious_retransmission
tcp_analysis_out_of_order tcp_analysis_lost_segment tcp_analysis_ack_lost_segment tcp_analysis_duplicate_ack tcp_analysis_zero_window
tcp_analysis_zero_window_probe tcp_analysis_zero_window_probe_ack tcp_analysis_window_update tcp_analysis_window_full tcp_analysis_reused_ports
opening opening_censored reason reason_text reason_confidence evidence_frames previous_id
avoidable avoidable_low avoidable_high wasted_ms wasted_blocking_ms wasted_bytes wasted_rtts coalescable_with coalescable_by race race_retried_on notes`;

const exchangeNames = `
connection_id index stream_id method scheme authority target version status request_first_frame request_frame response_first_frame response_frame
request_start_ms request_end_ms response_start_ms response_end_ms idle_before_ms queued_ms waited_for_previous time_to_first_byte_ms server_time_ms transfer_ms request_bytes response_bytes
persistent persistence_because persistent_by_request persistent_by_response http_keep_alive_timeout_s http_keep_alive_max
http_keep_alive_client_timeout_s http_keep_alive_client_max http_keep_alive_unreadable informational reset_by reset_code retried_as user_agent server request_cookies response_cookies notes`;

const words = (list: string): string[] => list.trim().split(/\s+/);
const names = (list: readonly { readonly name: string }[]): string[] => list.map((field) => field.name);

test('every name of the contract is a column, in its order, and no other', () => {
  expect(names(fields)).toEqual(words(connectionNames));
  expect(names(exchangeFields)).toEqual(words(exchangeNames));
});

test('every column has a type, a short title and one sentence of meaning', () => {
  for (const field of [...fields, ...exchangeFields]) {
    expect(field.type, field.name).toMatch(/^(integer|number|string|boolean|integers|strings)$/);
    expect(field.title, field.name).toMatch(/^.{1,14}$/);
    expect(field.meaning, field.name).toMatch(/^[A-Za-z"].*\.$/s);
    expect(field.meaning.length, field.name).toBeLessThan(140);
  }
});

describe('values are of the type that the column announces', () => {
  const kinds: Record<Field['type'], (value: FieldValue) => boolean> = {
    integer: (value) => Number.isInteger(value),
    number: (value) => Number.isFinite(value),
    string: (value) => typeof value === 'string',
    boolean: (value) => typeof value === 'boolean',
    integers: (value) => Array.isArray(value) && value.every((each) => Number.isInteger(each)),
    strings: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  };
  const check = (field: Field<never>, value: FieldValue | undefined): void => {
    if (value === undefined) return;
    expect(kinds[field.type](value), `${field.name} = ${String(value)}`).toBe(true);
    if (field.values !== undefined) for (const each of [value].flat()) expect(field.values, field.name).toContain(each);
  };

  test.each([
    ['usual', usual()],
    ['hostile', hostile()],
  ])('%s', (_, { trace, analysis }) => {
    for (let index = 0; index < trace.size; index += 1) {
      const row = rowOf(trace, analysis, index);
      for (const field of fields) check(field, field.value(row, trace));
      for (const exchange of trace.exchanges(index)) {
        for (const field of exchangeFields) check(field, field.value({ exchange, connection: row.connection }, trace));
      }
    }
  });
});

test('where a row has the usual values, each column of the group has', () => {
  const held = new Set<string>();
  const differing = new Set<string>();
  for (const { trace, analysis } of cases) {
    for (let index = 0; index < trace.size; index += 1) {
      const row = rowOf(trace, analysis, index);
      for (const { name, usual, value } of fields) {
        if (usual === undefined) continue;
        if (!usual.holds(row)) differing.add(name);
        else {
          held.add(name);
          expect(value(row, trace), name).toBe(usual.value);
        }
      }
    }
  }
  const grouped = names(fields.filter((field) => field.usual !== undefined));
  expect([...held].sort()).toEqual(grouped.toSorted());
  expect([...differing].sort()).toEqual(grouped.toSorted());
});
