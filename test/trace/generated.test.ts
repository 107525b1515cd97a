/** Holds the trace of generated captures against the generator's own record, every connection and every column. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { microsecond } from '../../src/time.ts';
import { inspectFile } from '../support/inspect.ts';
import { shared } from '../support/shared.ts';

const generator = shared('tools/gen.mjs');

interface Row {
  readonly ipVersion: number;
  readonly vlan: number;
  readonly clientHost: number;
  readonly clientPort: number;
  readonly serverHost: number;
  readonly serverPort: number;
  readonly synToSynAckUs: number;
  readonly synAckToAckUs: number;
  readonly requests: number;
  readonly probes: number;
  readonly end: string;
  readonly firstPacketIndex: number;
}

const cases: Record<string, string> = {
  'loss, reordering, probes, IPv6, VLAN':
    '--conns 10000 --loss .02 --reorder .05 --spurious .01 --probes .5 --ipv6 .3 --vlan .3 --idle .1 --chunked .1 --http10 .05',
  pcapng: '--conns 1000 --format pcapng --loss .01 --probes .5 --idle .2',
  'nanoseconds, no timestamps, lone SYNs': '--conns 1000 --format pcap-ns --no-ts --syn-only .3 --rst .1 --no-fin .1',
};

describe.skipIf(!existsSync(generator))('generated captures equal their record', () => {
  it.each(Object.entries(cases))('%s', { timeout: 120_000 }, (_name, options) => {
    const folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
    try {
      const capture = join(folder, 'generated');
      execFileSync(process.execPath, [generator, capture, '--truth', `${capture}.json`, ...options.split(' ')], { stdio: 'pipe' });
      const truth = JSON.parse(readFileSync(`${capture}.json`, 'utf8')) as { columns: string[]; rows: unknown[][] };
      const trace = inspectFile(capture);
      const seen = new Map(
        Array.from({ length: trace.size }, (_, i) => trace.connection(i)).map((connection) => [connection.firstFrame, connection]),
      );
      expect(trace.size).toBe(truth.rows.length);
      for (const values of truth.rows) {
        const row = Object.fromEntries(truth.columns.map((column, i) => [column, values[i]])) as unknown as Row;
        const connection = seen.get(row.firstPacketIndex);
        const v4 = row.ipVersion === 4;
        const address = (net: number, host: number): string =>
          v4 ? `10.${net}.${host >> 8}.${host & 255}` : `2001:db8:0:${net + 1}::${host.toString(16)}`;
        const answered = row.synToSynAckUs >= 0;
        expect({
          client: connection?.client,
          server: connection?.server,
          vlan: connection?.vlan,
          handshake: connection?.handshake,
          synToSynAck: connection?.synToSynAck,
          requests: connection?.requests,
          responses: connection?.responses,
          reuses: connection?.reuses,
          probes: (connection?.probes.client ?? 0) + (connection?.probes.server ?? 0),
          acks: connection?.probes.acks,
          end: connection?.closedBy ? `${connection.closedBy}-${connection.closedWith}` : 'none',
        }).toEqual({
          client: { address: address(0, row.clientHost), port: row.clientPort },
          server: { address: address(1, row.serverHost), port: row.serverPort },
          vlan: row.vlan > 0 ? [row.vlan] : [],
          handshake: answered ? (row.synToSynAckUs + row.synAckToAckUs) * microsecond : undefined,
          synToSynAck: answered ? row.synToSynAckUs * microsecond : undefined,
          requests: row.requests,
          responses: row.requests,
          reuses: Math.max(0, row.requests - 1),
          probes: row.probes,
          acks: row.probes,
          end: row.end === 'rst' ? 'client-rst' : row.end === 'syn-only' ? 'none' : row.end,
        });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
