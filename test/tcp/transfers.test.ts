/** Round trips, bytes sent again and in flight, closed windows, slow start. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millisecond as ms, second } from '../../src/time.ts';
import type { Connection } from '../../src/trace/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { samples } from '../support/samples.ts';
import { conversation, get, OK, type Talk } from '../support/talk.ts';

const bulk = (bytes: number): Uint8Array => new Uint8Array(bytes);
const transfers = (talk: Talk): NonNullable<Connection['transfers']> => talk.connection.transfers!;

/** A server that sends `segments` of 1000 bytes at once, and a client that confirms them together. */
function burst(talk: Talk, segments: number, roundTrip: number): Talk {
  const sent = talk.now;
  for (let i = 0; i < segments; i += 1) talk.server(bulk(1000), { time: sent });
  return talk.client.ack({ time: sent + roundTrip }).pause(roundTrip + ms);
}

describe('bytes in flight', () => {
  it('are the most that were sent and not acknowledged', () => {
    const talk = conversation().handshake().client(get());
    burst(burst(burst(talk, 5, ms), 9, ms), 3, ms);
    expect(transfers(talk)).toMatchObject({ server: { inFlightMax: 9000 }, client: { inFlightMax: undefined } });
  });

  it('are not told where they were never many', () => {
    expect(transfers(burst(conversation().handshake(), 4, ms)).server.inFlightMax).toBeUndefined();
  });

  it('are not known where the other direction was not captured', () => {
    const talk = conversation().server(bulk(1000));
    for (let i = 0; i < 20; i += 1) talk.server(bulk(1000));
    expect(transfers(talk).server.inFlightMax).toBeUndefined();
  });
});

describe('round trips', () => {
  it('least, median and 95th percentile of those that ACKs end, within an eighth', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 10, max: 2_000_000 }), { minLength: 1, maxLength: 7 }), (micros) => {
        const talk = burst(conversation().handshake(), 5, 500 * ms);
        for (const each of micros) burst(talk, 1, each * 1000);
        const { samples: count, least, p50, p95 } = transfers(talk).server.roundTrip!;
        // The fifth segment of the first burst was the first that was worth timing.
        const sorted = [500_000, ...micros].map((each) => each * 1000).sort((a, b) => a - b);
        const rank = (share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))]!;
        expect([count, least]).toEqual([sorted.length, Math.min(sorted[0]!, ms)]);
        for (const [found, wanted] of [
          [p50!, rank(0.5)],
          [p95!, rank(0.95)],
        ] as const)
          expect(Math.max(found / wanted, wanted / found)).toBeLessThanOrEqual(2 ** (1 / 3) + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('an ACK after a retransmission tells nothing: which copy does it confirm?', () => {
    const talk = burst(conversation().handshake(), 5, ms)
      .server(bulk(1000))
      .pause(300 * ms);
    talk.server(bulk(1000), { at: -1000 }).client.ack();
    expect(transfers(talk).server).toMatchObject({ roundTrip: { samples: 1 }, retransmittedBytes: 1000 });
  });

  it('of a small connection, the handshake is the only one', () => {
    const talk = conversation()
      .handshake(40 * ms)
      .client(get())
      .server(OK);
    expect(transfers(talk)).toMatchObject({
      client: { roundTrip: { samples: 0, least: 20 * ms, p95: undefined } },
      server: { roundTrip: { samples: 0, least: 20 * ms } },
    });
  });

  it('of many, enough are measured, and their proportions are kept', () => {
    const talk = burst(conversation().handshake(), 5, ms);
    for (let i = 0; i < 4000; i += 1) burst(talk, 1, i % 10 === 0 ? 80 * ms : 10 * ms);
    const { samples: count, p50, p95 } = transfers(talk).server.roundTrip!;
    expect(count).toBeGreaterThan(200);
    expect(p50! / (10 * ms)).toBeCloseTo(1, 0);
    expect(p95! / (80 * ms)).toBeCloseTo(1, 0);
  });
});

describe('closed windows', () => {
  it('from the segment that closes one to the next that opens it', () => {
    const talk = conversation().handshake().client(get()).server(bulk(500));
    talk.client
      .ack({ window: 0 })
      .pause(2 * second)
      .client.ack({ window: 0 })
      .pause(second)
      .client.ack({ window: 1000 });
    expect(transfers(talk)).toMatchObject({ client: { zeroWindow: 3 * second + 2 * ms }, server: { zeroWindow: 0 } });
  });

  it('to the end where it stays closed', () => {
    const talk = conversation().handshake().client(get()).server(bulk(500)).client.ack({ window: 0 }).pause(second).server.keepAliveProbe();
    expect(transfers(talk).client.zeroWindow).toBe(second + ms);
  });

  it('a reset with a window of 0 closes none', () => {
    expect(transfers(conversation().handshake().client.rst({ window: 0 }).server.ack()).client.zeroWindow).toBe(0);
  });
});

describe('slow start', () => {
  const answered = (bytes: number): Talk => {
    const talk = conversation()
      .handshake(40 * ms)
      .client(get());
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`;
    return talk.server(head + 'x'.repeat(bytes)).client.ack();
  };

  it.each([
    [100, 0],
    [14_000, 0],
    [15_000, 1],
    [43_000, 1],
    [44_000, 2],
    [60_000, 2],
  ])('a response of %d bytes waits %d round trips more', (bytes, roundTrips) => {
    expect(transfers(answered(bytes)).slowStart).toEqual({ roundTrips, time: roundTrips * 40 * ms });
  });

  it('is not known without an exchange', () => {
    expect(transfers(conversation().handshake()).slowStart).toBeUndefined();
  });
});

it('what the SYNs offer is read', () => {
  // MSS 1400, SACK permitted, window scale 7, timestamps.
  const options = [2, 4, 5, 120, 4, 2, 1, 3, 3, 7, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1];
  const talk = conversation().client.syn({ options }).server.syn({ flags: 0x12 }).client.ack();
  expect(transfers(talk).client.offered).toEqual({ segmentSize: 1400, windowScale: 7, selectiveAcks: true, timestamps: true });
  expect(transfers(talk).server.offered).toEqual({
    segmentSize: undefined,
    windowScale: undefined,
    selectiveAcks: false,
    timestamps: false,
  });
});

it('the sample with losses: as tshark adds up', () => {
  const { bytes } = samples.find(({ name }) => name === 'lossy-link.pcap')!;
  const { client, server } = inspectBytes(bytes).connection(0).transfers!;
  // tshark -2: the lengths of the frames with tcp.analysis.(fast_|spurious_)retransmission; median of tcp.analysis.ack_rtt of the client's data 40.6 ms.
  expect(server.retransmittedBytes).toBe(7240);
  expect(client.retransmittedBytes).toBe(0);
  expect(client.roundTrip!.p50! / ms).toBeGreaterThan(36);
  expect(client.roundTrip!.p50! / ms).toBeLessThan(46);
});
