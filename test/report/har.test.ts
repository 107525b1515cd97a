/** HAR 1.2 as its readers know it: every member that the format wants, times that add up, reuse told by -1. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { har } from '../../src/report/har.ts';
import { empty, hostile, rendered, usual } from './stage.ts';

// http://www.softwareishard.com/blog/har-12-spec/: the members that it does not call optional, with its types.
const named = { type: 'object', required: ['name', 'value'], properties: { name: { type: 'string' }, value: { type: 'string' } } };
const time = { type: 'number', minimum: -1 };
const duration = { type: 'number', minimum: 0 };
const schema = {
  type: 'object',
  required: ['log'],
  properties: {
    log: {
      type: 'object',
      required: ['version', 'creator', 'entries'],
      properties: {
        version: { const: '1.2' },
        creator: { type: 'object', required: ['name', 'version'] },
        pages: { type: 'array' },
        entries: {
          type: 'array',
          items: {
            type: 'object',
            required: ['startedDateTime', 'time', 'request', 'response', 'cache', 'timings'],
            properties: {
              startedDateTime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$' },
              time: duration,
              request: {
                type: 'object',
                required: ['method', 'url', 'httpVersion', 'cookies', 'headers', 'queryString', 'headersSize', 'bodySize'],
                properties: {
                  method: { type: 'string', minLength: 1 },
                  url: { type: 'string', pattern: '^[a-zA-Z][a-zA-Z0-9+.-]*://' },
                  cookies: { type: 'array' },
                  headers: { type: 'array', items: named },
                  queryString: { type: 'array', items: named },
                  headersSize: { type: 'integer' },
                  bodySize: { type: 'integer' },
                },
              },
              response: {
                type: 'object',
                required: [
                  'status',
                  'statusText',
                  'httpVersion',
                  'cookies',
                  'headers',
                  'content',
                  'redirectURL',
                  'headersSize',
                  'bodySize',
                ],
                properties: {
                  status: { type: 'integer' },
                  statusText: { type: 'string' },
                  content: { type: 'object', required: ['size', 'mimeType'] },
                  headers: { type: 'array', items: named },
                  redirectURL: { type: 'string' },
                },
              },
              cache: { type: 'object' },
              timings: {
                type: 'object',
                required: ['send', 'wait', 'receive'],
                properties: { blocked: time, dns: time, connect: time, ssl: time, send: duration, wait: duration, receive: duration },
                additionalProperties: false,
              },
              serverIPAddress: { type: 'string' },
              connection: { type: 'string' },
            },
          },
        },
      },
    },
  },
};
const isHar = new Ajv2020().compile(schema);

interface Entry {
  readonly startedDateTime: string;
  readonly time: number;
  readonly timings: Readonly<Record<string, number>>;
  readonly request: { readonly url: string };
  readonly connection: string;
  readonly _reused?: boolean;
  readonly _target?: string;
}

function entries(text: string): readonly Entry[] {
  const archive = JSON.parse(text) as { log: { entries: Entry[] } };
  expect(isHar(archive), JSON.stringify(isHar.errors)).toBe(true);
  for (const [name] of archive.log.entries.flatMap((entry) => Object.entries(entry))) {
    const known = ['startedDateTime', 'time', 'request', 'response', 'cache', 'timings', 'serverIPAddress', 'connection'];
    expect(known.includes(name) || name.startsWith('_'), name).toBe(true);
  }
  return archive.log.entries;
}

describe('is valid', () => {
  test.each([
    ['usual', usual(), 8],
    ['hostile', hostile(), hostile().trace.columns.exchanges],
    ['empty', empty(), 0],
  ] as const)('%s', (_, stage, count) => {
    const found = entries(rendered(har, stage));
    expect(found).toHaveLength(count);
    for (const { request } of found) {
      expect(request.url).toMatch(/^[!-~]*$/);
      expect(request.url).not.toMatch(/[<>"`\\^{|}]/);
    }
  });
});

test('the phases of an entry add up to its time, ssl being part of connect', () => {
  for (const { time, timings } of entries(rendered(har, usual()))) {
    const { ssl: _, ...phases } = timings;
    expect(Object.values(phases).reduce((sum, each) => sum + Math.max(0, each), 0)).toBeCloseTo(time, 5);
  }
});

test('the first request of a connection has its set-up, the others have none', () => {
  const found = entries(rendered(har, usual()));
  const kept = found.filter(({ connection }) => connection === '1');
  expect(kept.map(({ timings, _reused }) => [timings.connect, timings.ssl, _reused])).toEqual([
    [40, -1, false],
    [-1, -1, true],
    [-1, -1, true],
  ]);
  expect(kept[0]?.startedDateTime).toBe('2024-01-01T00:00:01.000000Z');
  expect(kept[1]?.startedDateTime).toBe('2024-01-01T00:00:04.000000Z');
});

test('no secret, but the names of what was asked', () => {
  expect(entries(rendered(har, usual()))[0]?.request.url).toMatch(/^http:\/\/shop\.example\/cart\?user=\*[0-9a-f]{4}&token=\*[0-9a-f]{4}$/);
});
