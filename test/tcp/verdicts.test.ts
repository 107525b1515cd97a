/** One small story per flag of Wireshark's sequence analysis. */

import { describe, expect, it } from 'vitest';
import { VerdictCounts } from '../../src/tcp/verdict-counts.ts';
import { DUPLICATE_ACK, DUPLICATE_FRAME, KEEP_ALIVE, WINDOW_UPDATE } from '../../src/tcp/verdicts.ts';
import { millisecond, second } from '../../src/time.ts';
import type { TcpAnalysis } from '../../src/trace/index.ts';
import { conversation, get, OK, type Talk, traceOf } from '../support/talk.ts';
import { ACK, FIN, RST, SYN } from '../support/wire.ts';

/** The counts that are not zero. */
const flagged = (talk: Talk): Partial<TcpAnalysis> =>
  Object.fromEntries(Object.entries(talk.connection.tcpAnalysis!).filter(([, count]) => count > 0));
const open = (): Talk => conversation().handshake(10 * millisecond);

describe('an ordinary connection', () => {
  it('has no flag', () => {
    expect(flagged(open().client(get()).server(OK).client.ack().close('client'))).toEqual({});
  });
});

describe('probes', () => {
  it('a keep-alive and its answer', () => {
    const talk = open()
      .client(get())
      .server(OK)
      .client.ack()
      .pause(45 * second)
      .client.keepAliveProbe()
      .server.ack();
    expect(flagged(talk)).toEqual({ keepAlive: 1, keepAliveAck: 1 });
  });

  it('a probe of a closed window with one new byte, and its answer', () => {
    const talk = open().client(get()).server.ack({ window: 0 }).client('x').server.ack({ window: 0, acks: -1 });
    expect(flagged(talk)).toEqual({ zeroWindow: 2, zeroWindowProbe: 1, zeroWindowProbeAck: 1 });
  });
});

describe('windows', () => {
  it('closed, and opened again', () => {
    expect(flagged(open().client(get()).server.ack({ window: 0 }).server.ack({ window: 5000 }))).toEqual({
      zeroWindow: 1,
      windowUpdate: 1,
    });
  });

  it('filled to the last byte', () => {
    expect(flagged(open().server.ack({ window: 10 }).client('0123456789'))).toEqual({ windowUpdate: 1, windowFull: 1 });
  });
});

describe('segments that come again', () => {
  it('a retransmission', () => {
    const talk = open().client(get()).pause(second).client(get(), { at: -get().length });
    expect(flagged(talk)).toEqual({ retransmission: 1 });
  });

  it('a spurious one, which counts as a retransmission, too', () => {
    const talk = open().client(get()).server.ack().pause(second).client(get(), { at: -get().length });
    expect(flagged(talk)).toEqual({ retransmission: 1, spuriousRetransmission: 1 });
  });

  it('a fast one, after duplicate ACKs', () => {
    const talk = open().client('aaaa', { lost: true }).client('bbbb').client('cccc');
    talk.server.ack({ acks: -12 }).server.ack({ acks: -12 }).server.ack({ acks: -12 }).client('aaaa', { at: -12 });
    expect(flagged(talk)).toEqual({ lostSegment: 1, duplicateAck: 3, retransmission: 1, fastRetransmission: 1 });
  });

  it('one out of order, sooner than a round trip after the one that overtook it', () => {
    expect(flagged(open().client('aaaa', { lost: true }).client('bbbb').client('aaaa', { at: -8 }))).toEqual({
      lostSegment: 1,
      outOfOrder: 1,
    });
  });

  it('the same later than a round trip: a retransmission', () => {
    const talk = open().client('aaaa', { lost: true }).client('bbbb').pause(second).client('aaaa', { at: -8 });
    expect(flagged(talk)).toEqual({ lostSegment: 1, retransmission: 1 });
  });
});

describe('loss', () => {
  it('before a segment that came', () => {
    expect(flagged(open().client('aaaa', { lost: true }).client('bbbb'))).toEqual({ lostSegment: 1 });
  });

  it('of a segment that the other side has, told once', () => {
    const talk = open().client('aaaa', { lost: true }).server.ack().server.ack().client('bbbb');
    expect(flagged(talk)).toEqual({ ackLostSegment: 1, duplicateAck: 1, lostSegment: 1 });
  });
});

