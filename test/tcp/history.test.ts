/** Zeek's history letters. */

import { expect, it } from 'vitest';
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

it('is cut where only a capture made to do harm would go on', () => {
  const talk = open();
  for (let i = 0; i < 500; i += 1) talk.client.rst({ at: i * 7 });
  expect(talk.connection.history.length).toBe(200);
});
