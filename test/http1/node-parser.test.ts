/**
 * An attacker's messages, made of parts on which receivers differ, through Node's own parser and ours: both find the same messages, or
 * both find fault; what one of them alone faults is listed below with its reason. Nothing that Node refuses passes here without a note.
 *
 * 3,000 of each kind in every run; `LAW_RUNS=20 npx vitest run test/http1/node-parser.test.ts` tries 60,000.
 */

import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { ExchangeLog, HeadPool } from '../../src/http/index.ts';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { type Random, randomOf } from '../support/random.ts';
import { patience, times } from '../support/runs.ts';
import { type Outcome, outcome, shown } from './outcome.ts';
import { Recorder } from './recorder.ts';

/** Node's binding of llhttp, as far as it is used here. */
interface Parser {
  initialize(type: number, owner: object, headerLimit: number): void;
  execute(bytes: Buffer): number | (Error & { code: string });
  [callback: number]: () => number | undefined;
}
interface ParserClass {
  new (): Parser;
  readonly REQUEST: number;
  readonly RESPONSE: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}
const { HTTPParser } = createRequire(import.meta.url)('node:_http_common') as { HTTPParser: ParserClass };

function nodes(isRequest: boolean, bytes: Buffer): Outcome {
  const parser = new HTTPParser();
  parser.initialize(isRequest ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {}, 1 << 20);
  let heads = 0;
  let messages = 0;
  parser[HTTPParser.kOnHeaders] = () => undefined;
  parser[HTTPParser.kOnHeadersComplete] = () => {
    heads += 1;
    return 0;
  };
  parser[HTTPParser.kOnBody] = () => undefined;
  parser[HTTPParser.kOnMessageComplete] = () => {
    messages += 1;
    return undefined;
  };
  return { refused: parser.execute(bytes) instanceof Error, heads, messages };
}

/** Each of these; the first as often as the number says. */
type Parts = readonly [often: number, ...parts: readonly [string, ...string[]]];

const lineEnds: Parts = [60, '\r\n', '\n', '\r', '\r\r\n', '\n\r\n'];
const spaces: Parts = [60, ' ', '  ', '\t', ''];
const before: Parts = [40, '', '\r\n', '\n', '\r', ' '];
const methods: Parts = [30, 'GET', 'POST', 'POST', 'POST', 'HEAD', 'FOO', 'get', 'G', 'OPTIONS', 'QUERY', 'PUT\0', 'CONNECT', 'SOURCE'];
const targets: Parts = [
  30,
  '/',
  '/a?b=c',
  '*',
  'http://a/b',
  'a b',
  '/\x80',
  '/\0',
  '',
  '/a\tb',
  '//',
  'a:1',
  '?x',
  '/#f',
  '/\x7f',
  '/a"b',
  '*a',
];
const versions: Parts = [
  30,
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.0',
  'HTTP/0.9',
  'http/1.1',
  'HTTP/11',
  'HTTP/1.1 ',
  'HTTP/1.',
  'HTTP/3.0',
  'HTTP /1.1',
];
const names: Parts = [
  8,
  'Content-Length',
  ...Array<string>(8).fill('Transfer-Encoding'),
  ...Array<string>(4).fill('Connection'),
  ...[
    'Host',
    'X-A',
    'content-length ',
    ' Content-Length',
    'Content_Length',
    'Transfer-Encoding ',
    '',
    'X\0',
    'X\x80',
    'Content-Length\t',
    'X Y',
  ],
  ...['(x)', 'Upgrade', 'Keep-Alive', 'Proxy-Connection', 'Set-Cookie'],
];
const values: Parts = [
  20,
  '5',
  ...Array<string>(15).fill('chunked'),
  ...['0', '+5', '-1', '5, 5', '5,6', '0x5', '05', '', '5 5', '99999999999999999999', 'Chunked', 'chunked, chunked', 'gzip, chunked'],
  ...['chunked, gzip', 'xchunked', 'identity', '\x0bchunked', 'close', 'keep-alive', 'upgrade', 'a\r\n b', '\0', '\x80', 'a\tb', '  5  '],
  ...['5\t', 'chunked ', 'chunked,', ',chunked', 'chunked;a=b', 'a\rb', 'keep-alive, close', 'websocket'],
];
const colons: Parts = [40, ': ', ':', ':', ' : ', '', ':\t', ' '];
const bodies: Parts = [
  10,
  '',
  ...['hello', 'hello', '5\r\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n', '5;x\r\nhello\r\n0\r\n\r\n'],
  ...[
    '5\nhello\n0\n\n',
    'g\r\n',
    '-1\r\n',
    '0x5\r\nhello',
    '5 \r\nhello\r\n0\r\n\r\n',
    'ffffffffffffffff1\r\n',
    '0\r\nX: y\r\n\r\n',
    '0\r\n\r\n',
  ],
  ...[
    '5\r\nhelloX0\r\n\r\n',
    '5;x="a\\"b"\r\nhello\r\n0\r\n\r\n',
    '5\r\nhello\r\n\r\n',
    '5\r\n\r\nhel',
    '0\r\n X: folded\r\n\r\n',
    '0\r\nbad\r\n\r\n',
  ],
];
const statuses: Parts = [30, '200', '204', '304', '100', '101', '20', '2000', '200x', '', '999', '205', '408'];
const reasons: Parts = [20, ' OK', '', ' ', ' a\x80b', '\tOK'];

