/** Where a capture was taken, and set-up times as the client felt them. */

import { describe, expect, it } from 'vitest';
import { millisecond as ms } from '../../src/time.ts';
import { conversation, get, OK, type Talk, traceOf } from '../support/talk.ts';

let port = 40_000;

/** `toServer`: SYN to SYN-ACK at the capture point; `toClient`: SYN-ACK to ACK. */
function handshake(toServer: number, toClient: number, start = 0): Talk {
  port += 1;
  const talk = conversation({ client: { address: '10.0.0.1', port } });
  return talk.client
    .syn({ time: start })
    .server.syn({ time: start + toServer * ms, flags: 0x12 })
    .client.ack({ time: start + (toServer + toClient) * ms });
}

describe('the vantage point', () => {
  it.each([
    [40, 0.1, 'client'],
    [40, 7.9, 'client'],
    [40, 8.1, 'middle'],
    [8, 40.1, 'server'],
    [0.1, 40, 'server'],
    [20, 20, 'middle'],
    [0.4, 0.05, 'loopback'],
    [0.6, 0.05, 'client'],
  ])('%d ms to the server, %d ms to the client: %s', (toServer, toClient, vantage) => {
    expect(handshake(toServer, toClient).connection).toMatchObject({ vantage, rttServer: toServer * ms, rttClient: toClient * ms });
  });

  it('comes from the least times between two hosts', () => {
    const talks = [handshake(90, 3), handshake(40, 9, 1e9), handshake(70, 0.2, 2e9)];
    const trace = traceOf(talks.flatMap(({ segments }) => segments));
    for (const c of [0, 1, 2]) expect(trace.connection(c)).toMatchObject({ vantage: 'client', rttServer: 40 * ms, rttClient: 0.2 * ms });
  });

  it('is that of its client also where that was guessed wrong at first', () => {
    const middle = conversation({ client: { address: '10.0.0.1', port: 79 }, start: 1e9 });
    middle.client(get()).server(OK);
    const trace = traceOf([handshake(40, 0.2), middle].flatMap(({ segments }) => segments));
    const known = { client: { address: '10.0.0.1' }, vantage: 'client', rttServer: 40 * ms, rttClient: 0.2 * ms };
    expect([trace.connection(0), trace.connection(1)]).toMatchObject([known, known]);
  });

  it('is not known from handshakes that were repaired', () => {
    const again = (at: 'client' | 'server'): Talk => {
      const talk = conversation().client.syn();
      if (at === 'client') talk.client.syn({ time: 1000 * ms, at: -1 });
      talk.server.syn({ time: 1010 * ms, flags: 0x12 });
      if (at === 'server') talk.server.syn({ time: 2010 * ms, flags: 0x12, at: -1 });
      return talk.client.ack({ time: 2011 * ms });
    };
    for (const side of ['client', 'server'] as const) {
      expect(again(side).connection).toMatchObject({
        handshakeComplete: true,
        vantage: undefined,
        rttClient: undefined,
        rttServer: undefined,
      });
    }
  });

  it('is not known from an ACK that rides with data: that may have waited', () => {
    const talk = conversation()
      .client.syn({ time: 0 })
      .server.syn({ time: 40 * ms, flags: 0x12 })
      .client(get(), { time: 90 * ms })
      .server(OK, { time: 130 * ms });
    expect(talk.connection).toMatchObject({ vantage: undefined, handshake: 90 * ms, handshakeClient: 90 * ms });
  });
});

describe('the handshake as the client felt it', () => {
  it('is what was captured, wherever that was', () => {
    for (const [toServer, toClient] of [
      [40, 0.1],
      [20, 20],
      [0.1, 40],
    ] as const) {
      const { handshake: captured, handshakeClient } = handshake(toServer, toClient).connection;
      expect(handshakeClient).toBe(captured);
    }
  });

  it('ends with the SYN-ACK where the ACK waited for data; both times are shown', () => {
    const clean = handshake(40, 0.1);
    port += 1;
    const late = conversation({ client: { address: '10.0.0.1', port }, start: 1e9 })
      .client.syn({ time: 1e9 })
      .server.syn({ time: 1e9 + 40 * ms, flags: 0x12 })
      .client(get(), { time: 1e9 + 240 * ms });
    const trace = traceOf([...clean.segments, ...late.segments]);
    expect(trace.connection(1)).toMatchObject({ handshake: 240 * ms, handshakeClient: 40.1 * ms, vantage: 'client' });
  });
});
