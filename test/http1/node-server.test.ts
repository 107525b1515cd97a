/**
 * Made-up conversations with Node's own server: what it read and what it then did with the connection, against what we make of the
 * same bytes. Its answers are real ones; a connection that it ends was not persistent, one that it keeps was.
 *
 * 10,000 conversations in every run, and as many with Node's client: together 12 s of a processor. `LAW_RUNS=10 npx vitest run test/http1/node-server.test.ts`
 * tries ten times as many.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExchangeLog, HeadPool } from '../../src/http/index.ts';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { patience, runs, times } from '../support/runs.ts';
import { Recorder } from './recorder.ts';
import { bodyOf, contentLength, hasBody, type MadeUpRequest, type MadeUpResponse, requests, requestText, responses } from './stories.ts';
import { Wire } from './wire.ts';

/** One memory for all conversations. */
const log = new ExchangeLog();
const heads = new HeadPool(log.texts);

interface Seen {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly version: string | undefined;
}

interface Played {
  readonly seen: readonly Seen[];
  readonly bodies: readonly number[];
  readonly wire: Wire;
  /** How many were answered, and whether the connection was closed then. */
  readonly answered: number;
  readonly ended: boolean;
}

type Turn = readonly [MadeUpRequest, MadeUpResponse];

function answer(response: ServerResponse, { status, connection, body, version }: MadeUpResponse, request: MadeUpRequest): void {
  const sent = bodyOf(body, version);
  // An application that sets Connection itself makes Node keep what the client closes (against RFC 9112 §9.6).
  if (connection !== '' && !(isLast(request) && !/^close/i.test(connection))) response.setHeader('Connection', connection);
  if (sent.how === 'length') response.setHeader('Content-Length', sent.bytes);
  response.writeHead(status);
  response.end(hasBody(status, request.method) && sent.how !== 'none' ? 'n'.repeat(sent.bytes) : undefined);
}

async function play(turns: readonly Turn[], pieces: number): Promise<Played> {
  const seen: Seen[] = [];
  const bodies: number[] = [];
  const wire = new Wire();
  let answered = 0;
  let closed = false;
  await new Promise<void>((done, fail) => {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const turn = turns[seen.length]!;
      seen.push({ method: request.method, target: request.url, version: request.httpVersion });
      let length = 0;
      request.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      request.on('end', () => {
        bodies.push(length);
        answer(response, turn[1], turn[0]);
        response.on('finish', () => {
          if (!closed) answered += 1;
          closed ||= wire.hasEnded;
          if (bodies.length === turns.length || !response.shouldKeepAlive) setImmediate(done);
        });
      });
    });
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    server.headersTimeout = 0;
    server.on('clientError', fail);
    server.emit('connection', wire);
    const bytes = Buffer.from(turns.map(([request]) => requestText(request)).join(''), 'latin1');
    for (let at = 0; at < bytes.length; at += pieces) wire.push(bytes.subarray(at, at + pieces));
  });
  const played = { seen, bodies, wire, answered, ended: wire.hasEnded };
  wire.destroy();
  return played;
}

const isLast = ({ version, connection }: MadeUpRequest): boolean =>
  /close/i.test(connection) || (version === '1.0' && !/keep-alive/i.test(connection));

/** llhttp lets keep-alive win over close in HTTP/1.0; RFC 9112 §9.3 asks for close first. */
const isDisputed = ({ version, connection }: { version: string; connection: string }): boolean =>
  version === '1.0' && /close/i.test(connection) && /keep-alive/i.test(connection);

it("Node's server reads the same messages and keeps the same connections", { timeout: patience }, async () => {
  const turns = fc
    .array(fc.tuple(requests, responses), { minLength: 1, maxLength: 6 })
    .filter((list) => !list.some(([request]) => isDisputed(request)));
  let played = 0;
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), async (list, pieces, answerPieces) => {
      played += 1;
      // Behind a request that is the last nothing follows.
      const last = list.findIndex(([request]) => isLast(request));
      const story = last < 0 ? list : list.slice(0, last + 1);
      const { seen, bodies, wire, answered, ended } = await play(story, pieces);
      const recorder = new Recorder(false, undefined, log, heads);
      const said = Buffer.from(story.map(([request]) => requestText(request)).join(''), 'latin1');
      const answers = Buffer.concat(wire.written);
      recorder.say(CLIENT, said, cuts(said.length, pieces)).say(SERVER, answers, cuts(answers.length, answerPieces));
      if (ended) recorder.end(SERVER, 'fin', { frame: 2, time: 0 });
      const exchanges = recorder.exchanges();
      const ours = exchanges.slice(0, seen.length).map(({ method, target }, index) => ({ method, target, version: seen[index]!.version }));
      expect(ours).toEqual(seen);
      // It stops reading where it will close; whatever was answered has its body read.
      if (seen.length === story.length) expect(exchanges.length).toBe(story.length);
      for (const [index, [request]] of story.slice(0, bodies.length).entries()) {
        expect(bodies[index]).toBe(contentLength(bodyOf(request.body, request.version)));
        expect(exchanges[index]!.requestBytes).toBe(requestText({ ...request, blankLines: 0 }).length);
        if (index >= answered) continue;
        expect(exchanges[index]!.status).toBe(story[index]![1].status);
        // Node asks for the body whether or not it is there.
        expect(exchanges[index]!.informational).toBe(request.expects && request.version === '1.1' ? 1 : 0);
        expect(exchanges[index]!.persistence?.persistent, `exchange ${index}`).toBe(index < answered - 1 || !ended);
      }
      expect(exchanges.filter(({ status }) => status !== undefined).length).toBe(answered);
      expect(recorder.told.filter(({ what }) => what !== 'head' && what !== 'message' && what !== 'http-after-close')).toEqual([]);
    }),
    runs(10_000),
  );
  // Nor was it stopped before the end.
  expect(played).toBeGreaterThanOrEqual(times(10_000));
});

const cuts = (length: number, piece: number): readonly number[] =>
  Array.from({ length: Math.floor(length / piece) }, (_, index) => (index + 1) * piece);
