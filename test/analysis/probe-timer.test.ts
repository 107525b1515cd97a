/** TCP keep-alive timers named: in generated captures of each kind of software, and in real ones. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fields, rowOf } from '../../src/analysis/fields.ts';
import { analyse, knownTimers } from '../../src/analysis/index.ts';
import { millisecond, second } from '../../src/time.ts';
import type { Trace } from '../../src/trace/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { samples } from '../support/samples.ts';
import { conversation, OK, type Talk } from '../support/talk.ts';

const named = (trace: Trace, index = 0): { software: string | undefined; confidence: string | undefined; all: string[] } => {
  const all = analyse(trace).verdict(index).keepAliveTimers;
  return { software: all[0]?.timer.software, confidence: all[0]?.confidence, all: all.map(({ timer }) => timer.software) };
};

const step = millisecond;
const answered = (talk: Talk, after: number, octet = ''): Talk =>
  talk
    .pause(after * second)
    .client.keepAliveProbe(octet)
    .server.ack();
const unanswered = (talk: Talk, after: number, octet = ''): Talk => talk.pause(after * second - step).client.keepAliveProbe(octet);

/** One exchange, and the first silence. */
const begun = (userAgent = ''): Talk =>
  conversation({ step })
    .handshake()
    .client(`GET / HTTP/1.1\r\nHost: a\r\n${userAgent === '' ? '' : `User-Agent: ${userAgent}\r\n`}\r\n`)
    .server(OK);

describe('generated', () => {
  it('Linux: 7200 s, nine unanswered probes 75 s apart, a reset', () => {
    let talk = unanswered(begun(), 7203);
    for (let probe = 2; probe <= 9; probe += 1) talk = unanswered(talk, 75.2);
    talk = talk.pause(75.2 * second).client.rst();
    expect(talk.connection.probes).toMatchObject({
      client: 9,
      unanswered: 9,
      interval: 75.2 * second,
      peerLost: { by: 'client', how: 'gave_up', unanswered: 9 },
    });
    expect(named(talk.trace).all).toEqual(['Linux']);
  });

  it('with eight of them it is a BSD', () => {
    let talk = unanswered(begun(), 7200.01);
    for (let probe = 2; probe <= 8; probe += 1) talk = unanswered(talk, 75);
    expect(named(talk.pause(75 * second).client.rst().trace)).toMatchObject({
      software: 'FreeBSD, OpenBSD, NetBSD',
      all: expect.not.arrayContaining(['Linux']),
    });
  });

  it('Windows: a byte in each, one a second when there is no answer', () => {
    let talk = unanswered(begun(), 7200.01, '\0');
    for (let probe = 2; probe <= 10; probe += 1) talk = unanswered(talk, 1.002, '\0');
    expect(named(talk.pause(second).client.rst().trace).all).toEqual(['Windows']);
  });

  it.each<[what: string, userAgent: string, times: readonly number[], software: string]>([
    ["Go's dialer", 'Go-http-client/1.1', [15.104, 15.104, 15.1], 'Go'],
    ["Go's default transport", 'Go-http-client/1.1', [30.72, 30.72], 'Go http.DefaultTransport'],
    [
      'Chrome',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
      [46.76, 45.06],
      'Chrome',
    ],
    ['curl', 'curl/8.8.0', [61.44, 61.44], 'curl'],
    ["Node's Agent", 'node', [1.02, 1.024, 1.02], 'Node.js http.Agent with keepAlive'],
  ])('%s', (_, userAgent, times, software) => {
    const quietly = times.reduce((talk, time) => answered(talk, time), begun());
    expect(named(quietly.trace)).toMatchObject({ software, confidence: 'inferred' });
    const openly = times.reduce((talk, time) => answered(talk, time), begun(userAgent));
    expect(named(openly.trace)).toMatchObject({ software, confidence: 'observed' });
  });

  it("a user's own timer is named, too", () => {
    const timers = [
      {
        ...analyse(begun().trace).options.timers[0]!,
        id: 'ours',
        software: 'our client',
        role: 'tcp_keep_alive_idle' as const,
        value: 7,
        octet: undefined,
      },
    ];
    expect(analyse(answered(begun(), 7.1).trace, { timers }).verdict(0).keepAliveTimers[0]?.timer.software).toBe('our client');
  });

  it('an ACK of its own between two probes does not end their run', () => {
    const talk = answered(answered(begun(), 15.1).client.ack(), 15.1);
    expect(talk.connection.probes).toMatchObject({ client: 2, interval: 15.1 * second + 3 * step });
  });

  it('data between probes begins a new run: their distance is no interval', () => {
    const talk = answered(
      answered(begun(), 15.1)
        .pause(100 * second)
        .client('x')
        .server.ack(),
      15.1,
    );
    expect(talk.connection.probes).toMatchObject({
      client: 2,
      interval: undefined,
      clientTimes: { idle: 15.1 * second + step, period: undefined },
    });
  });
});

