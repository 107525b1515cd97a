/** Made-up conversations between Node's own client and server of HTTP/2: what they read and did, against what we make of their bytes, however those are cut. */

import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, createServer, type ServerHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { http2ErrorName } from '../../src/http/http2-facts.ts';
import { CLIENT, SERVER, type Side } from '../../src/stream.ts';
import { patience, runs } from '../support/runs.ts';
import { read, type Sent } from './wire.ts';

interface Asked {
  readonly method: string;
  readonly target: string;
  readonly padding: number;
  readonly body: number;
  readonly trailers: boolean;
}

interface Answered {
  readonly status: number;
  readonly interim: number;
  readonly padding: number;
  readonly body: number;
  readonly trailers: boolean;
  readonly push: boolean;
  /** RST_STREAM with this code instead of an answer. */
  readonly reset: number | undefined;
}

interface Settings {
  readonly table: number;
  readonly streams: number;
  readonly padded: boolean;
}

const letters = fc.array(fc.constantFrom(...'abcXYZ019-._~'), { maxLength: 20 }).map((list) => list.join(''));
const asked: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'BREW'),
  target: letters.map((text) => `/${text}?q`),
  padding: fc.constantFrom(0, 10, 300, 40_000),
  body: fc.constantFrom(0, 0, 10, 40_000),
  trailers: fc.boolean(),
});
const answered: fc.Arbitrary<Answered> = fc.record({
  status: fc.constantFrom(200, 200, 204, 304, 404, 421, 500),
  interim: fc.constantFrom(0, 0, 1, 2),
  padding: fc.constantFrom(0, 10, 300, 40_000),
  body: fc.constantFrom(0, 10, 40_000),
  trailers: fc.boolean(),
  push: fc.constantFrom(false, false, true),
  reset: fc.constantFrom(undefined, undefined, undefined, 7, 8, 11),
});
const settings: fc.Arbitrary<Settings> = fc.record({
  table: fc.constantFrom(0, 64, 4096, 65_536),
  streams: fc.constantFrom(1, 3, 100),
  padded: fc.boolean(),
});

