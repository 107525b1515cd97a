/** The text report and the stories, as people see them. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { explain } from '../../src/report/explain.ts';
import { widthOf } from '../../src/report/table.ts';
import { text } from '../../src/report/text.ts';
import { grouped, percent, size, span } from '../../src/report/words.ts';
import { second } from '../../src/time.ts';
import { madeUpTrace, seconds } from '../support/made-up-trace.ts';
import { empty, hostile, rendered, usual } from './stage.ts';

test('80 columns', () => {
  expect(rendered(text, usual(), { width: 80 })).toMatchInlineSnapshot(`
    "made-up.pcap  8.8 kB  39 frames  14.1 s
    4 of 6 TCP handshakes were avoidable (idle limit 60 s): 160 ms of client waiting
    8 requests on 6 connections: 25% of them reused one. 4 TCP keep-alive probes.

      ORIGIN            CONNS  REQ/CONN  REUSED  AVOIDABLE  WASTED
      shop.example:80       5       1.0      0%          4  160 ms
        because server closed idle after 2.0 s (timeout=2)
      api.example:8080      1       3.0     67%          0       -

      #  START S   SET-UP  REQS   IDLE  CLOSED BY   AFTER  OPENED BECAUSE
      0    0.000  40.0 ms     1      -  server FIN  2.0 s  first to its origin
      1    1.000  40.0 ms     3  5.0 s  open            -  first to its origin
      2    3.000  40.0 ms     1      -  server FIN  2.0 s  AVOIDABLE, #0 closed
      3    6.000  40.0 ms     1      -  server FIN  2.0 s  AVOIDABLE, #2 closed
      4    9.000  40.0 ms     1      -  server FIN  2.0 s  AVOIDABLE, #3 closed
      5   12.000  40.0 ms     1      -  server FIN  2.0 s  AVOIDABLE, #4 closed

    Advice   none yet: shop.example: 4 idle gaps were seen, 20 are needed to
               suggest a limit (server closes after 2.0 s)
    Next     warmwire made-up.pcap
             warmwire explain made-up.pcap 2
             warmwire report made-up.pcap -w report.html
    "
  `);
});

test('120 columns have room for the reason beside', () => {
  expect(rendered(text, usual(), { width: 120 }).split('\n').slice(4, 7)).toMatchInlineSnapshot(`
    [
      "  ORIGIN            CONNS  REQ/CONN  REUSED  AVOIDABLE  WASTED  MAIN REASON",
      "  shop.example:80       5       1.0      0%          4  160 ms  server closed idle after 2.0 s (timeout=2)",
      "  api.example:8080      1       3.0     67%          0       -",
    ]
  `);
});

test('requests', () => {
  expect(rendered(text, usual(), { width: 80, exchanges: true }).split('\n').slice(9, 19)).toMatchInlineSnapshot(`
    [
      "  #  N  START S   IDLE  REQUEST                          STATUS     TOOK  FRAMES",
      "  0  0    0.041      -  GET /cart?user=*a1b5&token=*d..     200  42.0 ms",
      "  1  0    1.050      -  POST /                              200  50.0 ms",
      "  1  1    4.000  2.9 s  GET /                               200  20.0 ms",
      "  1  2    9.000  5.0 s  GET /                               200   500 ms",
      "  2  0    3.041      -  GET /cart?user=*a1b5&token=*d..     200  42.0 ms",
      "  3  0    6.041      -  GET /cart?user=*a1b5&token=*d..     200  42.0 ms",
      "  4  0    9.041      -  GET /cart?user=*a1b5&token=*d..     200  42.0 ms",
      "  5  0   12.041      -  GET /cart?user=*a1b5&token=*d..     200  42.0 ms",
      "",
    ]
  `);
});

test('chosen columns of every connection', () => {
  expect(
    rendered(text, usual(), { columns: ['id', 'requests', 'avoidable', 'alpn', 'start_time'] })
      .split('\n')
      .slice(9, 16),
  ).toMatchInlineSnapshot(`
    [
      "  #  REQS  AVOIDABLE  ALPN  STARTED",
      "  0     1  no         -     2024-01-01T00:00:00.000000Z",
      "  1     3  no         -     2024-01-01T00:00:01.000000Z",
      "  2     1  yes        -     2024-01-01T00:00:03.000000Z",
      "  3     1  yes        -     2024-01-01T00:00:06.000000Z",
      "  4     1  yes        -     2024-01-01T00:00:09.000000Z",
      "  5     1  yes        -     2024-01-01T00:00:12.000000Z",
    ]
  `);
});

test.each([80, 100, 120, 200])('no table and no warning is wider than %i columns', (width) => {
  const lines = rendered(text, hostile(), { width }).split('\n');
  const next = lines.findIndex((line) => line.startsWith('Next'));
  for (const line of lines.slice(0, next)) expect(widthOf(line), line).toBeLessThanOrEqual(width);
});

describe('where there is no answer, that is said', () => {
  const answer = (...connections: Parameters<typeof madeUpTrace>[0]): string => {
    const trace = madeUpTrace(connections);
    return rendered(text, { trace, analysis: analyse(trace) }).split('\n')[1] ?? '';
  };
  test('no frames', () => expect(rendered(text, empty()).split('\n')[1]).toBe('The capture holds no frames.'));
  test('no HTTP', () =>
    expect(answer({ at: 0, other: true }, { at: 1, other: true })).toContain('None of the 2 TCP connections carries HTTP or TLS'));
  test('one connection', () => {
    expect(answer({ at: 0, exchanges: [[1, 2]] })).toBe('The only TCP handshake was not avoidable (idle limit 60 s).');
  });
  test('open before the capture', () => {
    expect(answer({ at: 0, openingSeen: false, exchanges: [[seconds(1), seconds(2)]] })).toContain('No TCP handshake is in the capture');
  });
  test('something lost', () => {
    const { trace } = usual();
    const lossy = { ...trace, accounting: { ...trace.accounting, payload: { ...trace.accounting.payload, givenUp: { gap: 100 } } } };
    const report = rendered(text, { trace: lossy, analysis: analyse(lossy) });
    expect(report).toContain('At least 4 of 6 TCP handshakes were avoidable');
    expect(report).toContain('of the TCP payload could not be followed (100 bytes)');
  });
});

test('the story of a connection that was closed too early', () => {
  const { trace, analysis } = usual();
  expect([...explain(trace, analysis, 2, { width: 80 })].join('')).toMatchInlineSnapshot(`
    "Connection 2  10.0.0.1:40002 -> 10.0.0.2:80  shop.example
      http/1.1   frames 16-21   Wireshark: tcp.stream eq 2
      AVOIDABLE: connection 0 had served its last request 2.9 s before: server
      closed idle after 2.0 s (timeout=2) (observed, frames 6, 16)

      0.000  SYN, SYN-ACK +40.0 ms, ACK  frames 16-18
      0.041  GET /cart?user=*a1b5&token=*db13 -> 200   42.0 ms
      2.100  server FIN                  frame 21; after 2.017 s idle
                                    idle limit of the server: 2.0 s on 5 connections
                                         header says timeout=2
      3.000  client opens connection 3 to the same origin: AVOIDABLE, 40.0 ms wasted
    "
  `);
});

test('the story of a connection that was reused', () => {
  const { trace, analysis } = usual();
  expect([...explain(trace, analysis, 1, { width: 80 })].join('')).toMatchInlineSnapshot(`
    "Connection 1  10.0.0.1:40001 -> 10.0.0.9:8080  api.example:8080
      http/1.1   frames 7-15   Wireshark: tcp.stream eq 1
      First connection to its origin that the capture shows (inferred, frame 7)

      0.000  SYN, SYN-ACK +40.0 ms, ACK            frames 7-9
      0.050  POST / -> 200   50.0 ms
       ....  idle 2.900 s
      3.000  GET / -> 200   20.0 ms
       ....  idle 4.980 s
      8.000  GET / -> 200   500 ms
       ....  4 TCP keep-alive probes of the client, every 1.0 s  all answered
      8.500  still open at the end of the capture
    "
  `);
});

test('a long story leaves out its middle, and says so', () => {
  const exchanges = Array.from({ length: 500 }, (_, i) => [seconds(i), seconds(i + 0.1)] as const);
  const trace = madeUpTrace([{ at: 0, exchanges }]);
  const story = [...explain(trace, analyse(trace), 0)].join('');
  expect(story.split('\n').length).toBeLessThan(120);
  expect(story).toContain('450 more requests');
});

test.each([
  [0.04, '0.0 ms'],
  [0.3, '0.3 ms'],
  [99.94, '99.9 ms'],
  [284.4, '284 ms'],
  [999.6, '1.0 s'],
  [5100, '5.1 s'],
  [99_960, '1 min 40 s'],
  [602_000, '10 min 02 s'],
  [3_599_700, '1 h 00 min'],
  [7_500_000, '2 h 05 min'],
  [273_600_000, '3 d 04 h'],
])('%d ms is said as %s', (milliseconds, words) => expect(span((milliseconds / 1000) * second)).toBe(words));

test('sizes, counts and shares', () => {
  expect([512, 1, 9_800, 1_234_567_890].map(size)).toEqual(['512 bytes', '1 byte', '9.8 kB', '1.2 GB']);
  expect([7, 1204, 1_234_567].map(grouped)).toEqual(['7', '1,204', '1,234,567']);
  expect([0, 0.0001, 0.003, 0.78, 0.999, 0.99999, 1].map(percent)).toEqual(['0%', '<0.1%', '0.3%', '78%', '99.9%', '99.9%', '100%']);
});