describe('real captures', () => {
  // curl 7.88, Go 1.19 (http.Get; net.Dialer), Node 20.20 (http.Agent with keepAlive) and Chromium 156 wait for a slow answer, or idle.
  const trace = inspectBytes(new Uint8Array(readFileSync(new URL('captures/keep-alive-timers.pcap', import.meta.url))));

  it.each<[client: string, target: string, probes: number, software: string, confidence: string]>([
    ['curl', '/wait190', 3, 'curl', 'observed'],
    ['Go, http.Get', '/wait70', 2, 'Go http.DefaultTransport', 'observed'],
    ['Go, net.Dialer', '/wait50', 3, 'Go', 'observed'],
    ['Node', '/x', 19, 'Node.js http.Agent with keepAlive', 'inferred'],
    ['Chromium', '/wait150', 3, 'Chrome', 'observed'],
  ])('%s', (_, target, probes, software, confidence) => {
    const index = Array.from({ length: trace.size }, (_, c) => c).find((c) => trace.exchanges(c)[0]?.target === target)!;
    expect(trace.connection(index).probes).toMatchObject({ client: probes, server: 0, unanswered: 0 });
    expect(named(trace, index)).toMatchObject({ software, confidence });
  });

  it('Linux itself: two hours of silence, and two minutes more that its timer was late', () => {
    const linux = inspectBytes(new Uint8Array(readFileSync(new URL('captures/linux-keep-alive.pcap', import.meta.url))));
    expect(linux.connection(0).probes).toMatchObject({ client: 1, acks: 1 });
    expect(named(linux)).toMatchObject({ software: 'Linux', confidence: 'inferred' });
    // One answered probe after two hours: the others that wait as long are candidates, too.
    const { value } = fields.find(({ name }) => name === 'tcp_keep_alive_timer_candidates')!;
    expect(value(rowOf(linux, analyse(linux), 0), linux)).toEqual(named(linux).all);
    expect(named(linux).all).toEqual(expect.arrayContaining(['Linux', 'FreeBSD, OpenBSD, NetBSD', 'macOS']));
  });
});

it('rows that nobody has checked name a timer, and no software that is to be set up otherwise', () => {
  const trace = inspectBytes(samples.find(({ name }) => name === 'keep-alive-race.pcap')!.bytes);
  const softwares = (verified: boolean): unknown[] => {
    const timers = knownTimers.map((timer) => ({ ...timer, verified }));
    const { advice } = analyse(trace, { timers });
    expect(analyse(trace, { timers }).verdict(0).keepAliveTimers[0]?.timer.software).toBe('Node.js http.Agent with keepAlive');
    return advice.map(({ software }) => software);
  };
  expect(softwares(true)).toEqual(['Node.js http.Agent, by its timer']);
  expect(softwares(false)).toEqual([undefined]);
});
