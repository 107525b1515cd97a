/** Captures whose frames are not in the order of their times. */

import { describe, expect, it, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { headline } from '../../src/report/headline.ts';
import { millisecond, second } from '../../src/time.ts';
import { play } from '../support/scenario.ts';
import { conversation, get, OK, type Talk, traceOf } from '../support/talk.ts';

test('a capture lasts from its earliest frame to its latest, whichever come first', () => {
  const { segments } = conversation()
    .handshake(20 * millisecond)
    .pause(5 * millisecond)
    .send('client', get())
    .pause(millisecond)
    .send('server', OK);
  const [capture] = traceOf([segments.at(-1)!, ...segments.slice(0, -1)]).captures;
  const earliest = Math.min(...segments.map(({ time }) => time));
  const latest = Math.max(...segments.map(({ time }) => time));
  expect(capture!.lastTime! - capture!.firstTime!).toBe(BigInt(latest - earliest));
});

test('what lies wholly before the first frame was idle as long as it was', () => {
  const other = conversation({ client: { address: '10.0.0.9', port: 1 }, start: 100 * second }).handshake();
  const early = conversation()
    .handshake()
    .client(get())
    .server(OK)
    .pause(5 * second)
    .close('server');
  const connection = traceOf([...other.segments, ...early.segments]).connection(1);
  expect(connection.idleBeforeClose).toBeGreaterThanOrEqual(5 * second);
  expect(connection.duration).toBe(early.segments.at(-1)!.time - early.segments[0]!.time);
});

describe('the middle of a connection whose first frames are out of order', () => {
  const payload = (packets: string): object => play(`\`\`\`packets\n${packets}\n\`\`\``).accounting.payload;
  const lines = (talk: Talk, order: readonly number[]): string[] => {
    const trace = traceOf(order.map((place, i) => ({ ...talk.segments.at(place)!, time: i * millisecond })));
    return trace.exchanges(0).map(({ method, target, status }) => `${method} ${target} ${status}`);
  };
  const talk = (): Talk => conversation().handshake().client(get('/a')).server(OK).server.fin().client.ack().client.fin();

  it('begins with its earliest bytes, though they were confirmed before', () => {
    expect(lines(talk(), [-2, -5, -4, -3, -1])).toEqual(['GET /a 200']);
    expect(lines(talk(), [-2, -1, -5, -4, -3])).toEqual(['GET /a 200']);
  });

  it('begins behind its SYN-ACK, if that comes yet', () => {
    expect(lines(talk(), [-2, -3, 1, -5, -4])).toEqual(['GET /a 200']);
  });

  it('does not go back once bytes of either side were given out', () => {
    expect(
      payload(
        '0 ms client opens in 20 ms\n30 ms client "12345"\n31 ms server "678"\ncapture begins\n41 ms client ACK\n42 ms server "9"\n43 ms client "12345" at -5',
      ),
    ).toMatchObject({ delivered: 1, givenUp: { 'before-begin': 5 } });
  });

  it('keeps the bytes of probes apart', () => {
    const trace = play(
      '```packets\n0 ms client opens in 20 ms\n30 ms client "12345"\ncapture begins\n4 s client ACK\n9 s client "5" at -1\n9001 ms server ACK\n```',
    );
    expect(trace.accounting.payload).toMatchObject({ seen: 1, delivered: 0, duplicate: 0, givenUp: { 'before-begin': 1 } });
    expect(headline(trace, analyse(trace))).toMatch(/^The only TCP connection carries no HTTP or TLS:/);
  });
});
