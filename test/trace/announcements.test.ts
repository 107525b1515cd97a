/** What servers announce in Keep-Alive, how it changes over a connection's life, and what they then do. */

import { describe, expect, it } from 'vitest';
import { announcedOutcome } from '../../src/analysis/announced.ts';
import { millisecond, second } from '../../src/time.ts';
import { conversation, get, type Talk } from '../support/talk.ts';

const answer = (fields: string): string => `HTTP/1.1 200 OK\r\n${fields === '' ? '' : `${fields}\r\n`}Content-Length: 0\r\n\r\n`;

/** One exchange for each of the answers' fields. */
function talkOf(...announced: string[]): Talk {
  const talk = conversation({ step: millisecond }).handshake();
  for (const fields of announced) talk.client(get()).server(answer(fields));
  return talk;
}

describe('over the life of a connection', () => {
  it.each<[string, string[], object | undefined]>([
    ['nothing announced', ['', ''], undefined],
    [
      'Apache: max is what is left',
      ['timeout=5, max=100', 'timeout=5, max=99', 'timeout=5, max=98'],
      { maxFirst: 100, countsDown: true, changes: 0 },
    ],
    ['Apache: one answer without', ['timeout=5, max=100', '', 'timeout=5, max=98'], { maxFirst: 100, countsDown: true, changes: 0 }],
    ['Node: max is a constant', ['timeout=5, max=100', 'timeout=5, max=100'], { maxFirst: 100, countsDown: false, changes: 0 }],
    ['one answer only', ['timeout=5, max=100'], { maxFirst: 100, countsDown: undefined, changes: 0 }],
    ['no max', ['timeout=5', 'timeout=5'], { maxFirst: undefined, countsDown: undefined, changes: 0 }],
    ['another timeout', ['timeout=5', 'timeout=5', 'timeout=9', 'timeout=5'], { maxFirst: undefined, countsDown: undefined, changes: 2 }],
    ['max jumps', ['timeout=5, max=9', 'timeout=5, max=3'], { maxFirst: 9, countsDown: false, changes: 1 }],
    ['max appears', ['timeout=5', 'timeout=5, max=3'], { maxFirst: 3, countsDown: undefined, changes: 1 }],
  ])('%s', (_, announced, expected) => {
    const fields = announced.map((values) => (values === '' ? '' : `Keep-Alive: ${values}`));
    expect(talkOf(...fields).connection.keepAliveAnnouncements).toEqual(expected);
  });

  it('what is no number is unknown, and listed as it was sent', () => {
    const values = ['timeout=-1', 'timeout=1e99, max=7', 'timeout=5, timeout=6', 'max=99999999999', 'timeout="8"', '300'];
    const { exchanges } = talkOf(...values.map((value) => `Keep-Alive: ${value}`));
    expect(exchanges.map((e) => [e.keepAliveTimeoutSeconds, e.keepAliveMax, e.keepAliveUnreadable])).toEqual([
      [undefined, undefined, 'timeout=-1'],
      [undefined, 7, 'timeout=1e99, max=7'],
      [5, undefined, 'timeout=5, timeout=6'],
      [undefined, undefined, 'max=99999999999'],
      [8, undefined, undefined],
      [300, undefined, undefined],
    ]);
  });
});

describe('beside what the server does', () => {
  const idle = (talk: Talk, seconds: number): Talk => talk.pause(seconds * second);
  const timeout = 'Keep-Alive: timeout=5';

  it.each<[string, Talk, string | undefined]>([
    ['it closes at that time', idle(talkOf(timeout), 5).server.fin(), 'as_announced'],
    ['it waits a second longer, as Node does', idle(talkOf(timeout), 6).server.fin(), 'later'],
    ['it closes before', idle(talkOf(timeout), 2).server.fin(), 'earlier'],
    ['it resets before', idle(talkOf(timeout), 2).server.rst(), 'earlier'],
    ['it still answers after more', idle(talkOf(timeout), 8).client(get()).server(answer(timeout)), 'later'],
    ['the client closes', idle(talkOf(timeout), 2).client.fin(), undefined],
    ['it stays open', idle(talkOf(timeout), 2), undefined],
    ['it says close at last', talkOf(timeout, `${timeout}\r\nConnection: close`).server.fin(), undefined],
    ['nothing was announced', idle(talkOf(''), 2).server.fin(), undefined],
  ])('%s', (_, talk, outcome) => expect(announcedOutcome(talk.connection)).toBe(outcome));
});

it('both sides conclude for themselves', () => {
  const talk = conversation().handshake();
  talk.client('GET / HTTP/1.0\r\n\r\n').server(answer('')).client(get()).server('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n');
  talk.client('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').server(answer('Connection: close'));
  expect(talk.exchanges.map((e) => [e.persistentByRequest, e.persistentByResponse, e.persistence?.persistent])).toEqual([
    [false, true, false],
    [true, false, false],
    [true, false, false],
  ]);
});

it('cookies are seen, never kept', () => {
  const talk = conversation().handshake();
  for (let i = 0; i < 3; i += 1)
    talk.client(`GET / HTTP/1.1\r\nHost: a\r\ncookie: id=s3cret${i}\r\n\r\n`).server(answer(`Set-Cookie: id=s3cret${i}; Path=/`));
  talk.client(get()).server(answer(''));
  expect(talk.exchanges.map(({ requestCookies, responseCookies }) => [requestCookies, responseCookies])).toEqual([
    [true, true],
    [true, true],
    [true, true],
    [false, false],
  ]);
  expect(JSON.stringify(talk.exchanges)).not.toContain('s3cret');
});
