/** What real kernels do, captured: Fast Open in all its turns, and three ways to find out that the peer is gone. */

import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { millisecond, second } from '../../src/time.ts';
import type { Connection } from '../../src/trace/index.ts';
import { connectionsOf } from '../support/facts.ts';
import { inspectFile } from '../support/inspect.ts';
import { hasTshark, unlessTshark } from '../support/tshark.ts';

const path = (name: string): string => `${import.meta.dirname}/captures/${name}.pcap`;
const read = (name: string): Connection[] => connectionsOf(inspectFile(path(name)));

// Linux 6.18 over a link of 20 ms each way; the server turns Fast Open off before the last connection.
it('Fast Open: a cookie is fetched, data with the SYN is taken twice, and then ignored', () => {
  const connections = read('fast-open');
  expect(connections.map(({ fastOpen }) => fastOpen)).toEqual(['cookie_requested', 'accepted', 'accepted', 'ignored']);
  expect(connections.map(({ setup }) => Math.round(setup! / millisecond))).toEqual([40, 0, 0, 41]);
  expect(connections.map(({ requests, vantage }) => [requests, vantage])).toEqual(Array.from({ length: 4 }, () => [1, 'client']));
});

// A client that probes every second, three times: the server forgets the connection, has its address taken away, goes down.
it('half-open connections are found by a reset, by an ICMP error, by silence', () => {
  const connections = read('half-open');
  expect(connections.map(({ probes }) => [probes.client, probes.acks, probes.peerLost?.how, probes.peerLost?.unanswered])).toEqual([
    [2, 1, 'forgotten', 1],
    [4, 1, 'unreachable', 3],
    [4, 1, 'gave_up', 3],
  ]);
  expect(connections.map(({ state, closedBy }) => [state, closedBy])).toEqual([
    ['RSTR', 'server'],
    ['RSTO', 'client'],
    ['RSTO', 'client'],
  ]);
  expect(connections[2]!.probes.interval! / second).toBeCloseTo(1, 1);
});

it('an ICMP error about a known connection takes no stream number', () => {
  expect(read('half-open').map(({ tcpStream }) => tcpStream)).toEqual([0, 1, 2]);
});

it.skipIf(!hasTshark)(`nor does it in Wireshark${unlessTshark}`, () => {
  const { stdout } = spawnSync('tshark', ['-2', '-n', '-r', path('half-open'), '-Y', 'tcp', '-T', 'fields', '-e', 'tcp.stream'], {
    encoding: 'utf8',
  });
  expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['0', '1', '2']));
});