/** Two ends of one wire; each piece that passes is kept, in order. */
function wire(): { ends: readonly [Duplex, Duplex]; sent: Sent[] } {
  const sent: Sent[] = [];
  const end = (side: Side, other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        sent.push({ side, bytes: [...chunk], time: sent.length });
        other().push(chunk);
        setImmediate(done);
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const ends: [Duplex, Duplex] = [end(CLIENT, () => ends[SERVER]), end(SERVER, () => ends[CLIENT])];
  return { ends, sent };
}

const hasBody = (method: string, status: number): boolean => method !== 'HEAD' && status !== 204 && status !== 304;

function answer(stream: ServerHttp2Stream, method: string, { status, interim, padding, body, trailers, push, reset }: Answered): void {
  stream.on('error', () => {});
  stream.resume();
  if (reset !== undefined) return stream.close(reset);
  for (let i = 0; i < interim; i += 1) stream.additionalHeaders({ ':status': 103, link: `</${i}>` });
  if (push && stream.pushAllowed)
    stream.pushStream({ ':path': '/pushed' }, (_error, pushed) => {
      pushed.on('error', () => {});
      pushed.respond({ ':status': 200 });
      pushed.end('p');
    });
  const sends = hasBody(method, status) && body > 0;
  const head = { ':status': status, server: 'made-up', 'x-padding': 'p'.repeat(padding) };
  if (!sends) return stream.respond(head, { endStream: true });
  stream.respond(head, { waitForTrailers: trailers });
  if (trailers) stream.on('wantTrailers', () => stream.sendTrailers({ 'x-trailer': 't' }));
  stream.end('b'.repeat(body));
}

interface Got {
  readonly status: number | undefined;
  readonly interim: number;
  /** Of RST_STREAM; 0 without one. */
  readonly code: number;
}

function ask(session: ClientHttp2Session, { method, target, padding, body, trailers }: Asked): Promise<Got> {
  return new Promise((done) => {
    const sends = body > 0 && method.startsWith('P');
    const head = { ':method': method, ':path': target, ':authority': 'a.test', 'x-padding': 'p'.repeat(padding) };
    const stream: ClientHttp2Stream = session.request(head, { endStream: !sends, waitForTrailers: sends && trailers });
    let status: number | undefined;
    let interim = 0;
    stream.on('headers', () => {
      interim += 1;
    });
    stream.on('response', (fields) => {
      status = fields[':status'];
    });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-trailer': 't' }));
    stream.on('error', () => {});
    stream.on('close', () => done({ status, interim, code: stream.rstCode ?? 0 }));
    stream.resume();
    if (sends) stream.end('q'.repeat(body));
  });
}

it('the same streams, answers, resets and promises', { timeout: patience }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(asked, answered), { minLength: 1, maxLength: 10 }),
      settings,
      settings,
      fc.constantFrom(1, 7, 100, 5000),
      async (turns, ours, theirs, piece) => {
        const { ends, sent } = wire();
        const strategy = ({ padded }: Settings): number => (padded ? constants.PADDING_STRATEGY_MAX : constants.PADDING_STRATEGY_NONE);
        const server = createServer({
          settings: { headerTableSize: theirs.table, maxConcurrentStreams: theirs.streams },
          paddingStrategy: strategy(theirs),
        });
        const plans = new Map(turns.map(([{ target }, plan], index) => [`${target}${index}`, plan]));
        server.on('stream', (stream, fields) => answer(stream, `${fields[':method']}`, plans.get(`${fields[':path']}`)!));
        server.emit('connection', ends[SERVER]);
        const session = connect('http://a.test', {
          createConnection: () => ends[CLIENT],
          settings: { headerTableSize: ours.table, enablePush: true },
          paddingStrategy: strategy(ours),
        });
        let promised = 0;
        session.on('stream', (stream) => {
          promised += 1;
          stream.on('error', () => {});
          stream.resume();
        });
        const got = await Promise.all(turns.map(([request], index) => ask(session, { ...request, target: `${request.target}${index}` })));
        session.destroy();
        const seen = read(cutUp(sent, piece), {}, Number.POSITIVE_INFINITY);
        // Node's server ends the connection where more streams are opened than it allows: those that are left end without a frame.
        const isGiven = seen.facts.goAway?.by !== 'server';
        const expected = turns.map(([request], index) => ({
          method: request.method,
          target: `${request.target}${index}`,
          authority: 'a.test',
          status: got[index]!.status,
          informational: got[index]!.interim,
          resetCode: got[index]!.code === 0 || !isGiven ? undefined : http2ErrorName(got[index]!.code),
        }));
        const byTarget = (a: { target: string | undefined }, b: { target: string | undefined }): number =>
          `${a.target}`.localeCompare(`${b.target}`);
        const told = seen.exchanges.map(({ method, target, authority, status, informational, resetCode }) => ({
          method,
          target,
          authority,
          status,
          informational,
          resetCode: resetCode === 'NO_ERROR' || !isGiven ? undefined : resetCode,
        }));
        expect(told.sort(byTarget)).toEqual(expected.sort(byTarget));
        expect(seen.facts.pushes).toBe(promised);
        expect(seen.facts.maxConcurrent).toBeLessThanOrEqual(turns.length);
        expect(seen.notes).toEqual([]);
      },
    ),
    runs(100),
  );
});

/** In their order, in pieces. */
function cutUp(sent: readonly Sent[], piece: number): Sent[] {
  return sent.flatMap(({ side, bytes, time }) => {
    const parts: Sent[] = [];
    for (let from = 0; from < bytes.length; from += piece) parts.push({ side, bytes: bytes.slice(from, from + piece), time });
    return parts;
  });
}
