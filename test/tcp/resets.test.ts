/** Resets that do not fit: which are believed, and how the others are listed. */

import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/trace/index.ts';
import { bytes, ethernet, ipv4, pcap, tcp, text } from '../packet/build.ts';
import { inspectBytes } from '../support/inspect.ts';
import { conversation, get, OK } from '../support/talk.ts';

const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];
const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];
const back = { from: 80, to: 40_000 };

interface Sent {
  readonly ttl?: number;
  readonly fromServer?: boolean;
}

const send = (segment: Uint8Array, { ttl = 57, fromServer = false }: Sent = {}): Uint8Array =>
  ethernet(0x0800, ipv4(segment, { ttl, from: fromServer ? SERVER : CLIENT, to: fromServer ? CLIENT : SERVER }));

const traceOf = (...frames: readonly Uint8Array[]): Trace => inspectBytes(pcap(frames.map((data, i) => ({ data, at: i * 1000 }))));

/** An open connection: the server's next number is 9001, the client's 1005. */
const opened = [
  send(tcp({ sequence: 1000, flags: SYN })),
  send(tcp({ ...back, sequence: 9000, acknowledgment: 1001, flags: SYN | ACK }), { fromServer: true }),
  send(tcp({ sequence: 1001, acknowledgment: 9001, flags: ACK, payload: text('ping') })),
  send(tcp({ ...back, sequence: 9001, acknowledgment: 1005, flags: ACK }), { fromServer: true }),
];
const resetOf = (sequence: number, sent: Sent = {}): Uint8Array =>
  send(tcp({ ...back, sequence, acknowledgment: 1005, flags: RST | ACK }), { fromServer: true, ...sent });

describe('a reset of the server', () => {
  it('with its next number is believed', () => {
    const c = traceOf(...opened, resetOf(9001)).connection(0);
    expect(c).toMatchObject({ state: 'RSTR', closedBy: 'server', closedWith: 'rst', notes: [] });
  });

  it.each([9001 + 70_000, 9001 - 70_000, 2_000_000_000])('with number %d, outside of the window, is listed only', (sequence) => {
    const trace = traceOf(...opened, resetOf(sequence));
    expect(trace.connection(0)).toMatchObject({ state: 'S1', closedBy: undefined, completeness: 47, notes: ['reset-out-of-window'] });
    expect(trace.notes).toMatchObject([{ code: 'reset-out-of-window', count: 1, firstFrame: 5 }]);
  });

  it('what comes after one that was not believed is read', () => {
    const last = send(tcp({ sequence: 1005, acknowledgment: 9001, flags: FIN | ACK }));
    expect(traceOf(...opened, resetOf(2_000_000_000), last).connection(0)).toMatchObject({
      closedBy: 'client',
      closedWith: 'fin',
      closeFrame: 6,
    });
  });

  it('that came over another number of hops is believed, as the receiver does, and listed', () => {
    const trace = traceOf(...opened, resetOf(9001, { ttl: 62 }));
    expect(trace.connection(0)).toMatchObject({ state: 'RSTR', closedBy: 'server', notes: ['reset-another-way'] });
    expect(trace.notes[0]?.detail).toBe('time to live 62 after 57');
  });

  it('with another first time to live over as many hops came the same way', () => {
    expect(traceOf(...opened, resetOf(9001, { ttl: 248 })).connection(0).notes).toEqual([]);
  });

  it('that answers a SYN must confirm it', () => {
    const answer = (acknowledgment: number): Uint8Array =>
      send(tcp({ ...back, acknowledgment, sequence: 0, flags: RST | ACK }), { fromServer: true });
    expect(traceOf(opened[0]!, answer(1001)).connection(0)).toMatchObject({ state: 'REJ', notes: [] });
    expect(traceOf(opened[0]!, answer(5000)).connection(0)).toMatchObject({ state: 'S0', notes: ['reset-out-of-window'] });
  });

  it('may carry text, which is never part of the stream', () => {
    const trace = traceOf(
      ...opened,
      send(bytes(tcp({ ...back, sequence: 9001, flags: RST | ACK, payload: text('why') })), { fromServer: true }),
    );
    expect(trace.connection(0).closedWith).toBe('rst');
    expect(trace.accounting.payload.givenUp).toEqual({ 'in-reset': 3 });
  });
});

it('the notes of a connection are its own', () => {
  const quiet = conversation({ client: { address: '10.0.0.1', port: 40_001 } })
    .handshake()
    .client(get())
    .server(OK);
  const notes = quiet.trace.connection(0).notes;
  expect(notes).toEqual([]);
  const other = conversation()
    .handshake()
    .client(get())
    .server(OK)
    .server('x', { at: 200_000, flags: RST | ACK });
  expect(other.connection.notes).toEqual(['reset-out-of-window']);
});
