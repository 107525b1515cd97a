/** Decode As: rules as tshark takes them, what they force, and what a wrong one teaches. */

import { describe, expect, it } from 'vitest';
import { DecodeAs, DecodeAsError } from '../../src/trace/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { conversation, get, OK, type Talk } from '../support/talk.ts';
import { framesOf, pcapOf } from '../support/wire.ts';

const traceOf = (talk: Talk, ...decodeAs: string[]) => inspectBytes(pcapOf(framesOf(talk.segments)), [], { decodeAs });

describe('a rule', () => {
  it.each([
    ['tcp.port==8888,http', 8888, 'http'],
    ['tcp.port==8888,http2', 8888, 'http2'],
    ['tcp.port == 8888 , ssl', 8888, 'tls'],
    ['tcp.port==8888,data', 8888, 'none'],
    ['tcp.port==8000-8888,http', 8888, 'http'],
    ['tcp.port==8886:3,http', 8888, 'http'],
    ['tcp.port==8886:2,http', 8888, undefined],
    ['tls.port==8888,http', 8888, undefined],
    ['tcp.port==0-65535,tls', 65_535, 'tls'],
  ])('%s', (rule, port, protocol) => expect(new DecodeAs([rule]).protocol('tcp', port)).toBe(protocol));

  it('the last one counts', () => {
    expect(new DecodeAs(['tcp.port==1-9,http', 'tcp.port==5,none']).protocol('tcp', 5)).toBe('none');
  });

  it.each([
    ['8888', 'a rule has the form LAYER==PORT,PROTOCOL, as in tcp.port==8888,http'],
    ['tcp.port==8888', 'a rule has the form'],
    ['tcp.port=8888,http', 'a rule has the form'],
    ['udp.port==8888,http', "'udp.port' is none of the layers known: tcp.port, and tls.port for what is inside TLS"],
    ['tcp.port==,http', "'' is no TCP port"],
    ['tcp.port==70000,http', "'70000' is no TCP port: one from 0 to 65535 was expected"],
    ['tcp.port==9-8,http', "'9-8' is no TCP port"],
    ['tcp.port==80,smtp', "'smtp' is none of the protocols known: http, http2, tls, none"],
    ['tcp.port==80,__proto__', "'__proto__' is none of the protocols"],
    ['tls.port==443,tls', 'TLS inside TLS is found by its content'],
  ])('%s teaches', (rule, why) => {
    expect(() => new DecodeAs([rule])).toThrow(DecodeAsError);
    expect(() => new DecodeAs([rule])).toThrow(why);
    expect(() => new DecodeAs([rule])).toThrow(`'${rule}': `);
  });
});

describe('what it forces', () => {
  const odd = () =>
    conversation()
      .handshake()
      .client(`FETCH /x?${'y'.repeat(500)} HTTP/1.1\r\nHost: a\r\n\r\n`)
      .server(OK);

  it('a method that HTTP is not recognised by, before a target of more bytes than are looked at', () => {
    expect(odd().connection.requests).toBe(0);
    expect(traceOf(odd(), 'tcp.port==80,http').exchanges(0)).toMatchObject([{ method: 'FETCH', status: 200, notes: ['unknown-method'] }]);
    expect(traceOf(odd(), 'tcp.port==40000,http').connection(0).requests).toBe(1);
    expect(traceOf(odd(), 'tcp.port==81,http').connection(0).requests).toBe(0);
  });

  it('a greeting of its own before HTTP', () => {
    const talk = conversation().handshake().client('hello, I am a probe\r\n').client(get('/1')).server(OK);
    expect(talk.connection.requests).toBe(0);
    expect(traceOf(talk, 'tcp.port==80,http').exchanges(0)).toMatchObject([{ target: '/1', status: 200, notes: ['resynchronised'] }]);
  });

  it('nothing is looked into', () => {
    const { columns, connection } = traceOf(conversation().handshake().client(get()).server(OK), 'tcp.port==80,none');
    expect(connection(0)).toMatchObject({ protocol: 'unknown', requests: 0, bytesClient: get().length });
    expect(columns.isHttp(0)).toBe(false);
  });

  it('bytes that are not what was said make notes, not faults', () => {
    for (const protocol of ['http', 'http2', 'tls'])
      expect(
        traceOf(conversation().handshake().client('\0\u0001binary\r\nnoise').server('\u00ff\u00fe'), `tcp.port==80,${protocol}`).size,
      ).toBe(1);
  });

  it('leaves the end that speaks like a client the client', () => {
    const talk = conversation({ client: { address: '10.0.0.1', port: 80 }, server: { address: '10.0.0.2', port: 40_000 } });
    const { client } = traceOf(talk.client(get()).server(OK), 'tcp.port==80,http').connection(0);
    expect(client.port).toBe(80);
  });
});
