/** Random but well-formed traffic for laws: stories of connections, and the segments in which they are told. */

import fc from 'fast-check';
import { type Duration, microsecond, millisecond, second } from '../../src/time.ts';
import { conversation, type Talk } from './talk.ts';
import type { WireSegment } from './wire.ts';

interface ExchangeStory {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly target: number;
  readonly requestBody: number;
  readonly response: 'length' | 'chunked' | 'empty' | 'not modified' | 'interim' | 'close';
  readonly responseBody: number;
  readonly idle: Duration;
  readonly think: Duration;
  /** Payload bytes in a segment. */
  readonly piece: number;
  /** Keep-alive probes in the idle time before it; the client's, or the server's. */
  readonly probes: number;
  readonly probedBy: 'client' | 'server';
  /** The client acknowledges the response at once, not with what it sends next. */
  readonly acknowledged: boolean;
}

export interface Story {
  readonly start: Duration;
  readonly v6: boolean;
  readonly client: number;
  readonly server: number;
  readonly roundTrip: Duration;
  readonly clientNumber: number;
  readonly serverNumber: number;
  readonly exchanges: readonly ExchangeStory[];
  readonly ending: 'open' | 'client fin' | 'server fin' | 'client rst' | 'server rst' | 'never opened';
}

const exchange: fc.Arbitrary<ExchangeStory> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST'),
  target: fc.nat(40),
  requestBody: fc.nat(300),
  response: fc.constantFrom('length', 'length', 'chunked', 'empty', 'not modified', 'interim', 'close'),
  responseBody: fc.nat(600),
  idle: fc.nat(60_000).map((ms) => ms * millisecond),
  think: fc.nat(300_000).map((us) => us * microsecond),
  piece: fc.constantFrom(1460, 1460, 100, 17),
  probes: fc.nat(2),
  probedBy: fc.constantFrom('client', 'server'),
  acknowledged: fc.boolean(),
});

export const story: fc.Arbitrary<Story> = fc.record({
  start: fc.nat(100_000).map((ms) => ms * millisecond),
  v6: fc.boolean(),
  client: fc.nat(2),
  server: fc.nat(1),
  roundTrip: fc.integer({ min: 20, max: 200_000 }).map((us) => us * 2 * microsecond),
  clientNumber: fc.nat(0xffff_ffff),
  serverNumber: fc.nat(0xffff_ffff),
  exchanges: fc.array(exchange, { maxLength: 4 }),
  ending: fc.constantFrom('open', 'client fin', 'server fin', 'client rst', 'server rst', 'never opened'),
});

export const stories: fc.Arbitrary<Story[]> = fc.array(story, { minLength: 1, maxLength: 5 });

/** All connections of the stories, by time; each has a port of its own. */
export function tell(list: readonly Story[]): WireSegment[] {
  return list.flatMap((each, index) => tellOne(each, 40_000 + index)).sort((a, b) => a.time - b.time);
}

export function tellOne(story: Story, port: number = 40_000): WireSegment[] {
  const net = story.v6 ? '2001:db8::' : '10.0.0.';
  const talk = conversation({
    client: { address: `${net}${story.client + 1}`, port },
    server: { address: `${net}${story.server + 101}`, port: 80 },
    clientNumber: story.clientNumber,
    serverNumber: story.serverNumber,
    start: story.start,
    step: story.roundTrip / 2,
  });
  if (story.ending === 'never opened') return talk.client.syn().client.syn({ at: -1, time: talk.now + second }).segments;
  talk.handshake(story.roundTrip);
  let closes = false;
  for (const each of story.exchanges) {
    if (closes) break;
    probed(talk, each);
    converse(talk, each, story.server);
    closes = each.response === 'close' && each.method !== 'HEAD';
  }
  if (closes) return talk.close('server').segments;
  if (story.ending.endsWith('fin')) talk.close(story.ending === 'client fin' ? 'client' : 'server');
  if (story.ending === 'client rst') talk.client.rst();
  if (story.ending === 'server rst') talk.server.rst();
  return talk.segments;
}

function probed(talk: Talk, { probes, probedBy, idle }: ExchangeStory): void {
  if (idle < 4 * second || probes === 0) return void talk.pause(idle);
  talk.client.ack();
  for (let i = 0; i < probes; i += 1) {
    talk.pause(Math.floor(idle / (probes + 1) / microsecond) * microsecond);
    talk[probedBy].keepAliveProbe()[probedBy === 'client' ? 'server' : 'client'].ack();
  }
}

function converse(talk: Talk, each: ExchangeStory, server: number): void {
  const hasBody = each.method === 'POST' && each.requestBody > 0;
  const length = hasBody ? `Content-Length: ${each.requestBody}\r\n` : '';
  const head = `${each.method} /${'t'.repeat(each.target)} HTTP/1.1\r\nHost: s${server}.test\r\n${length}\r\n`;
  inPieces(talk, 'client', head + 'q'.repeat(hasBody ? each.requestBody : 0), each.piece);
  talk.server.ack();
  talk.pause(each.think);
  if (each.response === 'interim') talk.server('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n');
  inPieces(talk, 'server', responseOf(each), each.piece);
  if (each.acknowledged) talk.client.ack();
}

function inPieces(talk: Talk, side: 'client' | 'server', text: string, piece: number): void {
  for (let at = 0; at < text.length; at += piece) talk.send(side, text.slice(at, at + piece));
}

function responseOf({ method, response, responseBody }: ExchangeStory): string {
  const body = method === 'HEAD' ? '' : 'r'.repeat(responseBody);
  switch (response) {
    case 'empty':
      return 'HTTP/1.1 204 No Content\r\n\r\n';
    case 'not modified':
      return 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n';
    case 'chunked': {
      const chunks = body.match(/.{1,50}/g) ?? [];
      const coded = chunks.map((chunk) => `${chunk.length.toString(16)};x=y\r\n${chunk}\r\n`).join('');
      return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${method === 'HEAD' ? '' : `${coded}0\r\nTrailer: t\r\n\r\n`}`;
    }
    case 'close':
      return `HTTP/1.1 200 OK\r\n\r\n${body}`;
    default:
      return `HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=7\r\nContent-Length: ${responseBody}\r\n\r\n${body}`;
  }
}
