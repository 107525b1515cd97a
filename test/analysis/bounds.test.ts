/** Where names or requests are secret the truth lies between two bounds: held against the same captures with their keys. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { Inspector, type Trace } from '../../src/trace/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

const folder = new URL('../tls-peers/', import.meta.url);
const keyed = readdirSync(folder).filter((name) => existsSync(new URL(name.replace('.pcap', '.keys'), folder)) && name.endsWith('.pcap'));

/** Read once. */
const traces = new Map<string, Trace>();

function read(name: string, keyLog: string | undefined): Trace {
  const known = traces.get(`${name} ${keyLog}`);
  if (known !== undefined) return known;
  const inspector = new Inspector({ name, ...(keyLog === undefined ? {} : { keyLog }) });
  inspector.push(readFileSync(new URL(name, folder)));
  inspector.end();
  const trace = inspector.trace();
  traces.set(`${name} ${keyLog}`, trace);
  return trace;
}

/** TLS without keys that carries data from the end of its set-up (40 ms) to the end. */
const sealed = (at: number, end: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
  at,
  tls: true,
  authority: 'a',
  sealedUntil: end,
  ...more,
});

const bounds = (list: readonly MadeUpConnection[], idleTimeout = seconds(60)): string[] => {
  const analysis = analyse(madeUpTrace(list), { idleTimeout });
  return list.map((_, each) => {
    const { avoidableLow, avoidableHigh } = analysis.verdict(each);
    return avoidableLow === undefined ? '?' : `${Number(avoidableLow)}${Number(avoidableHigh)}`;
  });
};

describe('with keys the count lies between the bounds without', () => {
  it.each(keyed)('%s', (name) => {
    const known = analyse(read(name, readFileSync(new URL(name.replace('.pcap', '.keys'), folder), 'utf8')));
    const secret = analyse(read(name, undefined)).totals;
    expect(known.totals.requests).toBeGreaterThan(0);
    expect(secret.avoidableLow).toBeLessThanOrEqual(known.totals.pool.avoidable);
    expect(secret.avoidableHigh).toBeGreaterThanOrEqual(known.totals.pool.avoidable);
    expect(secret.wastedHigh).toBeGreaterThanOrEqual(known.totals.wasted);
  });

  it('and some of them are avoidable', () => {
    expect(keyed.length).toBeGreaterThan(8);
    expect(analyse(read('tls13-full.pcap', undefined)).totals).toMatchObject({ avoidableLow: 0, avoidableHigh: 3, pool: { avoidable: 0 } });
  });
});

