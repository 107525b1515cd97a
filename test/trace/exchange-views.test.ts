/** Exchanges that are made one by one: the same as the records of all, in whatever order they are asked for. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeExchange } from '../../src/http/index.ts';
import { millisecond } from '../../src/time.ts';
import type { Trace } from '../../src/trace/index.ts';
import { conversation, get, OK, traceOf } from '../support/talk.ts';

const size = 700;

function longOf(requests: number): Trace {
  const talk = conversation().handshake(20 * millisecond);
  for (let i = 0; i < requests; i += 1) {
    talk.pause(((i * 7) % 30) * millisecond).send('client', get(`/${i}`));
    // Some wait for two answers at once.
    if (i % 5 > 0) talk.pause(millisecond).send('server', i % 5 === 1 && i > 1 ? OK + OK : OK);
  }
  return traceOf(talk.segments);
}

const trace = longOf(size);
const all = trace.exchanges(0);

test('each at its place, and by its number', () => {
  const ways = [fc.nat(size - 1), fc.boolean()] as const;
  fc.assert(
    fc.property(fc.array(fc.tuple(...ways), { maxLength: 40 }), (asked) => {
      const views = trace.exchangeViews(0);
      for (const [index, byNumber] of asked)
        expect(makeExchange((byNumber ? views.numbered(index) : views.at(index))!)).toEqual(all[index]);
    }),
    { numRuns: 30 },
  );
});

test('there is none elsewhere', () => {
  const views = trace.exchangeViews(0);
  expect(views.length).toBe(size);
  expect([views.at(size), views.at(-size - 1), views.numbered(size), views.numbered(-1)]).toEqual(Array(4).fill(undefined));
  expect(views.at(-1)?.target).toBe(`/${size - 1}`);
  expect(views.at(-size)?.target).toBe('/0');
  const empty = longOf(0).exchangeViews(0);
  expect([empty.length, empty.at(0), empty.at(-1), empty.numbered(0), [...empty]]).toEqual([0, undefined, undefined, undefined, []]);
});

test('one that satisfies a test is the first of them', () => {
  const views = trace.exchangeViews(0);
  expect(views.find(({ index }) => index > 300)?.index).toBe(301);
  expect(views.find(({ target }) => target === '/nowhere')).toBeUndefined();
});