function made(isRequest: boolean, random: Random): string {
  const one = ([often, first, ...rest]: Parts): string => {
    const at = random(often + rest.length);
    return at < often ? first : rest[at - often]!;
  };
  const field = (): string => one(names) + one(colons) + one(values) + one(lineEnds);
  const message = (): string => {
    const line = isRequest
      ? one(before) + one(methods) + one(spaces) + one(targets) + one(spaces) + one(versions)
      : one(before) + one(versions) + one(spaces) + one(statuses) + one(reasons);
    return line + one(lineEnds) + Array.from({ length: random(5) }, field).join('') + one(lineEnds) + one(bodies);
  };
  // We judge a line when it is whole.
  return `${Array.from({ length: 1 + random(3) }, message).join('')}\r\n`;
}

type Reasons = readonly (readonly [reason: string, where: RegExp])[];

const noVersion = /^(GET|POST|HEAD|FOO|G|OPTIONS|QUERY|CONNECT|SOURCE) +[^ \r\n]* *\r?$/m;

const refusedByNodeOnly: Reasons = [
  ['TAB behind Content-Length; RFC 9110 §5.6.3 has it among the blanks', /^content-length[^\n]*5\t\r$/im],
  ['Proxy-Connection decides nothing, and Node closes by it', /^proxy-connection[^\n]*close/im],
  ['a line without a version is HTTP/0.9, which has no fields and one request', noVersion],
  ['equal lengths, one with leading zeros: the first note is of those', /^content-length[^\n]*05/im],
  ['an interim answer binds nobody, whatever its version is', /^HTTP\/(0\.9|1\.0) 10/m],
];

const refusedByUsOnly: Reasons = [
  ['an empty transfer coding: receivers differ about the last one', /^transfer-encoding[ \t:]*(,|$|\r|chunked,)/im],
  ['chunked belongs there once (RFC 9112 §6.1)', /^transfer-encoding[^\n]*chunked[\s\S]*chunked/im],
  ['a line without a version is HTTP/0.9, which had GET alone, and no fields', noVersion],
  ['a target in no form of RFC 9112 §3.2', /^[A-Z]+ +\*a/m],
  ['a CR without its LF', /\r\r/],
];

it.each([
  ['requests', true],
  ['responses', false],
])('%s', { timeout: patience }, (_, isRequest) => {
  const random = randomOf(Number(process.env.SEED ?? 11));
  const log = new ExchangeLog();
  const heads = new HeadPool(log.texts);
  const unexplained = new Map<string, string>();
  let same = 0;
  const runs = times(3000);
  for (let run = 0; run < runs; run += 1) {
    const text = made(isRequest, random);
    const bytes = Buffer.from(text, 'latin1');
    const theirs = nodes(isRequest, bytes);
    const recorder = new Recorder(false, undefined, log, heads);
    recorder.say(isRequest ? CLIENT : SERVER, bytes);
    const ours = outcome(recorder);
    const agree = theirs.refused === ours.refused && (ours.refused || shown(ours) === shown(theirs));
    if (agree) same += 1;
    const list = theirs.refused ? refusedByNodeOnly : refusedByUsOnly;
    if (agree || list.some(([, pattern]) => pattern.test(text))) continue;
    const first = recorder.told.find(({ side }) => side === undefined);
    const key = `Node ${shown(theirs)}, we ${shown(ours)} ${first?.what ?? ''} ${first?.detail ?? ''}`;
    const known = unexplained.get(key);
    if (known === undefined || known.length > JSON.stringify(text).length) unexplained.set(key, JSON.stringify(text));
  }
  expect([...unexplained]).toEqual([]);
  expect(same / runs).toBeGreaterThan(0.97);
});
