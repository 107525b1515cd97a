/** Zeek's history letters. */

import { describe, expect, it } from 'vitest';
import { second } from '../../src/time.ts';
import { conversation, get, OK, traceOf } from '../support/talk.ts';
import { ACK, FIN, RST, SYN } from '../support/wire.ts';

const open = () => conversation().handshake();

it('has one letter for what each side did first, upper case for the client', () => {
  expect(open().client(get()).server(OK).client(get()).server(OK).close('server').connection.history).toBe('ShADdfFa');
});

it('tells a SYN, a FIN or a reset again only when its number is another', () => {
  const talk = open().client.fin().client.fin({ at: -1 }).client.rst().client.rst().client.rst({ at: 5 });
  expect(talk.connection.history).toBe('ShAFRR');
});

it('tells payload that came again and zero windows for the 1st, 10th, 100th time', () => {
  const talk = open().client('x').pause(second);
  for (let i = 0; i < 12; i += 1) talk.client('x', { at: -1 });
  for (let i = 0; i < 3; i += 1) talk.server.ack({ window: 0 });
  expect(talk.connection.history).toBe('ShADTTaw');
});

it('names bytes that were lost, on the side that had sent them', () => {
  const talk = open().client(get()).server('HTTP/1.1 200 OK\r\n', { lost: true }).server('Content-Length: 0\r\n\r\n').client.ack();
  expect(talk.connection.history).toBe('ShADdg');
});

it('has letters for segments with several flags', () => {
  expect(
    open()
      .send('client', '', { flags: FIN | RST })
      .send('server', '', { flags: SYN | FIN | ACK }).connection.history,
  ).toBe('ShAIq');
});

it('begins with ^ where the first segment came from the server', () => {
  const { segments } = open().client(get()).server(OK);
  expect(traceOf(segments.slice(1)).connection(0).history).toBe('^hADd');
  expect(traceOf(segments.slice(1, 2)).connection(0).history).toBe('h');
  expect(traceOf(segments.slice(4)).connection(0).history).toBe('^d');
});

describe('extended', () => {
  const closing = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

  it('has the first message of each side, another one, and the one that is said to be the last', () => {
    const talk = open().client(get('/1')).server(OK).client(get('/2')).server(OK).client(get('/3')).server(closing).close('server');
    expect(talk.connection).toMatchObject({ history: 'ShADdfFa', historyExtended: 'ShADMdmNnefFa' });
  });

  it('has the probes of each side', () => {
    const idle = open()
      .client(get())
      .server(OK)
      .client.ack()
      .pause(45 * second);
    const talk = idle.client.keepAliveProbe().server.ack().pause(second).server.keepAliveProbe().client.ack();
    expect(talk.connection).toMatchObject({ history: 'ShADda', historyExtended: 'ShADMdmKak' });
  });

  it('has where HTTP was left', () => {
    const talk = open()
      .client('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      .server('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      .client('ping')
      .server('pong');
    expect(talk.connection).toMatchObject({ history: 'ShADd', historyExtended: 'ShADMdml' });
  });

  it('is turned round where client and server were', () => {
    const { segments } = conversation({ client: { address: '10.0.0.1', port: 80 }, server: { address: '10.0.0.2', port: 40_000 } })
      .handshake()
      .client(get())
      .server(OK);
    expect(traceOf(segments.slice(3)).connection(0)).toMatchObject({ historyExtended: 'DMdm', client: { port: 80 } });
  });
});

it('is cut where only a capture made to do harm would go on', () => {
  const talk = open();
  for (let i = 0; i < 500; i += 1) talk.client.rst({ at: i * 7 });
  expect(talk.connection.history.length).toBe(200);
});
