/** What is read of TLS without keys, held against real handshakes between two ends of Node, in pieces of any size. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { recogniseTls } from '../../src/tls/index.ts';
import { read, type Sent, talk } from './talk.ts';

const ticketKeys = Buffer.alloc(48, 1);
const both = ['h2', 'http/1.1'];
const old = { maxVersion: 'TLSv1.2' } as const;

const full13 = await talk({ ticketKeys, client: { ALPNProtocols: both }, server: { ALPNProtocols: ['h2'] } });
const full12 = await talk({ ticketKeys, client: { ...old, ALPNProtocols: both }, server: { ALPNProtocols: ['h2'] } });
const retried = await talk({ server: { ecdhCurve: 'P-384' } });
const again13 = await talk({ ticketKeys, client: { session: full13.session! } });
const again12 = await talk({ ticketKeys, client: { ...old, session: full12.session! } });
const refused = await talk({ client: { ...old, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } });

const names = { protocolsOffered: 'h2,http/1.1', isRetried: false, isFalseStart: false, earlyData: 'none', closedByClient: true };

describe('a handshake without keys', () => {
  it('TLS 1.3 in full: one round trip, ready with the first flight of the client', () => {
    const { facts, name, notes } = read(full13.sent);
    expect({ name, notes }).toEqual({ name: 'warm.test', notes: [] });
    expect(facts).toMatchObject({ ...names, version: 0x0304, resumed: false, protocol: undefined, began: 0, ready: 2 });
    expect([facts.versionName, facts.cipherName, facts.roundTrips, facts.handshake(5)]).toEqual(['1.3', 'TLS_AES_256_GCM_SHA384', 1, 2]);
  });

  it('TLS 1.3 with a key from before', () => {
    const { facts } = read(again13.sent);
    expect(facts).toMatchObject({ resumed: true, ready: 2 });
    expect(facts.roundTrips).toBe(1);
  });

  it('TLS 1.3 with a HelloRetryRequest: one round trip more', () => {
    const { facts } = read(retried.sent);
    expect(facts).toMatchObject({ isRetried: true, resumed: false, began: 0 });
    expect(facts.roundTrips).toBe(2);
  });

  it("TLS 1.2 in full: ready when the server's Finished has come to the client", () => {
    const { facts } = read(full12.sent);
    expect(facts).toMatchObject({ ...names, version: 0x0303, resumed: false, protocol: 'h2', began: 0, ready: 3, isReadyByServer: true });
    expect([facts.versionName, facts.cipherName, facts.roundTrips]).toEqual(['1.2', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 2]);
    expect(facts.handshake(5)).toBe(8);
    expect(facts.handshake(Number.NaN)).toBeNaN();
  });

  it('TLS 1.2 resumed', () => {
    const { facts } = read(again12.sent);
    expect(facts).toMatchObject({ resumed: true, ready: 2, isReadyByServer: false });
    expect(facts.roundTrips).toBe(1);
  });

  it('False Start: data before the server has finished', () => {
    const [hello, flight, keys, finished, asks] = full12.sent;
    const { facts } = read([hello!, flight!, keys!, asks!, finished!]);
    expect(facts).toMatchObject({ isFalseStart: true, ready: 2 });
    expect([facts.roundTrips, facts.handshake(5)]).toEqual([1, 2]);
  });

  it('a fatal alert says why nothing came of it', () => {
    const { facts } = read(refused.sent);
    expect(facts.alert).toEqual({ by: 'server', name: 'handshake_failure', frame: 2, time: 1 });
    expect(facts.roundTrips).toBeUndefined();
  });

  it('begun before the capture: no time, never 0', () => {
    const { facts, notes } = read(full13.sent.slice(3));
    expect(notes).toEqual([]);
    expect([facts.roundTrips, facts.versionName, facts.resumed]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    [CLIENT, 'HTTP/1.1 400 Bad Request\r\n', 'tls-lost'],
    [SERVER, 'HTTP/1.1 400 Bad Request\r\n', 'tls-answered-otherwise'],
  ] as const)('something else from side %i is noted', (side, text, note) => {
    expect(read([full13.sent[0]!, { side, bytes: Buffer.from(text) }]).notes).toEqual([note]);
  });
});

/** Each byte of a handshake record in a record of its own. */
const inRecordsOfOne = ({ side, bytes }: Sent): Sent => ({
  side,
  bytes: Uint8Array.from([...bytes.subarray(5)].flatMap((byte) => [22, 3, 1, 0, 1, byte])),
});

