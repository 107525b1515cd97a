/** The story of a connection: in order of time, with what TLS and HTTP/2 say of themselves. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { concurrencyOf } from '../../src/report/concurrency.ts';
import { explain } from '../../src/report/index.ts';
import { inOrder } from '../../src/report/story.ts';
import { millisecond, second } from '../../src/time.ts';
import type { Connection, Exchange, GoAway, Http2Summary } from '../../src/trace/index.ts';
import { viewsOf } from '../support/exchange-views.ts';
import { inspectBytes } from '../support/inspect.ts';
import { madeUpTrace } from '../support/made-up-trace.ts';
import { shown } from '../support/redact.ts';
import { samples } from '../support/samples.ts';
import { play } from '../support/scenario.ts';

function storyOf(rest: Partial<Connection>, streams = 3): string {
  const exchanges = Array.from({ length: streams }, (_, i) => [second + i, 2 * second + i] as const);
  const trace = shown(madeUpTrace([{ at: 0, http2: true, exchanges, closed: 9 * second, rest }]));
  return [...explain(trace, analyse(trace), 0)].join('');
}

const http2: Http2Summary = {
  maxConcurrent: 3,
  streamLimit: 2,
  atLimit: 40 * millisecond,
  goAway: undefined,
  resetsClient: 0,
  resetsServer: 0,
  pingsClient: 0,
  pingsServer: 0,
  pingsIdle: 0,
  pingAcks: 0,
  pingInterval: undefined,
  pingAnswer: undefined,
  pushes: 0,
  isLowerBound: false,
};
const goAway: GoAway = {
  by: 'server',
  code: 'NO_ERROR',
  lastStream: 3,
  frame: 70,
  time: 8 * second,
  streams: 3,
  open: 0,
  idle: 6 * second,
};

test('events without a time stay behind the one before them', () => {
  const told = inOrder([
    { at: 5, what: 'a' },
    { at: undefined, what: 'of a' },
    { at: 9, what: 'c' },
    { at: 7, what: 'b' },
    { at: 9, what: 'd' },
  ]);
  expect(told.map(({ what }) => what)).toEqual(['a', 'of a', 'b', 'c', 'd']);
});

test.each(samples)('every story of $name goes forward in time', ({ bytes }) => {
  const trace = inspectBytes(bytes);
  const analysis = analyse(trace);
  for (let index = 0; index < trace.size; index += 1) {
    const times = [...explain(trace, analysis, index)].flatMap((line) => /^ {2} *(\d+\.\d{3}) /.exec(line)?.[1] ?? []).map(Number);
    expect(times.length).toBeGreaterThan(0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
});

describe('how it began', () => {
  const told = (packets: string): string => {
    const trace = play(`\`\`\`packets\n${packets}\n\`\`\``);
    return [...explain(trace, analyse(trace), 0)].join('');
  };

  test.each([
    ['refused', '0 ms client SYN\n5 ms server RST ACK', /0\.000 {2}SYN, no SYN-ACK +frame 1\n {2}0\.005 {2}server RST/],
    ['no answer', '0 ms client SYN\n1 s client SYN at -1', /0\.000 {2}SYN, no SYN-ACK, sent 1 more time +frame 1\n/],
    ['no ACK', '0 ms client SYN\n5 ms server SYN ACK', /0\.000 {2}SYN, SYN-ACK, no ACK +frames 1-2\n/],
    ['no SYN', '0 ms client SYN\ncapture begins\n5 ms server SYN ACK\n6 ms client ACK', /0\.000 {2}SYN-ACK, no SYN +frame 1\n/],
    ['no handshake', 'capture begins\n5 ms client "x"', /0\.000 {2}already open when the capture begins +frame 1\n/],
    [
      'both sides',
      '0 ms client SYN\n5 ms server SYN\n9 ms client SYN ACK at -1',
      /0\.000 {2}SYN of both sides: no three frames are the handshake +frame 1\n/,
    ],
  ])('%s', (_, packets, line) => expect(told(packets)).toMatch(line));

  test('a connection does not come after itself where the times of a capture go back', () => {
    const trace = shown(madeUpTrace([{ at: second, exchanges: [[second, 2 * second]], closed: 0 }]));
    expect([...explain(trace, analyse(trace), 0)].join('')).not.toContain('opens connection');
  });
});

describe('HTTP/2', () => {
  test('the limit of streams, and how long it held requests up', () => {
    expect(storyOf({ http2 })).toMatch(/server allows 2 streams at once, at most 3 were open +40\.0 ms at the limit/);
  });

  test('how many streams were open when', () => {
    const at = (start: number, end: number | undefined): Exchange =>
      ({ requestStart: start * second, responseEnd: end === undefined ? undefined : end * second }) as Exchange;
    expect(concurrencyOf(viewsOf([at(0, 1.5), at(0, 1), at(1, 1.5), at(3.2, 3.2), at(5, 10)]))).toEqual({
      lasted: 10 * second,
      most: [2, 2, 0, 1, 0, 1, 1, 1, 1, 1],
    });
    // Not answered: open to the end, as far as that is known.
    expect(concurrencyOf(viewsOf([at(0, undefined), at(4, 10), at(4, 4.1)]))?.most).toEqual([1, 1, 1, 1, 3, 2, 2, 2, 2, 2]);
    expect(concurrencyOf(viewsOf([at(0, 1)]))).toBeUndefined();
    expect(concurrencyOf(viewsOf([at(1, 1), at(1, 1)]))).toBeUndefined();
    const [line] = /open at once, in tenths of .*/.exec(storyOf({ http2 })) ?? [];
    expect(line).toMatch(/^open at once, in tenths of \S+ m?s +(\d+ ){9}\d+$/);
  });

  test('who retired it, why, and which requests may be sent again', () => {
    const told = storyOf({ http2: { ...http2, goAway } });
    expect(told).toMatch(/8\.000 {2}server GOAWAY NO_ERROR, last stream 3 +frame 70; after 6\.0 s idle/);
    expect(told).toContain('1 request above it not processed: may be sent again');
    const capped = storyOf({ http2: { ...http2, goAway: { ...goAway, streams: 1000, idle: undefined, lastStream: 2 ** 31 - 1 } } });
    expect(capped).toMatch(/no last stream named +frame 70\s+after 1,000 requests: a request cap, it seems/);
    expect(storyOf({ http2: { ...http2, goAway: { ...goAway, by: 'client' } } })).toContain('client GOAWAY NO_ERROR ');
  });

  test('its PINGs and what became of them', () => {
    const ping = { by: 'client', frame: 5, time: 3 * second, answerFrame: 6, answerTime: 3.02 * second } as const;
    const lost = { ...ping, frame: 8, time: 4 * second, answerFrame: undefined, answerTime: undefined };
    const told = storyOf({ http2: { ...http2, pingsClient: 7, pings: [ping, lost] } });
    expect(told).toMatch(/3\.000 {2}client PING, answered after 20\.0 ms +frames 5-6\n/);
    expect(told).toMatch(/4\.000 {2}client PING, not answered +frame 8\n/);
    expect(told).toContain('and 5 more PINGs');
  });

  test('several hosts on one connection, and one that was refused there', () => {
    const told = storyOf({ authorities: ['a.test', 'me:secret@b.test'], misdirected: 1 });
    expect(told).toContain('2 hosts on this connection: a.test, *e8a7@b.test');
    expect(told).toContain('1 answer 421: not served on this connection');
  });
});