describe('bounds', () => {
  it('are one where everything can be read', () => {
    const plain = (at: number): MadeUpConnection => ({ at, exchanges: [[at + ms(40), at + ms(60)]] });
    expect(bounds([plain(0), plain(seconds(1)), plain(seconds(1) + ms(1))])).toEqual(['00', '11', '00']);
  });

  it('of one after the other, within the idle timeout and not beyond', () => {
    expect(bounds([sealed(0, ms(100)), sealed(seconds(1), seconds(2)), sealed(seconds(62), seconds(63))])).toEqual(['00', '01', '01']);
    expect(bounds([sealed(0, ms(100)), sealed(seconds(1), seconds(2)), sealed(seconds(62) + 1, seconds(63))])).toEqual(['00', '01', '00']);
  });

  it('spare nothing that was opened while the others were being set up, and one connection one other at a time', () => {
    const burst = [0, 1, 2].map((at) => sealed(ms(at), seconds(1)));
    expect(bounds(burst)).toEqual(['00', '00', '00']);
    expect(bounds([sealed(0, ms(100)), sealed(seconds(1), seconds(2)), sealed(seconds(1) + ms(39), seconds(2))])).toEqual([
      '00',
      '01',
      '00',
    ]);
    expect(bounds([sealed(0, ms(100)), sealed(seconds(1), seconds(2)), sealed(seconds(1) + ms(40), seconds(2))])).toEqual([
      '00',
      '01',
      '01',
    ]);
    const shared = sealed(0, ms(100), { http2: true });
    expect(bounds([shared, sealed(seconds(1), seconds(2)), sealed(seconds(1) + ms(1), seconds(2))])).toEqual(['00', '01', '01']);
  });

  it('take the one that would be gone first', () => {
    const list = [sealed(0, ms(100)), sealed(ms(10), seconds(20)), sealed(seconds(30), seconds(31)), sealed(seconds(70), seconds(71))];
    expect(bounds(list)).toEqual(['00', '00', '01', '01']);
  });

  it('keep names apart, unless one of them is unknown', () => {
    expect(bounds([sealed(0, ms(100)), sealed(seconds(1), seconds(2), { authority: 'b' })])).toEqual(['00', '00']);
    const nameless = { at: seconds(3), tls: true, sealedUntil: seconds(4) };
    expect(bounds([sealed(0, ms(100)), sealed(seconds(1), seconds(2), { authority: 'b' }), nameless])).toEqual(['00', '01', '01']);
    expect(bounds([sealed(0, ms(100)), { ...nameless, server: '10.0.0.9:443' }])).toEqual(['00', '00']);
    expect(bounds([sealed(0, ms(100)), { ...nameless, client: '10.0.0.7' }])).toEqual(['00', '00']);
  });

  it('are apart where requests are read and only the name is unknown', () => {
    const read = (at: number): MadeUpConnection => ({ at, tls: true, exchanges: [[at + ms(40), at + ms(60)]] });
    expect(bounds([read(0), read(seconds(1))])).toEqual(['00', '01']);
  });

  it('say nothing of other protocols, of TLS that carried nothing, and of openings before the capture', () => {
    const list: MadeUpConnection[] = [
      { at: 0, other: true },
      { at: 0, tls: true, authority: 'a' },
      sealed(seconds(1), seconds(2), { openingSeen: false }),
    ];
    expect(bounds(list)).toEqual(['?', '?', '?']);
  });

  it('a connection that was open before the capture, or carried nothing, may have served', () => {
    expect(bounds([sealed(0, ms(1), { openingSeen: false }), sealed(seconds(1), seconds(2))])).toEqual(['?', '01']);
    expect(bounds([{ at: 0, tls: true, authority: 'a' }, sealed(seconds(1), seconds(2))])).toEqual(['?', '01']);
  });

  it('low <= avoidable <= high, summed up as listed', () => {
    const one = fc.record({
      at: fc.nat(500).map(ms),
      lasts: fc.nat(300).map(ms),
      named: fc.boolean(),
      secret: fc.boolean(),
      http2: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.constantFrom(0, ms(20), ms(200), seconds(60)), (wanted, idleTimeout) => {
        const list = wanted
          .toSorted((a, b) => a.at - b.at)
          .map(({ at, lasts, named, secret, http2 }) => ({
            at,
            tls: true,
            http2,
            ...(named ? { authority: 'a' } : {}),
            ...(secret ? { sealedUntil: at + ms(40) + lasts } : { exchanges: [[at + ms(40), at + ms(40) + lasts] as const] }),
          }));
        const { totals, origins } = analyse(madeUpTrace(list), { idleTimeout });
        expect(totals.avoidableLow).toBeLessThanOrEqual(totals.pool.avoidable);
        expect(totals.avoidableHigh).toBeGreaterThanOrEqual(totals.pool.avoidable);
        expect(totals.wastedHigh).toBe(totals.avoidableHigh * ms(40));
        expect(origins.reduce((sum, { avoidableHigh }) => sum + avoidableHigh, 0)).toBe(totals.avoidableHigh);
        expect(origins.reduce((sum, { avoidableLow }) => sum + avoidableLow, 0)).toBe(totals.avoidableLow);
      }),
      { numRuns: '$mutation' in globalThis ? 50 : 1000 },
    );
  });
});
