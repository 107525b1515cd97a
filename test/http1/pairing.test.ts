/** Which answer belongs to which request, and where HTTP ends: 1xx, 408, HTTP/0.9, CONNECT, Upgrade. */

import { describe, expect, it } from 'vitest';
import { type At, CLIENT, SERVER, type Side, type StreamSink } from '../../src/stream.ts';
import { Recorder } from './recorder.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const get = (target: string, fields = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const at = (time: number): At => ({ frame: time, time });

/** What came after HTTP. */
class Rest implements StreamSink {
  readonly said: string[] = [];
  data(side: Side, buffer: Uint8Array, start: number, end: number, { time }: At): void {
    this.said.push(`${side === CLIENT ? 'client' : 'server'} ${Buffer.from(buffer.subarray(start, end)).toString('latin1')} at ${time}`);
  }
  gap(_side: Side, length: number): void {
    this.said.push(`gap of ${length}`);
  }
  end(): void {
    this.said.push('end');
  }
}

const pairs = (recorder: Recorder): unknown => recorder.exchanges().map(({ method, target, status }) => `${method} ${target} ${status}`);

describe('pairing', () => {
  it('ten thousand pipelined requests are answered in order', () => {
    const recorder = new Recorder();
    for (let i = 0; i < 10_000; i += 1) recorder.say(CLIENT, get(`/${i}`));
    for (let i = 0; i < 10_000; i += 1) recorder.say(SERVER, `HTTP/1.1 ${200 + (i % 7)} x\r\nContent-Length: 0\r\n\r\n`);
    const wrong = recorder.exchanges().filter(({ status }, index) => status !== (index % 7 === 4 ? 204 : 200 + (index % 7)));
    expect(wrong).toEqual([]);
  });

  it('the end of a body whose beginning is missing is no request', () => {
    const recorder = new Recorder().say(CLIENT, `left = (a, b)PUT /x HTTP/1.1\r\nHost: a\r\n\r\n${get('/y')}`).say(SERVER, OK);
    expect(pairs(recorder)).toEqual(['GET /y 200']);
    expect(recorder.notes()).toEqual(['framing-lost', 'resynchronised']);
  });

  it('interim responses do not use up the request', () => {
    const recorder = new Recorder().say(CLIENT, get('/1') + get('/2'));
    recorder.say(SERVER, `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\n\r\n${OK}${OK}`);
    expect(pairs(recorder)).toEqual(['GET /1 200', 'GET /2 200']);
    expect(recorder.exchanges()[0]!.informational).toBe(2);
    expect(recorder.notes()).toEqual([]);
  });

  it('an answer before the request is whole is early', () => {
    const recorder = new Recorder().say(CLIENT, 'POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc').say(SERVER, OK);
    // A server that leaves the rest unread must close (RFC 9112 §9.3); one that reads it need not.
    const unread = { persistent: false, because: 'unread_body' };
    expect(recorder.exchanges()[0]).toMatchObject({ persistence: unread, persistentByRequest: false, persistentByResponse: true });
    recorder.say(CLIENT, 'defghij');
    const read = { persistent: true, because: 'http_1_1_default' };
    expect(recorder.exchanges()[0]).toMatchObject({ status: 200, version: '1.1', persistence: read, notes: ['early-response'] });
    expect(recorder.told.filter(({ what }) => what === 'message').length).toBe(2);
  });

  describe('a body that waits to be asked for', () => {
    const put = 'PUT /1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';
    const chunked = put.replace('Content-Length: 5', 'Transfer-Encoding: chunked');
    const no = 'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n';
    const everywhere = Array.from({ length: 80 }, (_, cut) => cut);

    it.each([
      ['whole', []],
      ['byte by byte', everywhere],
    ])('is not sent after a no: the next request comes in its place, %s', (_, cuts) => {
      for (const request of [put, chunked]) {
        const recorder = new Recorder()
          .say(CLIENT, request)
          .say(SERVER, no)
          .say(CLIENT, get('/2') + get('/3'), cuts, at(7));
        recorder.say(SERVER, OK + OK);
        expect(pairs(recorder)).toEqual(['PUT /1 417', 'GET /2 200', 'GET /3 200']);
        expect(recorder.exchanges()[0]).toMatchObject({ requestBytes: request.length, requestEnd: 0, notes: ['smuggling-risk'] });
        expect(recorder.exchanges()[1]).toMatchObject({ requestStart: 7, notes: [] });
        expect(recorder.exchanges()[0]!.persistence?.persistent).toBe(true);
      }
    });

    it.each([
      ['whole', []],
      ['byte by byte', everywhere],
    ])('is sent all the same, %s', (_, cuts) => {
      for (const [request, body] of [
        [put, 'GET!\n'],
        [chunked, '4\r\nGET \r\n0\r\n\r\n'],
      ] as const) {
        const recorder = new Recorder()
          .say(CLIENT, request)
          .say(SERVER, no)
          .say(CLIENT, body + get('/2'), cuts)
          .say(SERVER, OK);
        expect(pairs(recorder)).toEqual(['PUT /1 417', 'GET /2 200']);
        expect(recorder.exchanges()[0]).toMatchObject({ requestBytes: request.length + body.length, notes: ['early-response'] });
      }
    });

    it('is lost, or never comes', () => {
      const lost = new Recorder().say(CLIENT, put).say(SERVER, no);
      lost.gap(CLIENT, 5, at(2));
      expect(pairs(lost.say(CLIENT, get('/2')).say(SERVER, OK))).toEqual(['PUT /1 417', 'GET /2 200']);
      const never = new Recorder().say(CLIENT, put).say(SERVER, no);
      never.end(SERVER, 'fin', at(3));
      expect(never.exchanges()).toMatchObject([
        { status: 417, requestBytes: put.length, persistence: { because: 'unread_body' }, notes: [] },
      ]);
    });

    it('was asked for, or came unasked: it is a body, whatever it looks like', () => {
      for (const asked of ['HTTP/1.1 100 Continue\r\n\r\n', '']) {
        const recorder = new Recorder()
          .say(CLIENT, put)
          .say(SERVER, asked)
          .say(CLIENT, asked === '' ? 'G' : '');
        recorder
          .say(SERVER, no)
          .say(CLIENT, asked === '' ? 'ET /' : 'GET /')
          .say(CLIENT, get('/2'))
          .say(SERVER, OK);
        expect(pairs(recorder)).toEqual(['PUT /1 417', 'GET /2 200']);
      }
    });
  });

  it.each([
    ['a part of the request line', 'GET /slow', undefined, undefined],
    ['a part of the fields', 'GET /slow HTTP/1.1\r\nHost: a\r\nX-Part', 'GET', '/slow'],
  ])('an answer to %s belongs to that request', (_, part, method, target) => {
    const late = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
    const recorder = new Recorder().say(CLIENT, part, [], at(1)).say(SERVER, late, [], at(5));
    recorder.end(SERVER, 'fin', at(6));
    expect(recorder.exchanges()).toMatchObject([
      { method, target, status: 408, requestStart: 1, responseStart: 5, notes: ['early-response'] },
    ]);
    const goesOn = new Recorder().say(CLIENT, part).say(SERVER, OK);
    goesOn.say(CLIENT, `${method ? ': 1' : ' HTTP/1.1'}\r\nUser-Agent: u\r\n\r\n${get('/2')}`).say(SERVER, OK);
    expect(pairs(goesOn)).toEqual(['GET /slow 200', 'GET /2 200']);
    expect(goesOn.exchanges()[0]).toMatchObject({ userAgent: 'u', notes: ['early-response'] });
  });

  it('a 408 that nobody asked for stands alone, and the next request gets its own answer', () => {
    const recorder = new Recorder().say(CLIENT, get('/')).say(SERVER, OK);
    recorder.say(SERVER, 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    expect(pairs(recorder)).toEqual(['GET / 200', 'undefined undefined 408']);
    expect(recorder.exchanges()[1]!.notes).toEqual(['unsolicited-response']);
  });

  it('HTTP/0.9: one request, bytes until the close', () => {
    for (const body of ['<html>no head</html>\n', 'Hello', 'HTML without a line end', 'HTTP/0.9 has no status line\n']) {
      for (const cut of [1, 4, body.length]) {
        const recorder = new Recorder().say(CLIENT, 'GET /old\r\n').say(SERVER, body, [cut]);
        recorder.end(SERVER, 'fin', at(2));
        expect(recorder.exchanges()).toMatchObject([
          {
            method: 'GET',
            target: '/old',
            status: undefined,
            version: '0.9',
            responseBytes: body.length,
            persistence: { persistent: false, because: 'until_close_body' },
          },
        ]);
        expect(recorder.notes()).toEqual([]);
      }
    }
  });

  it('HTTP/0.9 answered in HTTP/1.1 is HTTP/1.1', () => {
    const recorder = new Recorder().say(CLIENT, 'GET /old\r\n').say(SERVER, OK, [3, 9]);
    expect(recorder.exchanges()).toMatchObject([{ status: 200, version: '1.1' }]);
  });

  it('the preface of HTTP/2 and RTSP are no requests', () => {
    expect(new Recorder().say(CLIENT, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n').log.size).toBe(0);
    const recorder = new Recorder()
      .say(CLIENT, 'OPTIONS rtsp://a/ RTSP/1.0\r\nCSeq: 1\r\n\r\n')
      .say(SERVER, 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n');
    expect(recorder.log.size).toBe(0);
    expect(recorder.notes()).toEqual(['not-http']);
  });
});

describe('an answer within the head of its request', () => {
  const begun = (): Recorder => new Recorder().say(CLIENT, 'POST / HTTP/1.1\r\nHost: a\r\n').say(SERVER, OK);

  it('is its only one', () => {
    const recorder = begun().say(SERVER, OK).say(CLIENT, '\r\n');
    expect(pairs(recorder)).toEqual(['POST / 200', 'undefined undefined 200']);
    expect(recorder.exchanges()[1]!.notes).toEqual(['unsolicited-response']);
  });

  it('leaves a body unread that does not come whole', () => {
    const recorder = begun().say(CLIENT, 'Content-Length: 3\r\n\r\nab');
    expect(recorder.exchanges()).toMatchObject([{ persistence: { because: 'unread_body' } }]);
    recorder.say(CLIENT, 'c');
    expect(recorder.exchanges()).toMatchObject([{ persistence: { because: 'http_1_1_default' } }]);
    expect(begun().say(CLIENT, '\r\n').exchanges()).toMatchObject([{ persistence: { because: 'http_1_1_default' } }]);
  });
});

describe('CONNECT', () => {
  const connect = 'CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n';

  it('of which the answer is cut by a snap length is a tunnel, of both sides', () => {
    const rest = new Rest();
    const recorder = new Recorder(false, rest).say(CLIENT, connect).say(SERVER, 'HTTP/1.1 200 OK\r\nVia: x');
    recorder.gap(SERVER, 20, at(2));
    recorder.say(SERVER, 'hello', [], at(3)).say(CLIENT, 'GET /in', [], at(4));
    expect(rest.said).toEqual(['server hello at 3', 'client GET /in at 4']);
    expect(recorder.notes()).toEqual(['cut-head']);
  });

  it('what the client sends before the answer goes into the tunnel, with its own time', () => {
    const rest = new Rest();
    const recorder = new Recorder(false, rest).say(CLIENT, `${connect}GET /in`, [], at(1)).say(CLIENT, 'side', [], at(2));
    recorder.say(SERVER, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nserver says', [], at(3)).say(CLIENT, 'more', [], at(4));
    expect(rest.said).toEqual(['client GET /in at 1', 'client side at 2', 'server server says at 3', 'client more at 4']);
    expect(recorder.exchanges()).toMatchObject([{ method: 'CONNECT', target: 'b:443', status: 200, notes: ['early-bytes'] }]);
    expect(recorder.left).toEqual(['tunnel']);
  });

  it('what the client sends before a refusal is HTTP', () => {
    const recorder = new Recorder().say(CLIENT, connect + get('/plain')).say(SERVER, `HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno${OK}`);
    expect(pairs(recorder)).toEqual(['CONNECT b:443 407', 'GET /plain 200']);
    expect(recorder.left).toEqual([]);
  });

  it('an interim response decides nothing', () => {
    const recorder = new Recorder(false, new Rest())
      .say(CLIENT, `${connect}x`)
      .say(SERVER, 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n');
    expect(recorder.left).toEqual(['tunnel']);
  });

  it('of which the answer is not in the capture is a tunnel when much follows, or when all is over', () => {
    const much = new Rest();
    const recorder = new Recorder(false, much).say(CLIENT, connect);
    for (let i = 0; i < 100; i += 1) recorder.say(CLIENT, 'x'.repeat(1000));
    expect(recorder.left).toEqual(['tunnel']);
    expect(much.said.filter((line) => line.startsWith('client')).length).toBeGreaterThan(90);
    const over = new Recorder(false, new Rest()).say(CLIENT, `${connect}abc`);
    over.end(CLIENT, 'capture', at(9));
    expect(over.left).toEqual(['tunnel']);
  });

  it('lost bytes behind it stay lost', () => {
    const rest = new Rest();
    const recorder = new Recorder(false, rest).say(CLIENT, connect);
    recorder.gap(CLIENT, 100, at(2));
    recorder.say(CLIENT, 'abc', [], at(3)).say(SERVER, 'HTTP/1.1 200 OK\r\n\r\n', [], at(4));
    expect(rest.said).toEqual(['gap of 100', 'client abc at 3']);
  });
});

describe('Upgrade', () => {
  const upgrade = get('/chat', 'Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n');

  it('after 101 nothing is HTTP/1, whenever the client said it', () => {
    const rest = new Rest();
    const recorder = new Recorder(false, rest).say(CLIENT, upgrade + get('/frame'), [], at(1));
    recorder.say(SERVER, `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n${OK}`, [], at(2));
    expect(recorder.exchanges()).toMatchObject([{ status: 101, persistence: { persistent: false, because: 'left_http' } }]);
    expect(rest.said.length).toBe(2);
    expect(recorder.left).toEqual(['websocket']);
  });

  it('that the server does not take up changes nothing, pipelined or not', () => {
    const recorder = new Recorder()
      .say(CLIENT, upgrade + get('/2') + upgrade + get('/3'))
      .say(SERVER, OK.repeat(4))
      .say(CLIENT, get('/4'))
      .say(SERVER, OK);
    expect(pairs(recorder)).toEqual(['GET /chat 200', 'GET /2 200', 'GET /chat 200', 'GET /3 200', 'GET /4 200']);
  });

  it('without Connection: upgrade is no request to upgrade', () => {
    const recorder = new Recorder().say(CLIENT, get('/', 'Upgrade: h2c\r\n') + get('/2'));
    expect(recorder.log.size).toBe(2);
    expect(recorder.notes()).toEqual([]);
  });

  it('seen from one side only: requests that follow are requests', () => {
    const recorder = new Recorder().say(CLIENT, upgrade + get('/2') + get('/3'));
    recorder.end(CLIENT, 'capture', at(9));
    expect(pairs(recorder)).toEqual(['GET /chat undefined', 'GET /2 undefined', 'GET /3 undefined']);
  });
});

it('a body that ends within lost bytes has all its bytes', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n';
  for (const lost of [7, 8, 100]) {
    const recorder = new Recorder().say(CLIENT, get('/1') + get('/2')).say(SERVER, `${head}abc`);
    recorder.gap(SERVER, lost, at(2));
    recorder.say(SERVER, OK);
    expect(recorder.exchanges()).toMatchObject([{ responseBytes: head.length + 10 }, { responseBytes: OK.length }]);
  }
});
