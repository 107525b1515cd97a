/** HTTP/2 streams become exchanges, whatever the order and the pieces in which their frames come. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT, otherSide, SERVER } from '../../src/stream.ts';
import { block, client, frame, type Lost, preface, read, request, type Sent, server, settings, u32 } from './wire.ts';

const hello: readonly Sent[] = [client(0, preface, settings()), server(1, settings([3, 100]), frame(4, 1, 0))];
const ok = block({ ':status': '200', server: 'test' });

describe('one stream', () => {
  it('is one exchange with its texts, status, times and sizes', () => {
    const head = request('/a?b', { 'user-agent': 'curl' });
    const { exchanges, notes } = read([
      ...hello,
      client(10, frame(1, 4, 1, head)),
      client(12, frame(0, 1, 1, [1, 2, 3])),
      server(20, frame(1, 4, 1, block({ ':status': '103' }))),
      server(30, frame(1, 4, 1, ok)),
      server(35, frame(0, 0, 1, new Array(500).fill(0))),
      server(40, frame(1, 5, 1, block({ 'grpc-status': '0' }))),
    ]);
    expect(notes).toEqual([]);
    expect(exchanges).toMatchObject([
      {
        streamId: 1,
        method: 'GET',
        authority: 'a.test',
        target: '/a?b',
        userAgent: 'curl',
        server: 'test',
        status: 200,
        version: '2',
        informational: 1,
        requestFirstFrame: 3,
        requestStart: 10,
        requestEnd: 12,
        responseFirstFrame: 6,
        responseStart: 30,
        responseEnd: 40,
        requestBytes: 9 + head.length + 9 + 3,
        persistence: { persistent: true, because: 'http_2' },
      },
    ]);
  });

  it('has its head in several frames, with padding and a priority', () => {
    const head = request('/x');
    const padded = [4, 0, 0, 0, 0, 16, ...head.slice(0, 5), 0, 0, 0, 0];
    const { exchanges, notes } = read([
      ...hello,
      client(10, frame(1, 0x29, 1, padded), frame(9, 0, 1, head.slice(5, 9)), frame(9, 4, 1, head.slice(9))),
    ]);
    expect(notes).toEqual([]);
    expect(exchanges).toMatchObject([{ target: '/x', method: 'GET' }]);
  });

  it('by Host where there is no :authority; CONNECT with a protocol is no reuse', () => {
    const head = block({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':path': '/chat', host: 'b.test' });
    const { exchanges } = read([...hello, client(10, frame(1, 4, 1, head))]);
    expect(exchanges).toMatchObject([{ authority: 'b.test', method: 'CONNECT' }]);
  });
});

it('a stream is refused before its header block is whole', () => {
  const head = request('/late');
  const { exchanges, facts, notes } = read([
    ...hello,
    client(10, frame(1, 1, 1, head.slice(0, 3))),
    server(15, frame(3, 0, 1, u32(11))),
    client(20, frame(9, 4, 1, head.slice(3)), frame(1, 5, 3, request('/next'))),
    server(30, frame(1, 5, 3, ok)),
  ]);
  expect(exchanges).toMatchObject([
    { target: '/late', status: undefined, resetBy: 'server', resetCode: 'ENHANCE_YOUR_CALM' },
    { target: '/next', status: 200, resetBy: undefined },
  ]);
  expect(facts).toMatchObject({ resetsServer: 1, maxConcurrent: 1 });
  expect(notes).toEqual([]);
});

describe('where neither end is known to be the client', () => {
  const ping = frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);
  const wrong = [
    client(0, frame(0, 0, 11, [1, 2, 3]), ping, frame(1, 5, 11, [0xc0])),
    server(4, frame(6, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8])),
    server(10, frame(1, 4, 13, request('/late')), frame(0, 1, 13, [1])),
    client(20, frame(1, 4, 13, ok), frame(0, 1, 13, [1, 2])),
    server(30, frame(1, 5, 15, request('/next'))),
    client(40, frame(7, 0, 0, [...u32(13), ...u32(0)]), frame(3, 0, 15, u32(7))),
  ];

  it.each([1, 100])('the first head tells, in pieces of %i bytes', (piece) => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
    };
    const { exchanges, facts, notes } = read(wrong, { midStream: true, turn }, piece);
    expect(turns).toBe(1);
    expect(exchanges).toMatchObject([
      { streamId: 13, method: 'GET', target: '/late', status: 200, requestStart: 10, responseEnd: 20 },
      { streamId: 15, target: '/next', status: undefined, resetBy: 'server', resetCode: 'REFUSED_STREAM' },
    ]);
    expect(facts).toMatchObject({ pingsServer: 1, pingsClient: 0, pingAcks: 1, resetsServer: 1, goAway: { by: 'server' } });
    expect(facts.pings).toMatchObject([{ by: 'server', time: 0, answerTime: 4 }]);
    expect(notes).toEqual([]);
  });

  it('nothing is turned where the guess was right', () => {
    const turn = (): void => {
      throw new Error('turned');
    };
    const right = wrong.map(({ side, bytes, time }) => ({ side: otherSide(side), bytes, time }));
    expect(read(right, { midStream: true, turn }).exchanges).toMatchObject([{ target: '/late', status: 200 }, { target: '/next' }]);
  });
});

it('an error in GOAWAY is not taken back by the NO_ERROR of the close', () => {
  const { facts } = read([
    ...hello,
    server(40, frame(7, 0, 0, [...u32(1), ...u32(11)])),
    server(50, frame(7, 0, 0, [...u32(3), ...u32(0)])),
  ]);
  expect(facts.goAway).toMatchObject({ code: 'ENHANCE_YOUR_CALM', lastStream: 3, time: 40 });
});

describe('many streams', () => {
  it('are exchanges in order of their requests; those open at once are counted', () => {
    const ids = [1, 3, 5, 7];
    const { exchanges, facts, notes } = read([
      ...hello,
      ...ids.map((id) => client(10 + id, frame(1, 5, id, request(`/${id}`)))),
      ...ids.toReversed().map((id) => server(100 - id, frame(1, 5, id, ok))),
      client(200, frame(1, 5, 9, request('/9'))),
    ]);
    expect(notes).toEqual([]);
    expect(exchanges.map(({ streamId, target, status, responseEnd }) => [streamId, target, status, responseEnd])).toEqual([
      [1, '/1', 200, 99],
      [3, '/3', 200, 97],
      [5, '/5', 200, 95],
      [7, '/7', 200, 93],
      [9, '/9', undefined, undefined],
    ]);
    expect(facts).toMatchObject({ maxConcurrent: 4, streamLimit: 100 });
  });

  it('at the limit of the server are timed, also when it changes', () => {
    const { facts } = read([
      client(0, preface, settings()),
      server(1, settings([3, 2])),
      client(10, frame(1, 5, 1, request('/1')), frame(1, 5, 3, request('/3'))),
      server(40, frame(1, 5, 1, ok)),
      server(50, settings([3, 1])),
      server(55, frame(1, 5, 3, ok)),
    ]);
    expect(facts).toMatchObject({ maxConcurrent: 2, streamLimit: 1, atLimit: 30 + 5 });
  });

  it('PINGs are matched with their answers by what they carry', () => {
    const ping = (number: number, flags = 0): number[] => frame(6, flags, 0, [...u32(7), ...u32(number)]);
    const { facts } = read([
      ...hello,
      server(10, ping(1), ping(2)),
      client(10, ping(1)),
      client(14, ping(2, 1)),
      client(19, ping(1, 1), ping(9, 1)),
    ]);
    expect(facts.pings?.map(({ by, time, answerTime }) => [by, time, answerTime])).toEqual([
      ['server', 10, 19],
      ['server', 10, 14],
      ['client', 10, undefined],
    ]);
    expect(facts).toMatchObject({ pingsServer: 2, pingsClient: 1, pingAcks: 3, pingsIdle: 3, pingAnswer: 9 });
  });

  it('a flood of PINGs is counted and not kept', () => {
    const many = new Array(1000).fill(frame(6, 0, 0, new Array(8).fill(1))).flat() as number[];
    const { facts } = read([...hello, client(10, many)]);
    expect([facts.pingsClient, facts.pings?.length]).toEqual([1000, 100]);
  });

  it('resets, pings, promises and the announced end are facts of the connection', () => {
    const { facts, exchanges } = read([
      ...hello,
      client(10, frame(1, 5, 1, request('/')), frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])),
      server(20, frame(6, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8]), frame(5, 4, 1, [...u32(2), ...request('/style')]), frame(1, 5, 2, ok)),
      client(30, frame(3, 0, 1, u32(8)), frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])),
      server(40, frame(7, 0, 0, [...u32(2 ** 31 - 1), ...u32(0)])),
      server(50, frame(7, 0, 0, [...u32(1), ...u32(11)])),
      client(60, frame(7, 0, 0, [...u32(0), ...u32(0)])),
    ]);
    expect(exchanges).toMatchObject([{ resetBy: 'client', resetCode: 'CANCEL', status: undefined }]);
    expect(facts).toEqual({
      maxConcurrent: 1,
      streamLimit: 100,
      atLimit: 0,
      goAway: { by: 'server', code: 'ENHANCE_YOUR_CALM', lastStream: 1, frame: 6, time: 40, streams: 1, open: 0, idle: 10 },
      resetsClient: 1,
      resetsServer: 0,
      pingsClient: 2,
      pingsServer: 0,
      pingsIdle: 1,
      pingAcks: 1,
      pingInterval: 20,
      pingAnswer: 10,
      pings: [
        { by: 'client', frame: 3, time: 10, answerFrame: 4, answerTime: 20 },
        { by: 'client', frame: 5, time: 30, answerFrame: undefined, answerTime: undefined },
      ],
      pushes: 1,
      isLowerBound: false,
    });
  });
});

describe('what is not in the capture', () => {
  it('bytes of a body are skipped by count', () => {
    const body = frame(0, 0, 1, new Array(1000).fill(0));
    const { exchanges, notes } = read([
      ...hello,
      client(10, frame(1, 5, 1, request('/'))),
      server(20, frame(1, 4, 1, ok), body.slice(0, 200)),
      { side: SERVER, lost: 700, time: 25 },
      server(30, body.slice(900), frame(0, 1, 1)),
      client(40, frame(1, 5, 3, request('/next'))),
      server(50, frame(1, 5, 3, ok)),
    ]);
    expect(notes).toEqual([]);
    expect(exchanges).toMatchObject([
      { status: 200, responseEnd: 30 },
      { status: 200, target: '/next' },
    ]);
  });

  it('a head with bytes missing is a request of which nothing is known', () => {
    const head = frame(1, 5, 3, [0x40, ...block({ x: 'y', ':path': '/3' }).slice(1)]);
    const { exchanges, notes } = read([
      ...hello,
      client(10, frame(1, 5, 1, request('/'))),
      client(20, head.slice(0, 12)),
      { side: CLIENT, lost: head.length - 12, time: 25 },
      client(30, frame(1, 5, 5, [...request('/5'), 0xbe])),
      server(40, frame(1, 5, 1, ok), frame(1, 5, 3, ok)),
    ]);
    expect(notes).toEqual([]);
    expect(exchanges).toMatchObject([{ target: '/', status: 200 }, { method: '?', target: undefined, status: 200 }, { target: '/5' }]);
  });

  it('after other bytes reading goes on where a frame seems to begin, and what is counted is a lower bound', () => {
    const { exchanges, notes, facts } = read([
      ...hello,
      client(10, frame(1, 5, 1, request('/'))),
      { side: CLIENT, lost: 70, time: 25 },
      client(30, frame(1, 5, 5, request('/5'))),
      server(40, frame(1, 5, 1, ok), frame(1, 5, 3, ok)),
    ]);
    expect(notes).toEqual(['http2-lost', 'resynchronised']);
    expect(facts.isLowerBound).toBe(true);
    expect(exchanges).toMatchObject([{ target: '/', status: 200 }, { target: '/5' }]);
  });

  it('where none seems to begin, that side is over until the next gap', () => {
    const { exchanges, notes } = read([
      ...hello,
      { side: CLIENT, lost: 70, time: 25 },
      client(30, [1, 2, 3, 4, 5, 6, 7, 8, 9], frame(1, 5, 5, request('/5'))),
      server(40, frame(1, 5, 3, ok)),
      { side: CLIENT, lost: 7, time: 45 },
      client(50, frame(1, 5, 7, request('/7'))),
    ]);
    expect(notes).toEqual(['http2-lost', 'resynchronised']);
    expect(exchanges).toMatchObject([{ method: undefined, streamId: 3, status: 200 }, { target: '/7' }]);
  });

  it('the beginning: fields from before are unknown, never wrong', () => {
    const { exchanges, notes } = read(
      [
        client(0, frame(1, 5, 101, [0xbe, 0xbf]), frame(1, 5, 103, request('/103'))),
        server(
          9,
          frame(1, 5, 99, ok),
          frame(1, 4, 101, [0xbe]),
          frame(0, 1, 101, [0]),
          frame(1, 5, 103, ok),
          frame(1, 5, 97, block({ trailer: 'x' })),
        ),
      ],
      { midStream: true },
    );
    expect(notes).toEqual([]);
    expect(exchanges).toMatchObject([
      { streamId: 101, method: '?', target: undefined, status: undefined, responseEnd: 9 },
      { streamId: 103, method: 'GET', target: '/103', status: 200 },
      { streamId: 99, method: undefined, status: 200 },
    ]);
  });
});

describe('damage is noted, and reading goes on where it can', () => {
  it.each([
    ['padding longer than the frame', frame(0, 8, 1, [255, 1, 2]), 'http2-frame'],
    ['padding longer than the head', frame(1, 0xd, 3, [255, 0x82]), 'http2-frame'],
    ['a request on stream 0', frame(1, 5, 0, request('/')), 'http2-frame'],
    ['a request on an even stream', frame(1, 5, 4, request('/')), 'http2-frame'],
    ['a request on a falling stream', [...frame(1, 5, 7, request('/')), ...frame(1, 5, 5, request('/'))], 'http2-frame'],
    ['a RST_STREAM of three bytes', frame(3, 0, 1, [0, 0, 0]), 'http2-frame'],
    ['a PING of seven bytes', frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7]), 'http2-frame'],
    ['SETTINGS of seven bytes', frame(4, 0, 0, [1, 2, 3, 4, 5, 6, 7]), 'http2-frame'],
    ['a GOAWAY of seven bytes', frame(7, 0, 0, [1, 2, 3, 4, 5, 6, 7]), 'http2-frame'],
    ['a CONTINUATION of nothing', frame(9, 4, 1, [0x82]), 'http2-frame'],
    ['a frame inside a header block', [...frame(1, 1, 3, [0x82]), ...frame(6, 0, 0, new Array(8).fill(0))], 'http2-frame'],
    [
      'a header block that is too long',
      [...frame(1, 1, 3, [0x82]), ...new Array(20).fill(frame(9, 0, 3, new Array(16_000).fill(0x82))).flat(), ...frame(9, 4, 3)],
      'http2-limit',
    ],
    ['a list of fields that is too long', frame(1, 5, 3, [0x82, ...new Array(2000).fill(0x90)]), 'http2-limit'],
  ])('%s', (_, bytes, code) => {
    const { notes, exchanges } = read([...hello, client(5, bytes), client(9, frame(1, 5, 9, request('/after')))]);
    expect(new Set(notes)).toEqual(new Set([code]));
    expect(exchanges.at(-1)).toMatchObject({ streamId: 9, target: '/after' });
  });

  it('after a block that cannot be decoded, heads of that side are unknown and requests are still counted', () => {
    const { notes, exchanges } = read([
      ...hello,
      client(5, frame(1, 5, 1, [0x80]), frame(1, 5, 3, request('/3'))),
      server(9, frame(1, 5, 3, ok)),
    ]);
    expect(notes).toEqual(['http2-compression']);
    expect(exchanges).toMatchObject([{ method: '?' }, { method: '?', target: undefined, status: 200 }]);
  });

  it('something else than frames is given up', () => {
    const answer = [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')];
    expect(read([client(0, preface, settings()), server(1, answer)])).toMatchObject({
      notes: ['http2-lost'],
      details: ['the server answers in HTTP/1'],
    });
    expect(read([client(0, [...Buffer.from('PRI * HTTP/2.1')])]).notes).toEqual(['http2-lost']);
  });
});

/** A little of everything, made from numbers. */
const story = fc
  .array(fc.record({ open: fc.integer({ min: 0, max: 9 }), body: fc.integer({ min: 0, max: 40 }), kind: fc.integer({ min: 0, max: 6 }) }), {
    maxLength: 12,
  })
  .map((steps) => {
    const sent: (Sent | Lost)[] = [...hello];
    let next = 1;
    steps.forEach(({ open, body, kind }, i) => {
      const time = 10 + i;
      const id = Math.max(1, next - 2 * open);
      const data = new Array<number>(body).fill(7);
      if (kind === 0) sent.push(client(time, frame(1, 4, next, request(`/${next}`)), frame(0, 1, next, data)));
      if (kind === 1)
        sent.push(client(time, frame(1, 1, next, request(`/${next}`).slice(0, 9)), frame(9, 4, next, request(`/${next}`).slice(9))));
      if (kind === 2) sent.push(server(time, frame(1, 4, id, ok), frame(0, 1, id, data)));
      if (kind === 3) sent.push(server(time, frame(1, 4, id, block({ ':status': '100' })), frame(0, 8, id, [3, ...data])));
      if (kind === 4) sent.push(client(time, frame(3, 0, id, u32(8)), frame(4, 0, 0, [0, 1, 0, 0, body, 0])));
      if (kind === 5) sent.push(server(time, data.length > 20 ? frame(1, 5, id, [0x80]) : frame(0x77, 0, id, data)));
      if (kind === 6) sent.push({ side: body > 20 ? CLIENT : SERVER, lost: body, time });
      if (kind < 2) next += 2;
    });
    return sent;
  });

describe('laws', () => {
  it('any cutting of the streams gives the same exchanges and facts', () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 1, max: 30 }), (sent, piece) => {
        expect(read(sent, {}, piece)).toEqual(read(sent));
      }),
      { numRuns: 300 },
    );
  });

  it('any bytes give a result, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.array(fc.nat(255), { maxLength: 80 }))), fc.boolean(), (parts, midStream) => {
        read([...(midStream ? [] : hello), ...parts.map(([isClient, bytes], i) => (isClient ? client(i, bytes) : server(i, bytes)))], {
          midStream,
        });
      }),
      { numRuns: 300 },
    );
  });

  it('a capture that ends earlier never shows more', () => {
    fc.assert(
      fc.property(story, fc.nat(14), (sent, length) => {
        const part = read(sent.slice(0, length)).exchanges;
        const whole = read(sent).exchanges;
        expect(part.length).toBeLessThanOrEqual(whole.length);
        part.forEach((exchange, i) => {
          if (exchange.status !== undefined) expect(whole[i]).toMatchObject({ status: exchange.status, target: exchange.target });
        });
      }),
    );
  });
});
