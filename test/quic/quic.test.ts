/** Flows of QUIC are told by name, whatever the pieces in which their first packets bring it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { Notes } from '../../src/note.ts';
import type { Datagram } from '../../src/packet/datagram.ts';
import { QuicFlows, type QuicName } from '../../src/quic/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { clientHello, crypto, datagram, destination, initial } from './initial.ts';

const padding = new Array<number>(40).fill(0);
const hello = clientHello('shop.test');

function read(...datagrams: readonly Datagram[]): readonly QuicName[] {
  const flows = new QuicFlows(new Notes());
  for (const each of datagrams) flows.datagram(each);
  return flows.names();
}
const named = (...datagrams: readonly Datagram[]): (string | undefined)[] => read(...datagrams).map(({ serverName }) => serverName);

describe('the name of a flow', () => {
  it.each([1, 2] as const)('is in the first packet, version %i', (version) => {
    expect(read(datagram(initial([...crypto(0, hello), ...padding], { version }), { frame: 7 }))).toEqual([
      { serverName: 'shop.test', serverAddress: '10.0.0.2', serverPort: 443, flows: 1, firstFrame: 7 },
    ]);
  });

  it('may come in pieces, in any order, in several packets, among other frames', () => {
    const [a, b, c] = [crypto(0, hello.slice(0, 20)), crypto(20, hello.slice(20, 50)), crypto(50, hello.slice(50))];
    const ack = [2, 0x40, 5, 0, 1, 0, 0, 0];
    expect(named(datagram(initial([...c, 1, ...a])), datagram(initial([...ack, ...b, ...padding], { number: 1 })))).toEqual(['shop.test']);
    expect(named(datagram([...initial([...b]), ...initial([...a, ...c, ...padding], { number: 300 })]))).toEqual(['shop.test']);
  });

  it('is unknown until it is whole', () => {
    expect(named(datagram(initial([...crypto(0, hello.slice(0, 60))])))).toEqual([undefined]);
    expect(named(datagram(initial([...crypto(9, hello.slice(9))])))).toEqual([undefined]);
  });

  it("is not looked for in the server's answers, also where they come first in the capture", () => {
    const answer = datagram([0xc3, 0, 0, 0, 1, 8, ...destination.toReversed(), 0, 0, 0x40, 60, ...new Array<number>(60).fill(1)], {
      from: 443,
      to: 50_000,
    });
    const asks = datagram(initial(crypto(0, hello)));
    expect(read(answer, asks)).toMatchObject([{ serverName: 'shop.test', serverAddress: '10.0.0.2', serverPort: 443, flows: 1 }]);
    expect(read(asks, answer, answer)).toMatchObject([{ serverName: 'shop.test', flows: 1 }]);
    expect(read(answer)).toMatchObject([{ serverName: undefined, serverAddress: '10.0.0.2', serverPort: 443 }]);
  });

  it('is told once for all flows to it', () => {
    const other = clientHello('img.test');
    const flows = [50_001, 50_002, 50_003].map((from, i) =>
      datagram(initial([...crypto(0, i === 1 ? other : hello)]), { from, frame: i + 1 }),
    );
    expect(read(...flows, ...flows).map(({ serverName, flows: count, firstFrame }) => [serverName, count, firstFrame])).toEqual([
      ['shop.test', 2, 1],
      ['img.test', 1, 2],
    ]);
  });
});

describe('what is not QUIC, or damaged', () => {
  it('is no flow', () => {
    const dtls = [0x16, 0xfe, 0xfd, ...padding];
    const unknownVersion = [0xc3, 0x1a, 0x2a, 0x3a, 0x4a, 8, ...destination, 0, ...padding];
    const dataPacket = [0x40, ...destination, ...padding];
    expect(read(datagram(dtls), datagram(unknownVersion), datagram(dataPacket), datagram([]))).toEqual([]);
  });

  it('has no name where a byte was changed: the packet is authentic or it is not read', () => {
    const packet = initial(crypto(0, hello));
    fc.assert(
      fc.property(fc.nat(packet.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = packet.slice();
        damaged[at] = damaged[at]! ^ change;
        const names = named(datagram(damaged));
        // Behind the header's own bytes every one is covered.
        if (at > 30) expect(names).toEqual([undefined]);
      }),
    );
  });

  it('any bytes give a result, and nothing is thrown', () => {
    const bytes = fc.array(fc.nat(255), { maxLength: 120 });
    fc.assert(
      fc.property(fc.array(bytes), fc.array(bytes), (raw, frames) => {
        read(
          ...raw.map((each) => datagram([0xc0, 0, 0, 0, 1, ...each])),
          ...frames.map((each, number) => datagram(initial([...each, ...padding], { number }))),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('cannot fill memory: flows that never finish, and flows beyond the limit', () => {
    const notes = new Notes();
    const flows = new QuicFlows(notes);
    const begun = [0xc3, 0xff, 0, 0, 29, 8, ...destination, 0, ...padding];
    const each = datagram(begun);
    for (let i = 0; i < limits.quicFlows + 5; i += 1) {
      each.buffer[1] = i >> 16;
      each.buffer[2] = (i >> 8) & 255;
      each.buffer[3] = i & 255;
      flows.datagram(each);
    }
    expect(flows.names()).toMatchObject([{ flows: limits.quicFlows }]);
    expect(notes.count('quic-limit')).toBe(5);
  });
});

it('a real browser: its hello is longer than a packet and comes in shuffled pieces; tshark reads the same names', () => {
  const trace = inspectBytes(readFileSync(join(import.meta.dirname, 'chromium.pcap')));
  expect(trace.quic.map(({ serverName, flows, firstFrame }) => [serverName, flows, firstFrame])).toEqual([
    ['shop.example', 1, 1],
    ['img.shop.example', 1, 3],
  ]);
  expect(trace.accounting.frames).toMatchObject({ seen: 4, tcp: 0, other: { udp: 4 } });
});
