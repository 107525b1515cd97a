/** What is ambiguous about a message's length is flagged, read as RFC 9112 §6.3 has it, and never throws. */

import { describe, expect, it, test } from 'vitest';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { Recorder } from './recorder.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const at = { frame: 1, time: 0 };

/** Notes without repetition, and how many requests were seen. */
function post(fields: string, body = ''): { notes: readonly string[]; requests: number } {
  const recorder = new Recorder().say(CLIENT, `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`);
  recorder.say(CLIENT, 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
  return { notes: recorder.notes(), requests: recorder.log.size };
}

describe('requests', () => {
  test.each([
    // Fields, body, notes: a second request follows each.
    ['Content-Length: 5', 'hello', []],
    ['Content-Length:5\t', 'hello', []],
    ['Content-Length: 3\r\nTransfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n', ['smuggling-risk']],
    ['Transfer-Encoding: chunked\r\nContent-Length: 3', '5\r\nhello\r\n0\r\n\r\n', ['smuggling-risk']],
    ['Transfer-Encoding: gzip, chunked', '5\r\nhello\r\n0\r\n\r\n', []],
    ['Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n', []],
    ['Transfer-Encoding: chunked, chunked', '5\r\nhello\r\n0\r\n\r\n', ['smuggling-risk']],
    ['Transfer-Encoding : chunked', '5\r\nhello\r\n0\r\n\r\n', ['malformed-http', 'smuggling-risk']],
    ['Transfer-Encoding:\r\n chunked', '5\r\nhello\r\n0\r\n\r\n', ['smuggling-risk', 'obsolete-line-folding']],
    ['Transfer-Encoding: chunked,', '5\r\nhello\r\n0\r\n\r\n', ['smuggling-risk']],
    ['Transfer-Encoding: ,chunked', '5\r\nhello\r\n0\r\n\r\n', ['smuggling-risk']],
    ['Transfer-Encoding: chunked', '0\r\nX-Trailer: t\r\n\r\n', []],
    ['Transfer-Encoding: chunked', '0\r\nno trailer\r\n\r\n', ['malformed-http']],
    ['TRANSFER-ENCODING: Chunked', '5\r\nhello\r\n0\r\n\r\n', []],
    ['Content-Length: 5\r\nContent-Length: 5', 'hello', ['smuggling-risk']],
    ['Content-Length: 5, 5', 'hello', ['smuggling-risk']],
    ['Content-Length: 005', 'hello', ['smuggling-risk']],
    ['Content-Length : 5', 'hello', ['malformed-http', 'smuggling-risk']],
    ['X-Folded: a\r\n b', '', ['obsolete-line-folding']],
    ['X-Bare: a\nX-Other: b', '', ['bare-line-feed']],
    ['X-Return: a\rX-Other: b', '', ['malformed-http']],
    ['X-Nul: a\0b', '', ['malformed-http']],
    ['No colon', '', ['malformed-http']],
    ['Transfer-Encoding: chunked', '05\r\nhello\r\n000\r\n\r\n', []],
    ['Transfer-Encoding: chunked', '5 \r\nhello\r\n0\r\n\r\n', ['malformed-http']],
    ['Transfer-Encoding: chunked', '5;=\r\nhello\r\n0\r\n\r\n', ['malformed-http']],
    ['Transfer-Encoding: chunked', '5\nhello\n0\n\n', ['bare-line-feed']],
  ])('%j is read, the next one too', (fields, body, notes) => {
    expect(post(fields, body)).toEqual({ notes, requests: 2 });
  });

  test.each(['-1', '+5', '0x5', '1e3', '100000000000000000000', '5 5', '5;', '', '5\r\n 5', '5\r\nContent-Length: 6', '5, 6'])(
    'Content-Length: %j frames nothing',
    (length) => {
      const { notes, requests } = post(`Content-Length: ${length}`, 'hello\r\n');
      expect(notes).toEqual(expect.arrayContaining(['smuggling-risk', 'framing-error', 'resynchronised']));
      // The next request is found again, as a guess.
      expect(requests).toBe(2);
    },
  );

  test.each(['xchunked', 'identity', 'chunked, gzip', '\x0bchunked', 'chunked;q=1'])('Transfer-Encoding: %j frames nothing', (coding) => {
    expect(post(`Transfer-Encoding: ${coding}`).notes).toContain('framing-error');
  });

  test.each(['g', '', '-5', '0x5', '5,', '10000000000000000', `1${'0'.repeat(20)}`, ' 5'])('a chunk of size %j is not followed', (size) => {
    const { notes } = post('Transfer-Encoding: chunked', `${size}\r\nhello\r\n0\r\n\r\n`);
    expect(notes).toContain('framing-lost');
  });

  it('a chunk without its line end is not followed', () => {
    expect(post('Transfer-Encoding: chunked', '5\r\nhelloX\r\n0\r\n\r\n').notes).toContain('framing-lost');
  });

  it('a chunk of a gigabyte costs nothing', () => {
    const recorder = new Recorder().say(CLIENT, 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n');
    recorder.gap(CLIENT, 2 ** 30, at);
    recorder.say(CLIENT, '\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n');
    expect(recorder.notes()).toEqual([]);
    expect(recorder.log.size).toBe(2);
  });
});

describe('responses', () => {
  const answered = (text: string): Recorder => new Recorder().say(CLIENT, 'GET / HTTP/1.1\r\n\r\n'.repeat(2)).say(SERVER, text);

  it('without chunked as the last coding, the close ends them', () => {
    const recorder = answered('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nabc');
    expect(recorder.notes()).toEqual([]);
    expect(recorder.exchanges()[0]!.persistence).toEqual({ persistent: false, because: 'until_close_body' });
  });

  it('with Content-Length and chunks, chunks count, and the exchange says so', () => {
    const recorder = answered(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n${OK}`);
    expect(recorder.exchanges().map(({ status, notes }) => [status, notes])).toEqual([
      [200, ['smuggling-risk']],
      [200, []],
    ]);
  });

  it('of which the length is no number leave nothing to follow', () => {
    const recorder = answered('HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nok');
    expect(recorder.exchanges()[0]!.persistence).toEqual({ persistent: false, because: 'framing_error' });
  });
});

describe('lost bytes', () => {
  const ask = 'GET / HTTP/1.1\r\n\r\n';

  it('inside a counted body are skipped by count', () => {
    const recorder = new Recorder().say(CLIENT, ask + ask).say(SERVER, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab');
    recorder.gap(SERVER, 5, at);
    recorder.say(SERVER, `cde${OK}`);
    expect(recorder.notes()).toEqual([]);
    expect(recorder.exchanges().map(({ status, responseBytes }) => [status, responseBytes])).toEqual([
      [200, 49],
      [200, OK.length],
    ]);
  });

  it('across a chunk line end what can be followed; the next message is found again, as a guess', () => {
    const recorder = new Recorder().say(CLIENT, ask + ask).say(SERVER, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab');
    recorder.gap(SERVER, 8, at);
    recorder.say(SERVER, `xyz\r\n0\r\n\r\n${OK}`);
    expect(recorder.notes()).toEqual(['framing-lost', 'resynchronised']);
    expect(recorder.exchanges().map(({ status, notes }) => [status, notes])).toEqual([
      [200, ['framing-lost']],
      [200, ['resynchronised']],
    ]);
  });

  it('inside a head leave a message of unknown length', () => {
    const recorder = new Recorder().say(CLIENT, 'GET / HTTP/1.1\r\nHos');
    recorder.gap(CLIENT, 5, at);
    recorder.say(CLIENT, '\r\n\r\nGET /2 HTTP/1.1\r\n\r\n');
    expect(recorder.notes()).toEqual(['cut-head', 'framing-lost', 'resynchronised']);
    expect(recorder.exchanges().map(({ target }) => target)).toEqual(['/', '/2']);
  });

  it('do not end the search for the next message of a stream that was HTTP', () => {
    const recorder = new Recorder().say(CLIENT, ask + ask).say(SERVER, OK);
    recorder.gap(SERVER, 100, at);
    for (let i = 0; i < 40; i += 1) recorder.say(SERVER, 'x'.repeat(1 << 16));
    recorder.say(SERVER, `\n${OK}`);
    expect(recorder.exchanges().map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('size', () => {
  it('a line of megabytes is given up, one of 100 KB is read in part', () => {
    const recorder = new Recorder().say(CLIENT, `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`, [50_000]);
    expect(recorder.notes()).toContain('header-limit');
    const endless = new Recorder().say(CLIENT, 'GET /').say(CLIENT, 'a'.repeat(2 << 20));
    expect(endless.notes()).toContain('not-http');
  });

  it('a head of 100,000 fields still ends where it ends', () => {
    const recorder = new Recorder().say(
      CLIENT,
      `POST / HTTP/1.1\r\n${'X: y\r\n'.repeat(100_000)}Content-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n`,
    );
    expect(recorder.log.size).toBe(2);
  });

  it('tabs by the ten thousand are no recursion', () => {
    const recorder = new Recorder().say(CLIENT, `GET / HTTP/1.1\r\nX: ${'\t'.repeat(60_000)}\r\n\r\n`);
    expect(recorder.notes()).toEqual([]);
  });
});