describe('TLS', () => {
  const tls = {
    began: undefined,
    protocolsOffered: 'h2,http/1.1',
    isRetried: true,
    isFalseStart: false,
    isEncryptedHello: true,
    certificateNames: undefined,
    after: undefined,
    alert: { by: 'server', name: 'handshake_failure', frame: 9, time: 3 * second },
    closedByClient: false,
    closedByServer: false,
  } as const;

  test('its handshake with everything that made it longer or shorter', () => {
    const told = storyOf({
      tls,
      tlsVersion: '1.3',
      tlsHandshake: 80 * millisecond,
      tlsRoundTrips: 2,
      tlsResumed: true,
      tlsEarlyData: 'rejected',
      alpn: 'h2',
      decryptionFailedWhy: 'no key',
    });
    expect(told).toMatch(/TLS 1\.3 handshake 80\.0 ms, 2 round trips +resumed/);
    for (const detail of ['HelloRetryRequest', '0-RTT rejected', 'Encrypted ClientHello', 'ALPN h2', 'not decrypted: no key'])
      expect(told).toContain(detail);
    expect(told).toMatch(/3\.000 {2}server ends TLS: handshake_failure +frame 9\n/);
  });

  test('nothing of a handshake that was not seen', () => {
    expect(storyOf({ tls: { ...tls, alert: undefined } })).not.toContain('TLS');
  });
});

describe('an end that is no idle time', () => {
  const explained = (...packets: readonly string[]): string => {
    const trace = play(['```packets', ...packets, '```'].join('\n'));
    return [...explain(trace, analyse(trace), 0)].join('');
  };

  test('a websocket is closed, whatever time its last request is ago', () => {
    const told = explained(
      '0 ms client opens in 20 ms',
      '21 ms client "GET /chat HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n"',
      '41 ms server "HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n"',
      '42 ms client ACK',
      '3 s client "ping"',
      '4 s server closes',
    );
    expect(told).toMatch(/server FIN +frame \d+; server closed the websocket\n/);
    expect(told).not.toContain('idle');
  });

  test('nor is waiting for an answer', () => {
    const told = explained(
      '0 ms client opens in 20 ms',
      '21 ms client asks /a, answered in 20 ms',
      '600 ms client "GET /b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"',
      '620 ms server ACK',
      '5 s server closes',
    );
    expect(told).toMatch(/server FIN +frame \d+; server closed without answering the request\n/);
    expect(told).not.toMatch(/after .* idle/);
  });

  test('a request long after the close was no use of the connection', () => {
    const told = explained(
      '0 ms client opens in 20 ms',
      '21 ms client asks /a, answered in 20 ms',
      '280 ms server FIN ACK',
      '281 ms client ACK',
      '900 ms client "GET /b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"',
    );
    expect(told).toMatch(/server FIN +frame \d+; server closed idle after 239 ms\n/);
  });

  test('a client that was idle as long before has no limit there', () => {
    const told = explained(
      '0 ms client opens in 20 ms',
      '21 ms client asks /a, answered in 20 ms',
      '1.1 s client asks /b, answered in 20 ms',
      '2.1 s client closes',
    );
    expect(told).toMatch(/client FIN +frame \d+; client closed idle after \d+ ms \(inferred\)\n/);
  });

  test('a proxy that refuses a tunnel', () => {
    const told = explained(
      '0 ms client opens in 20 ms',
      '21 ms client "CONNECT shop:443 HTTP/1.1\\r\\nHost: shop:443\\r\\n\\r\\n"',
      '41 ms server "HTTP/1.1 503 Service Unavailable\\r\\nContent-Length: 0\\r\\n\\r\\n"',
      '42 ms client closes',
    );
    expect(told).toContain('The proxy answered 503 to CONNECT: no tunnel, and nothing that could be reused.');
  });
});
