/**
 * Made-up answers given to Node's own client: what it read, and whether its agent used the connection again, against what we make of
 * the bytes that it wrote and read.
 *
 * 10,000 conversations in every run, and as many with Node's server: together 12 s of a processor. `LAW_RUNS=10 npx vitest run test/http1/node-client.test.ts`
 * tries ten times as many.
 */

import { Agent, type ClientRequest, type IncomingMessage, request as sendRequest } from 'node:http';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExchangeLog, HeadPool } from '../../src/http/index.ts';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { patience, runs, times } from '../support/runs.ts';
import { Recorder } from './recorder.ts';
import { bodyOf, contentLength, hasBody, type MadeUpResponse, responses, responseText } from './stories.ts';
import { Wire } from './wire.ts';

/** One memory for all conversations. */
const log = new ExchangeLog();
const heads = new HeadPool(log.texts);

interface Sent {
  readonly method: string;
  readonly close: boolean;
  readonly body: number;
}

interface Got {
  readonly status: number | undefined;
  readonly version: string;
  readonly body: number;
  readonly interim: number;
  /** The agent took the connection back. */
  readonly kept: boolean;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'),
  close: fc.constantFrom(false, false, false, true),
  body: fc.constantFrom(0, 0, 5, 200),
});

type Turn = readonly [Sent, MadeUpResponse];

/** One request on a connection of its own making or on the one before, if the agent kept it. */
function exchange(agent: Agent, wire: Wire, [{ method, close, body }, made]: Turn, piece: number): Promise<Got> {
  return new Promise((done, fail) => {
    let interim = 0;
    let kept = false;
    const client: ClientRequest = sendRequest(
      { agent, method, path: '/x', host: 'a.test', headers: close ? { Connection: 'close' } : {} },
      (response: IncomingMessage) => {
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
        });
        response.on('error', fail);
        response.on('end', () =>
          setImmediate(() => done({ status: response.statusCode, version: response.httpVersion, body: length, interim, kept })),
        );
      },
    );
    client.on('information', () => {
      interim += 1;
    });
    client.on('continue', () => {});
    client.on('error', fail);
    agent.once('free', () => {
      kept = true;
    });
    client.on('finish', () =>
      setImmediate(() => {
        const bytes = Buffer.from(responseText(made, method), 'latin1');
        for (let at = 0; at < bytes.length; at += piece) wire.push(bytes.subarray(at, at + piece));
        // The close ends what nothing else does.
        if (made.untilClose || bodyOf(made.body, made.version).how === 'none') if (hasBody(made.status, method)) wire.push(null);
      }),
    );
    // Node sends the body of a GET without any framing.
    client.end(body > 0 && method.startsWith('P') ? 'q'.repeat(body) : undefined);
  });
}

/**
 * Where Node differs from RFC 9112, both sides are made to agree: its agent keeps a connection that it has itself asked to close (§9.6;
 * servers answer with close), does not keep one after HEAD whose answer states no length (§6.3), and lets keep-alive win over close in
 * HTTP/1.0 (§9.3).
 */
function undisputed([request, response]: Turn): Turn {
  const { connection, body, version } = response;
  const isBoth = /close/i.test(connection) && /keep-alive/i.test(connection);
  return [
    request,
    {
      ...response,
      connection: request.close || (version === '1.0' && isBoth) ? 'close' : connection,
      body: request.method === 'HEAD' && body.how === 'none' ? { ...body, how: 'length' } : body,
      untilClose: response.untilClose && request.method !== 'HEAD',
    },
  ];
}

/** Node waits for the body that a 205 has none of, as everybody does who follows RFC 9112 §6.3. */
it("Node's client reads the same messages and keeps the same connections", { timeout: patience }, async () => {
  const turns = fc.array(fc.tuple(sent, responses).map(undisputed), { minLength: 1, maxLength: 5 });
  let played = 0;
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 300 }), async (list, piece) => {
      played += 1;
      const wire = new Wire();
      const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), { createConnection: () => wire });
      const recorder = new Recorder(false, undefined, log, heads);
      const got: Got[] = [];
      for (const turn of list) {
        const before = wire.written.length;
        got.push(await exchange(agent, wire, turn, piece));
        recorder.say(CLIENT, Buffer.concat(wire.written.slice(before)));
        const answer = responseText(turn[1], turn[0].method);
        recorder.say(
          SERVER,
          answer,
          Array.from({ length: Math.floor(answer.length / piece) }, (_, index) => (index + 1) * piece),
        );
        if (!got.at(-1)!.kept) break;
      }
      agent.destroy();
      wire.destroy();
      recorder.end(SERVER, 'fin', { frame: 2, time: 0 });
      const exchanges = recorder.exchanges();
      expect(exchanges.length).toBe(got.length);
      for (const [index, { status, version, body, interim, kept }] of got.entries()) {
        const [{ method }, made] = list[index]!;
        const ours = exchanges[index]!;
        const { how } = bodyOf(made.body, made.version);
        expect(ours).toMatchObject({ method, target: '/x', status, version, informational: interim });
        expect(ours.responseBytes).toBe(responseText({ ...made, interim: [] }, method).length);
        expect(body).toBe(hasBody(made.status, method) ? (made.untilClose ? made.body.bytes : contentLength({ ...made.body, how })) : 0);
        expect(ours.persistence?.persistent, `exchange ${index}`).toBe(kept);
      }
      const notes = recorder.told.filter(({ what }) => what !== 'head' && what !== 'message');
      expect(notes).toEqual([]);
    }),
    runs(10_000),
  );
  // Nor was it stopped before the end.
  expect(played).toBeGreaterThanOrEqual(times(10_000));
});
