/** Real clients and servers, captured over a link with a known round trip: what was made is what is seen; tshark's record agrees. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { analyse, retirementOf } from '../../src/analysis/index.ts';
import { millisecond } from '../../src/time.ts';
import type { Connection, Trace } from '../../src/trace/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { link, type Made, peers } from './peers.ts';

const here = import.meta.dirname;
/** capture,stream,server_name,hellos,requests,goaways,pings */
const tshark = readFileSync(join(here, 'tshark.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

function read(name: string, withKeys = true): Trace {
  const keys = join(here, `${name}.keys`);
  const keyLog = withKeys && existsSync(keys) ? readFileSync(keys, 'latin1') : undefined;
  return inspectBytes(readFileSync(join(here, `${name}.pcap`)), [], keyLog === undefined ? {} : { keyLog });
}
const connectionsOf = (trace: Trace): Connection[] => Array.from({ length: trace.size }, (_, index) => trace.connection(index));
const least = (values: readonly (number | undefined)[]): number => Math.min(...values.map((value) => value ?? Number.NaN)) / millisecond;

function seen({ protocol, tlsVersion, tlsResumed, tlsEarlyData, tls, setupRoundTrips, requests }: Connection): Made {
  return {
    protocol,
    ...(tlsVersion === undefined ? {} : { version: tlsVersion as Made['version'] & string }),
    ...(tlsResumed === undefined ? {} : { resumed: tlsResumed }),
    ...(tlsEarlyData === 'accepted' || tlsEarlyData === 'rejected' ? { early: tlsEarlyData } : {}),
    ...(tls?.isRetried ? { retried: true } : {}),
    ...(tls?.isFalseStart ? { falseStart: true } : {}),
    ...(tls?.after === undefined ? {} : { after: tls.after }),
    roundTrips: setupRoundTrips ?? Number.NaN,
    requests,
  };
}

it('every capture of the folder is told of', () => {
  const files = readdirSync(here).filter((name) => name.endsWith('.pcap'));
  expect(files.sort()).toEqual(
    Object.keys(peers)
      .map((name) => `${name}.pcap`)
      .sort(),
  );
  expect([...new Set(tshark.map(([name]) => `${name}.pcap`))]).toEqual(files);
});

describe.each(Object.entries(peers))('%s', (name, made) => {
  const trace = read(name);
  const connections = connectionsOf(trace);

  it('is seen as it was made', () => {
    expect(trace.notes).toEqual([]);
    expect(connections.map(seen)).toEqual(made);
  });

  it('is as tshark saw it', () => {
    const ours = connections.map(({ serverName = '', requests, http2, tls }) => [
      serverName,
      tls ? (tls.isRetried ? 2 : 1) : 0,
      requests,
      http2?.goAway ? 1 : 0,
      http2 ? http2.pingsClient + http2.pingsServer + http2.pingAcks : 0,
    ]);
    const theirs = tshark
      .filter(([capture]) => capture === name)
      .map(([, , serverName, hellos, requests, goAways, pings], i) => {
        // A request in early data that the server refused is sent again: tshark counts both, the server answered one.
        const twice = made[i]?.early === 'rejected' ? 1 : 0;
        return [serverName, Number(hellos), Number(requests) - twice, Math.min(1, Number(goAways)), Number(pings)];
      });
    expect(ours).toEqual(theirs);
  });

  it('without keys: the same handshakes, and no more requests than the estimate allows', () => {
    const without = connectionsOf(read(name, false));
    expect(without.map(({ setup, setupRoundTrips, tlsEarlyData }) => [setup, setupRoundTrips, tlsEarlyData])).toEqual(
      connections.map(({ setup, setupRoundTrips, tlsEarlyData }) => [setup, setupRoundTrips, tlsEarlyData]),
    );
    for (const [i, { requestsEstimated, requests }] of without.entries()) {
      if (!requestsEstimated || requests > 0 || connections[i]!.decrypted !== true) continue;
      expect(connections[i]!.requests).toBeGreaterThanOrEqual(requestsEstimated.low);
      expect(connections[i]!.requests).toBeLessThanOrEqual(requestsEstimated.high);
    }
  });

  it('without keys: the same idle times', () => {
    // An answer to early data comes with the server's handshake, and cannot be told from it.
    const close = (one = 0, other = 0): boolean => Math.abs(one - other) < 50 * millisecond;
    for (const [i, { requestsEstimated, requests, idleMax, idleBeforeClose }] of connectionsOf(read(name, false)).entries()) {
      const open = connections[i]!;
      if (!requestsEstimated || requests > 0 || open.decrypted !== true) continue;
      expect([i, idleMax, open.idleMax, close(idleMax, open.idleMax)]).toEqual([i, idleMax, open.idleMax, true]);
      expect([i, idleBeforeClose, close(idleBeforeClose, open.idleBeforeClose)]).toEqual([i, idleBeforeClose, true]);
    }
  });
});

// The quickest of the same kind: the machine that made them had other things to do as well.
describe('the time of a handshake is its round trips', () => {
  const kinds = ['tls12-full', 'tls12-ticket', 'tls12-session-id', 'tls12-false-start', 'tls13-full', 'tls13-psk', 'tls13-retry'];

  it.each([...kinds, 'tls13-early-data', 'tls13-early-data-refused'])('%s', (name) => {
    const connections = connectionsOf(read(name));
    const tcp = least(connections.map(({ handshakeClient }) => handshakeClient));
    expect(tcp).toBeGreaterThanOrEqual(link.roundTrip);
    expect(tcp).toBeLessThanOrEqual(link.roundTrip + link.slack);
    // The first connection of a capture, in full, is another kind where the others resume.
    const kind = peers[name]!.at(-1)!;
    const same = connections.filter((connection) => isDeepStrictEqual(seen(connection), kind));
    const tls = least(same.map(({ tlsHandshake }) => tlsHandshake));
    expect(tls).toBeGreaterThanOrEqual((kind.roundTrips - 1) * link.roundTrip);
    expect(tls).toBeLessThanOrEqual((kind.roundTrips - 1) * tcp + link.slack + (kind.retried ? link.secondHello : 0));
  });
});

describe('HTTP/2 connections', () => {
  it('one whose server allows a hundred requests is retired by that, and the next one goes on', () => {
    const [first, second] = connectionsOf(read('h2-request-cap'));
    expect([retirementOf(first!), retirementOf(second!)]).toEqual(['request_cap', 'shutdown']);
    expect(first?.http2?.goAway).toMatchObject({ by: 'server', code: 'NO_ERROR', streams: 100, lastStream: 199 });
  });

  it('idle ones are retired after the time that the server keeps them', () => {
    for (const connection of connectionsOf(read('h2-idle'))) {
      expect(retirementOf(connection)).toBe('idle_limit');
      expect(connection.http2!.goAway!.idle! / millisecond).toBeCloseTo(2000 + link.roundTrip, -2);
    }
  });

  it('a PING is answered after a round trip', () => {
    const [connection] = connectionsOf(read('h2-node'));
    expect(connection?.http2).toMatchObject({ pingsClient: 1, pingAcks: 1, pingsIdle: 1 });
    expect(connection!.http2!.pingAnswer! / millisecond).toBeGreaterThanOrEqual(link.roundTrip);
  });

  it('several hosts on one connection, one of them refused with 421', () => {
    const [connection] = connectionsOf(read('h2-node'));
    expect(connection?.authorities).toEqual(['a.shop.example', 'b.shop.example', 'c.test']);
    expect(connection?.misdirected).toBe(6);
  });

  it('connections to other names of the same certificate could have been saved', () => {
    const trace = read('h2-not-coalesced');
    const analysis = analyse(trace);
    expect([0, 1, 2, 3].map((each) => analysis.verdict(each).coalescable)).toEqual([
      undefined,
      undefined,
      { with: 0, ground: 'certificate' },
      { with: 0, ground: 'certificate' },
    ]);
    // Without keys the names may stand in front of others: Chromium sends what looks like an Encrypted ClientHello.
    expect(analyse(read('h2-not-coalesced', false)).verdict(2).coalescable).toBeUndefined();
  });
});
