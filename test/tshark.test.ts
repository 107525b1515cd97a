/** Holds our numbers of every sample against what tshark said of it, as test/golden/tshark/record.py recorded it; needs no tshark. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { golden, reportOf, root, samples } from './golden/samples.ts';

interface Recorded {
  readonly sha256: string;
  readonly frames: number;
  readonly streams: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

type Row = Readonly<Record<string, unknown>>;

/** Our names for what the record calls otherwise, in the units of the record. */
const ours: Readonly<Record<string, (row: Row) => unknown>> = {
  stream: (row) => row.tcp_stream,
  client: (row) => `${row.client_address}:${row.client_port}`,
  server: (row) => `${row.server_address}:${row.server_port}`,
  first_frame: (row) => row.first_frame,
  frames: (row) => number(row.frames_client) + number(row.frames_server),
  client_bytes: (row) => row.bytes_client,
  server_bytes: (row) => row.bytes_server,
  requests: (row) => row.requests,
  responses: (row) => row.responses,
  handshake_complete: (row) => row.handshake_complete,
  syn_to_ack_s: (row) => seconds(row.handshake_ms),
  initial_rtt: (row) => seconds(row.initial_rtt_ms),
  completeness: (row) => row.completeness,
  keep_alive: (row) => row.tcp_keep_alive_probes,
  keep_alive_ack: (row) => row.tcp_keep_alive_acks,
};

/** Wireshark's flags that the report does not have under a name of ours; compared as soon as it has them. */
const flags = ['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order', 'duplicate_ack', 'lost_segment'];

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

/** tshark writes microseconds: a difference below half of one is none. */
const seconds = (ms: unknown): number | null => (typeof ms === 'number' ? Math.round(ms * 1000) / 1e6 : null);

interface Difference {
  readonly stream: unknown;
  readonly field: string;
  readonly ours: unknown;
  readonly tshark: unknown;
}

/** Differences that were looked into: `file,stream,field,ours,tshark,reason`, the reason in quotes. */
const explained: readonly string[] = readFileSync(join(golden, 'tshark', 'differences.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1);

const asLine = (sample: string, { stream, field, ours: mine, tshark }: Difference): string =>
  [sample, stream, field, mine, tshark].join(',');

function* differences(row: Row, recorded: Recorded['streams'][number]): Generator<Difference> {
  for (const [field, tshark] of Object.entries(recorded)) {
    const mine = field in ours ? (ours[field]!(row) ?? null) : (row[`tcp_analysis_${field}`] ?? tshark);
    if (mine !== tshark) yield { stream: recorded.stream, field, ours: mine, tshark };
  }
}

describe.each(samples)('%s', (sample) => {
  const path = join(golden, 'tshark', `${sample}.json`);

  test('its record is of this capture', () => {
    expect(existsSync(path), `${path} is missing; test/golden/tshark/record.py writes it`).toBe(true);
    const record = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
    expect(record.sha256).toBe(
      createHash('sha256')
        .update(readFileSync(join(root, 'samples', sample)))
        .digest('hex'),
    );
  });

  test('every connection is as tshark saw it', () => {
    const record = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
    const report = JSON.parse(reportOf(sample, '--json')) as { captures: Row[]; totals: Row; connections: Row[] };
    expect(report.captures[0]?.frames).toBe(record.frames);
    expect(report.connections.map((row) => row.tcp_stream)).toEqual(record.streams.map(({ stream }) => stream));
    const found = record.streams.flatMap((stream, i) => [...differences(report.connections[i]!, stream)]);
    expect(found.map((one) => asLine(sample, one))).toEqual(
      explained.filter((line) => line.startsWith(`${sample},`)).map((line) => line.slice(0, line.indexOf(',"'))),
    );
    const requests = record.streams.map((stream) => number(stream.requests));
    expect(report.totals).toMatchObject({
      connections: record.streams.length,
      requests: requests.reduce((sum, count) => sum + count, 0),
      reuses: requests.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
    });
  });
});

test('every field of a record is compared', () => {
  const known = [...Object.keys(ours), ...flags];
  const record = JSON.parse(readFileSync(join(golden, 'tshark', `${samples[0]}.json`), 'utf8')) as Recorded;
  expect(Object.keys(record.streams[0]!).sort()).toEqual(known.sort());
});

test('no record and no explanation is left of a sample that is gone', () => {
  const records = readdirSync(join(golden, 'tshark')).filter((name) => name.endsWith('.json'));
  expect(records.sort()).toEqual(samples.map((sample) => `${sample}.json`).sort());
  expect(explained.filter((line) => !samples.includes(line.slice(0, line.indexOf(','))))).toEqual([]);
  expect(explained.filter((line) => !/,"[^"]+"$/.test(line))).toEqual([]);
});