describe('a ClientHello', () => {
  const name = [0, 8, 0, 0, 5, ...Buffer.from('a.tst')];
  const hello = clientHello({ 0: name, 21: new Array<number>(300).fill(0) });
  /** Behind it: padding, and the versions. */
  const nameEnds = hello.length - 304 - 7;
  const cutAt = (length: number): Sent => ({ side: CLIENT, bytes: hello.subarray(0, length), missing: hello.length - length });

  it('cut behind its name tells the name', () => {
    const { name: found, facts } = read([cutAt(100), { side: SERVER, bytes: serverHello(false) }]);
    expect(found).toBe('a.tst');
    expect(facts).toMatchObject({ version: 0x0304, fingerprint: undefined });
  });

  it('cut before or within its name tells none', () => {
    for (let length = 6; length < nameEnds; length += 1) expect(read([cutAt(length)]).name).toBeUndefined();
    expect(read([cutAt(nameEnds)]).name).toBe('a.tst');
  });

  it('behind its answer, where the capture is out of order, tells its name as well', () => {
    const answer = message(2, [3, 3, ...new Array<number>(32).fill(8), 0, 0xc0, 0x2f, 0]);
    expect(
      read([
        { side: SERVER, bytes: answer },
        { side: CLIENT, bytes: hello },
      ]).name,
    ).toBe('a.tst');
  });
});

describe('0-RTT', () => {
  const hello = clientHello({ 42: [], 45: [1, 1], 41: [0, 0, 0, 0] });
  const record = (length: number): number[] => [23, 3, 3, length >> 8, length & 255, ...new Array<number>(length).fill(0)];
  const client = (...bytes: number[]): Sent => ({ side: CLIENT, bytes: Uint8Array.from(bytes) });
  const answer = (psk: boolean): Sent => ({ side: SERVER, bytes: serverHello(psk) });

  it('accepted: the client says where it ends, and waited for nothing', () => {
    const { facts } = read([client(...hello), client(...record(100)), answer(true), client(...record(21), ...record(53))]);
    expect(facts).toMatchObject({ earlyData: 'accepted', resumed: true, ready: 1 });
    expect(facts.roundTrips).toBe(0);
  });

  it('rejected with the key, or for itself', () => {
    const [a, b] = [true, false].map((psk) => read([client(...hello), client(...record(100)), answer(psk), client(...record(69))]).facts);
    expect([a, b]).toMatchObject([
      { earlyData: 'rejected', ready: 3 },
      { earlyData: 'rejected', ready: 3 },
    ]);
    expect([a?.roundTrips, b?.roundTrips]).toEqual([1, 1]);
  });

  it('unknown where the capture ends too early', () => {
    expect(read([client(...hello), answer(true)]).facts.earlyData).toBe('offered');
  });
});

describe('recognition', () => {
  it.each([
    ['a ClientHello', '16030102000100', 'client'],
    ['a ServerHello', '16030300510200', 'server'],
    ['application data', '170303002a0000', 'either'],
    ['a hello of SSL 2.0', '802e0103010015', 'client'],
    ['a beginning of one', '1603', 'more'],
    ['a record that is too long', '1703037fff0000', 'no'],
    ['another version', '16040102000100', 'no'],
    ['text', '474554202f20', 'no'],
  ])('%s', (_, hex, answer) => expect(recogniseTls(Buffer.from(hex, 'hex'))).toBe(answer));
});

describe('laws', () => {
  const talks = [full13, full12, retried, again13, again12, refused].map(({ sent }) => sent);

  it('any cutting gives the same facts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...talks), fc.integer({ min: 1, max: 600 }), (sent, piece) => {
        expect(read(sent, piece)).toEqual(read(sent));
      }),
    );
  });

  it('hellos in records of one byte say the same', () => {
    const [hello, ...others] = full13.sent;
    const [split, whole] = [read([inRecordsOfOne(hello!), ...others]), read(full13.sent)];
    // Five bytes more for each record but one.
    expect(split.facts.handshakeBytes - whole.facts.handshakeBytes).toBe(5 * (hello!.bytes.length - 5 - 1));
    split.facts.handshakeBytes = whole.facts.handshakeBytes;
    expect(split).toEqual(whole);
  });

  it('damaged bytes give a result, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...talks), fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 20 }), (sent, changes) => {
        const damaged = sent.map(({ side, bytes }) => ({ side, bytes: bytes.slice() }));
        for (const [at, byte] of changes) {
          const target = damaged[at % damaged.length]!.bytes;
          target[Math.min(at, target.length - 1)] = byte;
        }
        read(damaged);
      }),
      { numRuns: 500 },
    );
  });
});

function extensions(types: Readonly<Record<number, readonly number[]>>): number[] {
  const all = Object.entries(types).flatMap(([type, data]) => [
    Number(type) >> 8,
    Number(type) & 255,
    data.length >> 8,
    data.length & 255,
    ...data,
  ]);
  return [all.length >> 8, all.length & 255, ...all];
}

function message(type: number, body: readonly number[]): Uint8Array {
  const bytes = [type, 0, body.length >> 8, body.length & 255, ...body];
  return Uint8Array.from([22, 3, 1, bytes.length >> 8, bytes.length & 255, ...bytes]);
}

function clientHello(types: Readonly<Record<number, readonly number[]>>): Uint8Array {
  return message(1, [3, 3, ...new Array<number>(32).fill(9), 0, 0, 2, 0x13, 1, 1, 0, ...extensions({ 43: [2, 3, 4], ...types })]);
}

function serverHello(psk: boolean): Uint8Array {
  return message(2, [3, 3, ...new Array<number>(32).fill(8), 0, 0x13, 1, 0, ...extensions({ 43: [3, 4], ...(psk ? { 41: [0, 0] } : {}) })]);
}
