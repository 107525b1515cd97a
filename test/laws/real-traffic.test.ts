/** Real TLS and HTTP/2 under every ill treatment: cut anywhere, lost, damaged, begun late; what is said of it stays true, or is not said. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/trace/index.ts';
import { connectionsOf, exchangesOf, factsOf, impossible, unaccounted } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';
import { type Random, randomOf, shuffled } from '../support/random.ts';
import { patience, times } from '../support/runs.ts';

const folder = join(import.meta.dirname, '../tls-peers');
const HEAD = 24;
const RECORD = 16;
const IP = 14;

/** A frame of a classic pcap in Ethernet and IPv4, its record's header in front. */
type Frame = Uint8Array;

interface Real {
  readonly name: string;
  readonly head: Uint8Array;
  readonly frames: readonly Frame[];
  readonly keyLog: string | undefined;
}

const captures: readonly Real[] = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const view = new DataView(bytes.buffer);
    const frames: Frame[] = [];
    for (let at = HEAD; at < bytes.length; ) {
      const end = at + RECORD + view.getUint32(at + 8, true);
      frames.push(bytes.slice(at, end));
      at = end;
    }
    const keys = join(folder, name.replace('.pcap', '.keys'));
    return { name, head: bytes.slice(0, HEAD), frames, keyLog: existsSync(keys) ? readFileSync(keys, 'latin1') : undefined };
  });

const read = ({ head, keyLog }: Real, frames: readonly Frame[]): Trace =>
  inspectBytes(Uint8Array.from(Buffer.concat([head, ...frames])), [], keyLog === undefined ? {} : { keyLog });

const payloadAt = (frame: Frame): number => RECORD + IP + 20 + (frame[RECORD + IP + 32]! >> 4) * 4;

/** Another length of a frame's payload, from a place in it; lengths and the sequence number follow. */
function part(frame: Frame, from: number, to: number): Frame {
  const at = payloadAt(frame);
  const copy = Uint8Array.from([...frame.subarray(0, at), ...frame.subarray(at + from, at + to)]);
  const view = new DataView(copy.buffer);
  view.setUint32(8, copy.length - RECORD, true);
  view.setUint32(12, copy.length - RECORD, true);
  view.setUint16(RECORD + IP + 2, copy.length - RECORD - IP);
  view.setUint32(RECORD + IP + 24, view.getUint32(RECORD + IP + 24) + from);
  // The FIN belongs to the last byte.
  if (at + to < frame.length) copy[RECORD + IP + 33]! &= ~1;
  return copy;
}

function cut(frame: Frame, random: Random, longest: number): Frame[] {
  const length = frame.length - payloadAt(frame);
  const parts: Frame[] = [];
  for (let from = 0; from < length; ) {
    const to = Math.min(length, from + 1 + random(longest));
    parts.push(part(frame, from, to));
    from = to;
  }
  return parts.length === 0 ? [frame] : parts;
}

/** What TLS and HTTP/2 say of a connection, times included. */
const tlsFacts = (trace: Trace): unknown =>
  connectionsOf(trace).map(
    ({ serverName, alpn, tlsVersion, tlsResumed, tlsRoundTrips, tlsEarlyData, tlsHandshake, tls, http2, decrypted }) => {
      const { frame, ...alert } = tls?.alert ?? { frame: 0 };
      const { goAway, pings, ...counts } = http2 ?? { goAway: undefined };
      const said = goAway && { ...goAway, frame: 0 };
      return {
        serverName,
        alpn,
        tlsVersion,
        tlsResumed,
        tlsRoundTrips,
        tlsEarlyData,
        tlsHandshake,
        decrypted,
        tls: { ...tls, alert },
        counts,
        said,
      };
    },
  );

/** Everything that a reader might take for true. */
function claims(trace: Trace): Set<string> {
  const told = new Set<string>();
  for (const { serverName, tlsVersion, tlsCipher, alpn } of connectionsOf(trace))
    for (const claim of [`name ${serverName}`, `version ${tlsVersion}`, `cipher ${tlsCipher}`, `alpn ${alpn}`]) told.add(claim);
  for (const { method, target, authority, status } of exchangesOf(trace))
    for (const claim of [`method ${method}`, `target ${target}`, `authority ${authority}`, `status ${status}`]) told.add(claim);
  return told;
}
const unknown = ['name', 'version', 'cipher', 'alpn', 'method', 'target', 'authority', 'status'].map((what) => `${what} undefined`);

