/** Faults that were found once, each in its smallest form. */

import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { millisecond } from '../../src/time.ts';
import { impossible, unaccounted } from '../support/facts.ts';
import { conversation, get, OK, traceOf } from '../support/talk.ts';

describe('bytes are counted once', () => {
  it('that wait behind a hole and end with the FIN', () => {
    const talk = conversation().handshake().client(get());
    talk.server(OK.slice(0, 17), { lost: true }).server(OK.slice(17)).server.fin();
    talk.server(OK.slice(0, 17), { at: -OK.length - 1 });
    const { trace } = talk;
    expect(unaccounted(trace.accounting)).toEqual([]);
    expect(trace.accounting.payload).toMatchObject({ seen: get().length + OK.length, delivered: get().length + OK.length, duplicate: 0 });
  });
});

describe('times that are not known are not NaN', () => {
  it('of an interim response that nobody asked for', () => {
    const { trace } = conversation().handshake().client(get()).server(OK).server('HTTP/1.1 103 Early Hints\r\n\r\n');
    expect(impossible(trace)).toEqual([]);
  });

  it('of a switch of protocols that nobody asked for, and the close behind it', () => {
    const switched = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
    const talk = conversation().handshake().server(switched).close('server');
    expect(impossible(talk.trace)).toEqual([]);
    expect(talk.connection).toMatchObject({ requests: 0, idleBeforeClose: undefined });
  });
});

describe('waste is never more than the set-up', () => {
  it('where the handshake goes back in time', () => {
    const first = conversation().handshake().client(get()).server(OK).close('server').segments;
    const second = conversation({ client: { address: '10.0.0.1', port: 40_001 }, start: 100 * millisecond });
    const back = second.client
      .syn()
      .server('', { flags: 0x12 })
      .client.ack({ time: 50 * millisecond })
      .client(get(), { time: 200 * millisecond })
      .server(OK).segments;
    expect(impossible(traceOf([...first, ...back]))).toEqual([]);
  });

  it('where the third segment of the handshake waited for the request', () => {
    const first = conversation().handshake().client(get()).server(OK).close('server').segments;
    const second = conversation({ client: { address: '10.0.0.1', port: 40_001 }, start: 100 * millisecond });
    const late = second.client
      .syn()
      .server('', { flags: 0x12 })
      .client(get(), { time: 150 * millisecond })
      .server(OK).segments;
    const trace = traceOf([...first, ...late]);
    expect(analyse(trace).verdict(1)).toMatchObject({ avoidable: true, wasted: trace.connection(1).setup });
  });
});

describe('tunnels within tunnels', () => {
  it('end where the stack would, and say so', () => {
    const talk = conversation().handshake();
    for (let i = 0; i < 5000; i += 1) talk.client('CONNECT a:1 HTTP/1.1\r\n\r\n').server('HTTP/1.1 200 OK\r\n\r\n');
    expect(talk.trace.notes).toMatchObject([{ code: 'too-deep', count: 1 }]);
    expect(talk.connection.requests).toBe(16);
  });
});

describe('a message after lost bytes', () => {
  it('has all its bytes, the end of its first line, too', () => {
    const talk = conversation().handshake().client('junk', { lost: true }).client(get()).server.ack().server(OK);
    expect(talk.exchanges).toMatchObject([{ method: 'GET', requestBytes: get().length, responseBytes: OK.length }]);
  });

  it('is read before the response that acknowledges it', () => {
    const talk = conversation().handshake().client('junk', { lost: true }).client(get('/1')).server(OK);
    expect(talk.exchanges).toMatchObject([{ method: 'GET', target: '/1', status: 200 }]);
  });
});

describe('a segment half of the number space away', () => {
  it('lies ahead of what is next, and does not stop the reading', () => {
    const talk = conversation().handshake();
    talk.client('x', { at: 2 ** 31 - 1 }).client(get());
    const { trace } = talk.server(OK).close('server');
    expect(unaccounted(trace.accounting)).toEqual([]);
    expect(impossible(trace)).toEqual([]);
  });
});
