/** What the columns say of each exchange's times: who waited for what, seen from either end of a link of 40 ms. */

import { describe, expect, it } from 'vitest';
import { exchangeFields } from '../../src/analysis/fields.ts';
import { millisecond as ms, type Time } from '../../src/time.ts';
import { conversation, get, OK, type Talk } from '../support/talk.ts';

/** Chosen columns of each exchange of the first connection. */
function columns(talk: Talk, ...names: string[]): unknown[] {
  const { trace } = talk;
  const connection = trace.connection(0);
  const chosen = names.map((name) => exchangeFields.find((field) => field.name === name)!);
  return trace.exchanges(0).map((exchange) => chosen.map((field) => field.value({ exchange, connection }, trace)));
}

const at = (time: number): { time: Time } => ({ time: time * ms });

/** A handshake, the capture being `toClient` ms away from the client and `toServer` from the server, there and back. */
const linked = (toClient: number, toServer: number): Talk =>
  conversation()
    .client.syn(at(0))
    .server.syn({ flags: 0x12, ...at(toServer) })
    .client.ack(at(toServer + toClient));

describe('one request, 30 ms of thinking, 20 ms of transfer', () => {
  const story = (toClient: number, toServer: number): Talk => {
    const talk = linked(toClient, toServer).client(get('/a').slice(0, 10), at(100)).client(get('/a').slice(10), at(110));
    return talk.server(OK.slice(0, 10), at(110 + toServer + 30)).server(OK.slice(10), at(160 + toServer));
  };
  const names = ['request_start_ms', 'request_end_ms', 'time_to_first_byte_ms', 'server_time_ms', 'transfer_ms'];

  it.each([
    ['at the client', 0, 40],
    ['at the server', 40, 0],
    ['in between', 10, 30],
  ])('captured %s', (_, toClient, toServer) => {
    expect(columns(story(toClient, toServer), ...names)).toEqual([[100, 110, 80, 30, 20]]);
  });

  it('without a handshake the way is unknown, and what depends on it', () => {
    const talk = conversation().client(get(), at(100)).server(OK, at(150));
    expect(columns(talk, ...names)).toEqual([[0, 0, undefined, undefined, 0]]);
  });
});

describe('waiting in line', () => {
  const names = ['idle_before_ms', 'queued_ms', 'waited_for_previous', 'server_time_ms'];

  it('pipelined: the second and third wait for the answers before them, which is no time of thinking', () => {
    const talk = linked(0, 40)
      .client(get('/1') + get('/2'), at(100))
      .client(get('/3'), at(102));
    talk.server(OK, at(170)).server(OK, at(180)).server(OK, at(185));
    expect(columns(talk, ...names)).toEqual([
      [undefined, 0, undefined, 30],
      [0, 70, false, 10],
      [0, 78, false, 5],
    ]);
  });

  it('head of line: the next request leaves as soon as the answer has come', () => {
    const talk = linked(0, 40).client(get('/1'), at(100)).server(OK, at(150)).client(get('/2'), at(152)).server(OK, at(200));
    talk.client(get('/3'), at(290)).server(OK, at(330));
    expect(columns(talk, ...names)).toEqual([
      [undefined, 0, undefined, 10],
      [2, 0, true, 8],
      [90, 0, false, 0],
    ]);
  });

  it('head of line, captured at the server: the way to the client is no pause', () => {
    const talk = linked(40, 0).client(get('/1'), at(100)).server(OK, at(110)).client(get('/2'), at(152)).server(OK, at(160));
    talk.client(get('/3'), at(240)).server(OK, at(250));
    expect(columns(talk, ...names)).toEqual([
      [undefined, 0, undefined, 10],
      [42, 0, true, 8],
      [80, 0, false, 10],
    ]);
  });

  it('an answer before the end of the request took no time that has a name', () => {
    const talk = linked(0, 40).client('POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab', at(100)).server(OK, at(150)).client('cd', at(160));
    expect(columns(talk, 'time_to_first_byte_ms', 'server_time_ms', 'notes')).toEqual([[50, undefined, ['early-response']]]);
  });
});

it('an interim response is not the answer: 100 Continue, a body, then the final one', () => {
  const talk = linked(0, 40).client('POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n', at(100));
  talk.server('HTTP/1.1 100 Continue\r\n\r\n', at(145)).client('ab', at(150)).server(OK, at(250));
  const names = ['request_end_ms', 'response_start_ms', 'time_to_first_byte_ms', 'server_time_ms', 'informational'];
  expect(columns(talk, ...names)).toEqual([[150, 250, 150, 60, 1]]);
});

it('a body that only the close ends, ends with its last byte', () => {
  const talk = linked(0, 40)
    .client(get(), at(100))
    .server('HTTP/1.1 200 OK\r\n\r\nabc', at(150))
    .server('def', at(170))
    .server.fin(at(900));
  expect(columns(talk, 'response_end_ms', 'transfer_ms')).toEqual([[170, 20]]);
});
