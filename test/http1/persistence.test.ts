/** Connection and Keep-Alive as they are sent, by program and by mistake. */

import { describe, expect, it, test } from 'vitest';
import type { Exchange } from '../../src/http/index.ts';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { Recorder } from './recorder.ts';

function exchange(request: string, response: string): { first: Exchange; notes: readonly string[] } {
  const recorder = new Recorder().say(CLIENT, request).say(SERVER, response);
  return { first: recorder.exchanges()[0]!, notes: recorder.notes() };
}

const asked = (fields = '', version = '1.1'): string => `GET / HTTP/${version}\r\n${fields}\r\n`;
const answered = (fields = '', version = '1.1'): string => `HTTP/${version} 200 OK\r\nContent-Length: 0\r\n${fields}\r\n`;

describe('Keep-Alive', () => {
  test.each([
    ['timeout=5, max=100', 5, 100],
    ['timeout=5,max=100', 5, 100],
    ['max=100, timeout=5', 5, 100],
    ['TimeOut = "5" , Max="7"', 5, 7],
    ['300', 300, undefined],
    ['timeout=0, max=0', 0, 0],
    ['timeout=5, other=7, max=1', 5, 1],
    ['timeout=2147483647', 2_147_483_647, undefined],
    ['', undefined, undefined],
    ['other', undefined, undefined],
  ])('%j is read', (value, timeout, max) => {
    const { first, notes } = exchange(asked(), answered(`Keep-Alive: ${value}\r\n`));
    expect(first).toMatchObject({ keepAliveTimeoutSeconds: timeout, keepAliveMax: max, notes: [] });
    expect(notes).toEqual([]);
  });

  test.each([
    ['timeout=-1', undefined, undefined],
    ['timeout=5.5', undefined, undefined],
    ['timeout=1e99', undefined, undefined],
    ['timeout=100000000000000000000000', undefined, undefined],
    ['timeout=2147483648', undefined, undefined],
    ['timeout=5; max=100', undefined, undefined],
    ['timeout', undefined, undefined],
    ['timeout=', undefined, undefined],
    ['timeout=x, max=3', undefined, 3],
    ['timeout=5, timeout=7', 5, undefined],
    ['timeout=x, timeout=7', 7, undefined],
  ])('%j is noted with its text, and what is valid in it counts', (value, timeout, max) => {
    const { first } = exchange(asked(), answered(`Keep-Alive: ${value}\r\n`));
    expect(first).toMatchObject({ keepAliveTimeoutSeconds: timeout, keepAliveMax: max, notes: ['bad-keep-alive'] });
    const recorder = new Recorder().say(CLIENT, asked()).say(SERVER, answered(`Keep-Alive: ${value}\r\n`));
    expect(recorder.told.find(({ what }) => what === 'bad-keep-alive')?.detail).toBe(value);
  });

  it('of the client is its own', () => {
    const { first } = exchange(asked('Keep-Alive: 300\r\n'), answered('Keep-Alive: timeout=5\r\n'));
    expect(first).toMatchObject({ clientKeepAliveTimeoutSeconds: 300, keepAliveTimeoutSeconds: 5 });
  });
});

describe('Connection', () => {
  test.each([
    ['', true, 'http_1_1_default'],
    ['Connection: keep-alive\r\n', true, 'http_1_1_default'],
    ['Connection: close\r\n', false, 'close_header'],
    ['Connection: CLOSE\r\n', false, 'close_header'],
    ['Connection: keep-alive, close\r\n', false, 'close_header'],
    ['Connection: close, keep-alive\r\n', false, 'close_header'],
    ['Connection: keep-alive\r\nConnection: close\r\n', false, 'close_header'],
    ['Connection: foo ,\tclose\r\n', false, 'close_header'],
    ['Connection: closed\r\n', true, 'http_1_1_default'],
    ['Connection: keep-alive\r\n , close\r\n', false, 'close_header'],
    ['Connection : close\r\n', false, 'close_header'],
    ['Proxy-Connection: close\r\n', true, 'http_1_1_default'],
  ])('%j in a response', (fields, persistent, because) => {
    expect(exchange(asked(), answered(fields)).first.persistence).toEqual({ persistent, because });
  });

  test.each([
    // Versions and options of request and response.
    ['1.0', '', '1.1', '', false, 'http_1_0_default'],
    ['1.0', 'keep-alive', '1.1', '', true, 'keep_alive_header'],
    ['1.1', '', '1.0', '', false, 'http_1_0_default'],
    ['1.1', '', '1.0', 'keep-alive', true, 'keep_alive_header'],
    ['1.0', 'keep-alive', '1.0', 'keep-alive', true, 'keep_alive_header'],
    ['1.0', 'keep-alive', '1.0', 'close', false, 'close_header'],
  ] as const)('%s %j answered by %s %j', (asks, option, answers, reply, persistent, because) => {
    const field = (value: string): string => (value === '' ? '' : `Connection: ${value}\r\n`);
    expect(exchange(asked(field(option), asks), answered(field(reply), answers)).first.persistence).toEqual({ persistent, because });
  });

  it('Proxy-Connection is evidence, no rule', () => {
    const { first } = exchange(asked('Proxy-Connection: keep-alive\r\n', '1.0'), answered('', '1.0'));
    expect(first).toMatchObject({ notes: ['proxy-connection'], persistence: { persistent: false, because: 'http_1_0_default' } });
  });

  it('what follows a last message is said to', () => {
    const recorder = new Recorder().say(CLIENT, asked('Connection: close\r\n') + asked());
    expect(recorder.exchanges().map(({ notes }) => notes)).toEqual([[], ['http-after-close']]);
  });
});