describe('a number beyond 2^32', () => {
  it('is no loss and no retransmission', () => {
    const talk = conversation({ clientNumber: 2 ** 32 - 3, serverNumber: 2 ** 32 - 10 }).handshake();
    expect(flagged(talk.client(get()).server(OK).client(get()).server(OK).close('server'))).toEqual({});
  });

  it('a reset acknowledges nothing, and is remembered as Wireshark does', () => {
    const talk = open().client(get()).send('server', '', { flags: RST }).send('server', '', { flags: ACK });
    expect(flagged(talk)).toEqual({});
  });
});

describe('a number half of the space away', () => {
  it('lies behind and ahead at once, as Wireshark compares', () => {
    expect(
      flagged(
        open()
          .client(get())
          .server.ack({ acks: 2 ** 31 }),
      ),
    ).toEqual({ ackLostSegment: 1 });
  });
});

describe('segments whose options were cut', () => {
  const { segments } = open().client(get()).pause(second).client(get(), { at: -get().length });
  const withOptions = segments.map((segment) => ({ ...segment, options: [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0] }));

  it('are judged, and not shown', () => {
    const whole = traceOf(withOptions).connection(0);
    expect([whole.tcpAnalysis!.retransmission, whole.initialRtt]).toEqual([1, 10 * millisecond]);
    const cut = traceOf(withOptions, { snapLength: 60 }).connection(0);
    expect([cut.tcpAnalysis!.retransmission, cut.initialRtt]).toEqual([0, undefined]);
    expect(cut.handshake).toBe(10 * millisecond);
  });
});

describe('the counters', () => {
  it.each([255, 256, 257, 511, 512, 100_000])('count %i frames of a kind, of each kind and each connection', (times) => {
    const counts = new VerdictCounts();
    const [few, many, none] = [counts.open(), counts.open(), counts.open()];
    counts.add(few, KEEP_ALIVE);
    for (let each = 0; each < times; each += 1) counts.add(many, DUPLICATE_ACK | DUPLICATE_FRAME);
    counts.add(many, WINDOW_UPDATE);
    expect(counts.read(many)).toMatchObject({ keepAlive: 0, duplicateAck: times, duplicateFrames: times, windowUpdate: 1 });
    expect(counts.read(few)).toMatchObject({ keepAlive: 1, duplicateAck: 0, duplicateFrames: 0, windowUpdate: 0 });
    expect(Object.values(counts.read(none)).every((count) => count === 0)).toBe(true);
  });
});

describe('completeness', () => {
  it.each<[what: string, talk: () => Talk, bits: number]>([
    ['a lone SYN', () => conversation().client.syn(), 1],
    ['a lone SYN with data', () => conversation().client('x', { flags: SYN }), 9],
    ['a lone SYN with a reset', () => conversation().client.syn({ flags: SYN | RST }), 1],
    ['a lone segment in the middle', () => conversation().client('x'), 0],
    ['two in the middle', () => conversation().client('x').server.ack(), 12],
    [
      'a SYN-ACK with a FIN',
      () =>
        conversation()
          .client.syn()
          .server.syn({ flags: SYN | ACK | FIN }),
      19,
    ],
    ['a FIN without ACK', () => conversation().client.syn().client('', { flags: FIN }), 1],
  ])('%s', (_, talk, bits) => expect(talk().connection.completeness).toBe(bits));

  it('of a connection on ports that were used before has no data of its SYN', () => {
    const [first, again] = [conversation().client.syn(), conversation({ clientNumber: 77_000, start: second }).client('x', { flags: SYN })];
    expect(traceOf([...first.segments, ...again.segments]).connection(1).completeness).toBe(1);
  });
});

describe('the initial round trip', () => {
  it('is not shown where nothing is confirmed and nothing carried', () => {
    expect(conversation().client.syn().client.ack().connection.initialRtt).toBeUndefined();
    expect(conversation().client.syn().client.ack().client('x').connection.initialRtt).toBe(millisecond);
  });
});
