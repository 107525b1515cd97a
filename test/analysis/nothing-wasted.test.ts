/** Where there is neither HTTP nor TLS nothing is called avoidable or wasted: every capture here, and those of the shared folder. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { Inspector, type Trace } from '../../src/trace/index.ts';
import { shared } from '../support/shared.ts';

const own = ['samples', 'test/peers', 'test/tls-peers', 'test/idle-limits', 'test/analysis/captures'].map((folder) => `${folder}/`);
const folders = [...own.map((folder) => new URL(`../../${folder}`, import.meta.url).pathname), `${shared('captures/dev')}/`];

const captures = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => folder + name))
  .filter((path) => /\.pcap(ng)?(\.gz)?$/.test(path));

function read(path: string): Trace {
  const bytes = readFileSync(path);
  const inspector = new Inspector({ name: path });
  inspector.push(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  inspector.end();
  return inspector.trace();
}

it('of no connection that carries neither', () => {
  const without: string[] = [];
  for (const path of captures) {
    const trace = read(path);
    const analysis = analyse(trace);
    const { totals } = analysis;
    if (totals.httpConnections + totals.tlsConnections === 0) {
      if (trace.size > 0) without.push(path);
      expect(totals).toMatchObject({ wasted: 0, wastedBlocking: 0, wastedBytes: 0, wastedRoundTrips: 0, avoidableHigh: 0, wastedHigh: 0 });
      expect(totals.pool).toEqual({ actual: 0, min: 0, lifo: 0, avoidable: 0, surplus: 0, net: 0 });
      expect(analysis.advice).toEqual([]);
    }
    for (let each = 0; each < trace.size; each += 1) {
      if (trace.columns.isHttp(each) || trace.columns.encrypted(each)) continue;
      const { avoidable, avoidableLow, avoidableHigh, opening, wasted } = analysis.verdict(each);
      expect([avoidable, avoidableLow ?? false, avoidableHigh ?? false, wasted ?? 0]).toEqual([false, false, false, 0]);
      expect([undefined, 'failed', 'unused']).toContain(opening);
    }
  }
  if (existsSync(folders.at(-1)!)) expect(without.length).toBeGreaterThan(5);
});
