/** Hostile captures with known facts (bombs.py): all are survived, and the facts that are in reach are exact. Skipped where the shared folder is absent. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCapture } from '../../src/capture/index.ts';
import { Inspector, type Trace } from '../../src/trace/index.ts';
import { connectionsOf, exchangesOf } from '../support/facts.ts';
import { shared } from '../support/shared.ts';
import { survive } from '../support/survival.ts';

const script = shared('tools/bombs.py');
const isThere = existsSync(script);
const folder = mkdtempSync(join(tmpdir(), 'warmwire-bombs-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Bomb {
  readonly file: string;
  readonly threat: string;
  readonly facts: Readonly<Record<string, number | string>>;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** How each fact is read from a trace; what is not here is out of reach: flagged, conflicts, zero_window_probes. */
const readings: Readonly<Record<string, (trace: Trace) => number | string | undefined>> = {
  packets: (trace) => trace.captures[0]!.frames,
  flows: (trace) => trace.size,
  flows_salvage: (trace) => trace.size,
  requests: (trace) => exchangesOf(trace).filter(({ method }) => method !== undefined).length,
  responses: (trace) => exchangesOf(trace).filter(({ status }) => status !== undefined).length,
  probes: (trace) => sum(connectionsOf(trace).map(({ probes }) => probes.client + probes.server)),
  half_open: (trace) => connectionsOf(trace).filter(({ state }) => state === 'S0').length,
  complete: (trace) => connectionsOf(trace).filter(({ handshakeComplete }) => handshakeComplete).length,
  client_bytes: (trace) => sum(connectionsOf(trace).map(({ bytesClient }) => bytesClient)),
  resets: (trace) => sum(connectionsOf(trace).map(({ http2 }) => (http2 ? http2.resetsClient + http2.resetsServer : 0))),
  target: (trace) => exchangesOf(trace)[0]?.target,
  sni: (trace) => connectionsOf(trace)[0]?.serverName,
};

/** As the program reads it, unpacked on the way. */
async function traceOf(file: string): Promise<Trace> {
  const inspector = new Inspector({ name: file });
  for await (const chunk of openCapture(join(folder, file))) inspector.push(chunk);
  inspector.end();
  return inspector.trace();
}

function bombs(): [string, Bomb][] {
  if (!isThere) return [];
  execFileSync('python3', [script, folder, '--scale', '0.02'], { stdio: 'ignore' });
  return Object.entries(JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) as Record<string, Bomb>);
}

const all = bombs();
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));
const inReach = ({ facts }: Bomb): [string, number | string][] => Object.entries(facts).filter(([fact]) => fact in readings);

it.skipIf(isThere)('bombs.py is absent', (context) => context.skip());

describe.skipIf(!isThere)('bombs', () => {
  it.each(all)('%s is survived', (_name, { file }) => {
    const { complaints, cost } = survive(read(file));
    expect(complaints).toEqual([]);
    expect(cost).toBeLessThan(5000);
  });

  const withFacts = all.filter(([, bomb]) => inReach(bomb).length > 0);
  for (const [name, bomb] of withFacts) {
    it(`${name}: ${Object.entries(bomb.facts).join(' ')}`, async () => {
      const trace = await traceOf(bomb.file);
      const seen = inReach(bomb).map(([fact]) => [fact, readings[fact]!(trace)]);
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(inReach(bomb)));
    });
  }
});
