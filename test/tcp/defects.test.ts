/** What tshark 4.0.17 says of its nine known weak places, and what we say of the same packets. */

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { millisecond, second } from '../../src/time.ts';
import type { Connection, Trace } from '../../src/trace/index.ts';
import { connectionsOf } from '../support/facts.ts';
import { inspectFile } from '../support/inspect.ts';
import { shared } from '../support/shared.ts';

const folder = shared('captures/tshark-defects');
const fixture = it.skipIf(!existsSync(folder));
const read = (name: string): Trace => inspectFile(`${folder}/${name}.pcap`);
const only = (name: string): Connection => read(name).connection(0);

/** Frame numbers of our probes, each with the frame that answered it. */
const probesOf = (connection: Connection): [frame: number, answer: number | undefined][] =>
  (connection.probes.list ?? []).map(({ frame, answerFrame }) => [frame, answerFrame]);

fixture('t1, three requests and three responses: it pairs the first response with the last request', () => {
  expect(
    read('t1')
      .exchanges(0)
      .map(({ target, responseFrame }) => [target, responseFrame]),
  ).toEqual([
    ['/1', 7],
    ['/2', 9],
    ['/3', 11],
  ]);
});

fixture('t2, Expect: it times the request from its last bytes, 299 ms before the response; the client waited 400', () => {
  const [exchange] = read('t2').exchanges(0);
  expect(exchange!.responseStart! - exchange!.requestStart!).toBe(400 * millisecond);
  expect(exchange!.informational).toBe(1);
});

fixture('t3, frame 6: it takes a window probe of Linux for a keep-alive', () => {
  const connection = only('t3');
  expect(connection.tcpAnalysis).toMatchObject({ keepAlive: 7, zeroWindowProbe: 0 });
  expect(probesOf(connection)).not.toContainEqual([6, expect.anything()]);
});

fixture('t3, frame 10: it takes one byte sent again for a keep-alive, not for a retransmission', () => {
  const connection = only('t3');
  expect(connection.tcpAnalysis).toMatchObject({ keepAlive: 7, retransmission: 0 });
  expect(probesOf(connection).map(([frame]) => frame)).toEqual([12, 14, 16, 18, 19]);
  expect(connection.history).toContain('T');
});

fixture('t3, frame 17: it does not see that an ACK with a new window answers a probe', () => {
  const connection = only('t3');
  expect(connection.tcpAnalysis).toMatchObject({ keepAliveAck: 4, windowUpdate: 2 });
  expect(probesOf(connection)).toEqual([
    [12, 13],
    [14, 15],
    [16, 17],
    [18, undefined],
    [19, 20],
  ]);
  expect(connection.probes).toMatchObject({ acks: 4, unanswered: 1 });
});

fixture('t6, a capture that begins while the connection is idle: it sees duplicate ACKs, no keep-alives', () => {
  const connection = only('t6');
  expect(connection.tcpAnalysis).toMatchObject({ keepAlive: 0, keepAliveAck: 0, duplicateAck: 6, ackLostSegment: 1, lostSegment: 1 });
  expect(connection.probes).toMatchObject({ client: 4, acks: 4, unanswered: 0, interval: 45 * second });
  expect(probesOf(connection)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
});

fixture('t5, a SYN was lost: its initial round trip is 51 ms, the user waited 1,051', () => {
  const connection = connectionsOf(read('t5'))[2]!;
  expect(connection).toMatchObject({ initialRtt: 51 * millisecond, handshake: 1051 * millisecond, synRetransmissions: 1 });
  expect(connection.tcpAnalysis).toMatchObject({ retransmission: 1 });
});

fixture('t5, the same ports again: a connection of its own for both of us', () => {
  const [first, second] = connectionsOf(read('t5'));
  expect(first!.tcpAnalysis!.reusedPorts).toBe(0);
  expect(second).toMatchObject({ tcpStream: 1, previousOnFlow: 0, tcpAnalysis: { reusedPorts: 1 } });
});

fixture('t1 to t4, a SYN at 1970-01-01 00:00: it has no initial round trip', () => {
  for (const name of ['t1', 't2', 't3', 't4']) {
    expect(only(name).initialRtt).toBeUndefined();
    expect(only(name).handshake).toBe(50.1 * millisecond);
  }
});

fixture('t4, a request meets the close: it says "connection reset", we keep who closed when', () => {
  const trace = read('t4');
  expect(trace.connection(0)).toMatchObject({ closedBy: 'server', closedWith: 'fin', closeFrame: 8, history: 'ShADdfr' });
  expect(trace.exchanges(0).map(({ target, responseFrame }) => [target, responseFrame])).toEqual([
    ['/1', 5],
    ['/2', undefined],
  ]);
});

fixture('ka, 153 probes on nine connections of Linux: the same by both rules, each with its answer', () => {
  const connections = connectionsOf(read('ka'));
  const sum = (count: (connection: Connection) => number): number => connections.reduce((total, one) => total + count(one), 0);
  expect(sum(({ probes }) => probes.client + probes.server)).toBe(153);
  expect(sum(({ tcpAnalysis }) => tcpAnalysis!.keepAlive)).toBe(153);
  expect(sum(({ probes }) => probes.acks)).toBe(153);
  expect(sum(({ tcpAnalysis }) => tcpAnalysis!.keepAliveAck)).toBe(153);
  for (const { time, answerTime } of connections.flatMap(({ probes }) => probes.list ?? []))
    expect(answerTime! - time).toBeLessThan(second);
});

fixture('ka, the frame of each probe with that of its answer: as in a table made from the packets', () => {
  // ka.csv: each frame with tcp.analysis.keep_alive, and the next of its stream with keep_alive_ack whose numbers answer it.
  const table = readFileSync(new URL('ka.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .sort();
  const ours = connectionsOf(read('ka')).flatMap(({ tcpStream, probes }) =>
    (probes.list ?? []).map(({ frame, answerFrame }) => `${frame},${tcpStream},${answerFrame ?? ''}`),
  );
  expect(ours.sort()).toEqual(table);
});
