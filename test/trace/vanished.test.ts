/** Requests that went into HTTP/3: announced in Alt-Svc, and seen as flows of QUIC to the same name. */

import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { namesHttp3 } from '../../src/http/alt-svc.ts';
import { Notes } from '../../src/note.ts';
import { QuicFlows } from '../../src/quic/index.ts';
import { formats } from '../../src/report/index.ts';
import { vanishedOf } from '../../src/trace/vanished.ts';
import { block, frame, preface, request, settings } from '../http2/wire.ts';
import { clientHello, crypto, datagram, initial } from '../quic/initial.ts';
import { conversation } from '../support/talk.ts';

const http1 = (altSvc: string): ReturnType<typeof conversation> =>
  conversation()
    .handshake()
    .client('GET / HTTP/1.1\r\nHost: shop.test:8080\r\n\r\n')
    .server(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${altSvc}\r\n`);
const http2 = conversation()
  .handshake()
  .client(Uint8Array.from([...preface, ...settings(), ...frame(1, 5, 1, request('/'))]))
  .server(Uint8Array.from([...settings(), ...frame(1, 5, 1, block({ ':status': '200', 'alt-svc': 'h3=":443"' }))]));

describe('HTTP/3 is announced', () => {
  it.each([
    ['h3=":443"; ma=86400', true],
    ['h2=":443", h3-29=":443"', true],
    ['h2="h3.test:443"', false],
    ['clear', false],
    ['xh3=":443"', false],
    ['h3', false],
  ])('%s: %s', (value, expected) => expect(namesHttp3(Buffer.from(value), 0, value.length)).toBe(expected));

  it('in a response of HTTP/1 and of HTTP/2', () => {
    expect(http1('Alt-Svc: h3=":443"\r\n').connection.announcesHttp3).toBe(true);
    expect(http1('Alt-Svc: clear\r\n').connection.announcesHttp3).toBe(false);
    expect(http1('').connection.announcesHttp3).toBe(false);
    expect(http2.connection.announcesHttp3).toBe(true);
  });
});

describe('requests that vanished', () => {
  const { trace } = http1('alt-svc: h3=":443"\r\n');
  const flows = new QuicFlows(new Notes());
  flows.datagram(datagram(initial(crypto(0, clientHello('shop.test')))));
  flows.datagram(datagram(initial(crypto(0, clientHello('other.test'))), { from: 50_001, frame: 2 }));
  const quic = vanishedOf(flows, trace.columns);

  it('are tied to the name whose responses announced HTTP/3', () => {
    expect(quic.map(({ serverName, announced }) => [serverName, announced])).toEqual([
      ['shop.test', true],
      ['other.test', false],
    ]);
  });

  it('are said in the reports, with the name', () => {
    const seen = { ...trace, quic };
    const text = [...formats.find(({ name }) => name === 'text')!.render(seen, analyse(seen))].join('');
    expect(text.replace(/\s+/g, ' ')).toContain(
      '2 QUIC flows to shop.test and 1 more name, announced by Alt-Svc: requests in HTTP/3 are not in these numbers',
    );
    const json = JSON.parse([...formats.find(({ name }) => name === 'json')!.render(seen, analyse(seen))].join('')) as { quic: unknown };
    expect(json.quic).toEqual([
      { server_name: 'shop.test', server_address: '10.0.0.2', server_port: 443, flows: 1, announced: true, first_frame: 1 },
      { server_name: 'other.test', server_address: '10.0.0.2', server_port: 443, flows: 1, announced: false, first_frame: 2 },
    ]);
  });
});