/** Said of the damaged and not of the whole. */
function untrue(real: Real, trace: Trace): string[] {
  const whole = read(real, real.frames);
  const known = claims(whole);
  // Where the answer after an upgrade cannot be read, the one that agreed to it is the last.
  if (exchangesOf(whole).some(({ informational }) => informational > 0)) known.add('status 101');
  for (const claim of [...unknown, 'method ?']) known.add(claim);
  return [...claims(trace)].filter((claim) => !known.has(claim));
}

const sound = (trace: Trace): string[] => [...unaccounted(trace.accounting), ...impossible(trace)];
/** A fixed seed on every run, and a fresh one that is printed with a failure. */
const fresh = Math.floor(Math.random() * 2 ** 31);

describe.each(captures.map((real) => [real.name, real] as const))('%s', (_, real) => {
  const { frames } = real;
  const whole = read(real, frames);

  it.each([1, 40, 700])('says the same in segments of at most %i bytes', { timeout: patience }, (longest) => {
    const random = randomOf(longest);
    // A byte at a time is enough for the beginnings.
    const pieces = frames.flatMap((frame, i) => (longest > 1 || i < 40 ? cut(frame, random, longest) : [frame]));
    const trace = read(real, pieces);
    expect(factsOf(trace)).toEqual(factsOf(whole));
    expect(tlsFacts(trace)).toEqual(tlsFacts(whole));
  });

  it('says the same when every frame comes twice', () => {
    const trace = read(
      real,
      frames.flatMap((frame) => [frame, frame]),
    );
    expect(factsOf(trace)).toEqual(factsOf(whole));
    expect(tlsFacts(trace)).toEqual(tlsFacts(whole));
  });

  const treatments: Readonly<Record<string, (random: Random) => readonly Frame[]>> = {
    'frames are lost': (random) => frames.filter(() => random(12) > 0),
    'the beginning is missing': (random) => frames.slice(1 + random(frames.length)),
    'the end is missing': (random) => frames.slice(0, random(frames.length)),
    'one side is missing': (random) => {
      const side = random(2) + 1;
      return frames.filter((frame) => frame[RECORD + IP + 15] !== side);
    },
    'frames are cut by a snap length': (random) => {
      const length = 60 + random(400);
      return frames.map((frame) => {
        const copy = frame.slice(0, RECORD + length);
        new DataView(copy.buffer).setUint32(8, copy.length - RECORD, true);
        return copy;
      });
    },
    'neighbours change places': (random) => {
      const mixed: Frame[] = [];
      for (let at = 0; at < frames.length; at += 6) mixed.push(...shuffled(frames.slice(at, at + 6), random));
      return mixed;
    },
  };

  it.each(Object.entries(treatments))('says nothing untrue where %s', { timeout: patience }, (_what, treat) => {
    for (const seed of [...Array(times(4)).keys(), fresh]) {
      const trace = read(real, treat(randomOf(seed)));
      expect([seed, sound(trace), untrue(real, trace)]).toEqual([seed, [], []]);
    }
  });

  it('is survived where bytes are changed; inside TLS nothing untrue is read', { timeout: patience }, () => {
    for (const seed of [...Array(times(4)).keys(), fresh]) {
      const random = randomOf(seed);
      const damaged = frames.map((frame) => {
        const at = payloadAt(frame);
        if (frame.length === at || random(6) > 0) return frame;
        const copy = frame.slice();
        copy[at + random(frame.length - at)]! ^= 1 << random(8);
        return copy;
      });
      const trace = read(real, damaged);
      expect([seed, sound(trace)]).toEqual([seed, []]);
      const inside = untrue(real, trace).filter((claim) => /^(method|target|authority|status)/.test(claim));
      if (real.keyLog !== undefined) expect([seed, inside]).toEqual([seed, []]);
    }
  });
});
