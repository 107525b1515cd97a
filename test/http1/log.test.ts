/** The log of exchanges keeps in few words what most exchanges have; what few have comes back all the same. */

import { expect, it } from 'vitest';
import { ExchangeExtras, NONE } from '../../src/http/exchange-extras.ts';
import { ExchangeLog } from '../../src/http/index.ts';
import { SERVER } from '../../src/stream.ts';

it('tells bytes of messages beyond 4 GiB, and forgets those of an answer that was not the last', () => {
  const log = new ExchangeLog();
  const [small, large] = [log.add(0, -1), log.add(1, -1)];
  const most = 2 ** 32 - 2;
  log.requestProgress(small, 1, most);
  log.responseProgress(small, 2, most + 1);
  log.requestProgress(large, 1, 2 ** 31);
  log.responseProgress(large, 2, 2 ** 40);
  expect([log.requestBytes(small), log.responseBytes(small)]).toEqual([most, most + 1]);
  expect([log.requestBytes(large), log.responseBytes(large)]).toEqual([2 ** 31, 2 ** 40]);
  log.answersAgain(large);
  expect(log.responseBytes(large)).toBe(0);
});

it('keeps stream, Keep-Alive and reset of one exchange apart from each other, and from those of others', () => {
  const log = new ExchangeLog();
  const [plain, kept, upgraded, reset] = [log.add(0, -1), log.add(1, -1), log.add(2, -1), log.add(3, -1)];
  log.setKeepAlive(kept, 5, undefined);
  log.setKeepAlive(upgraded, 5, undefined);
  log.setStream(upgraded, 1);
  log.setStream(reset, 7);
  log.reset(reset, SERVER, 8);
  const of = (row: number): number[] => [log.stream(row), log.keepAliveTimeout(row), log.keepAliveMax(row)];
  expect([plain, kept, upgraded, reset].map(of)).toEqual([
    [0, -1, -1],
    [0, 5, -1],
    [1, 5, -1],
    [7, -1, -2 - 17],
  ]);
});

it('makes one row of what is alike, however much else came between', () => {
  const extras = new ExchangeExtras();
  expect(extras.word(9, NONE, NONE)).toBe(9);
  const word = extras.word(0, 5, 100);
  expect(extras.word(0, 5, 100)).toBe(word);
  const words = Array.from({ length: 200_000 }, (_, max) => extras.word(0, 60, max));
  expect(new Set(words).size).toBe(200_000);
  expect(words.every((each, max) => extras.timeout(each) === 60 && extras.max(each) === max && extras.stream(each) === 0)).toBe(true);
  expect([extras.timeout(word), extras.max(word)]).toEqual([5, 100]);
});

it('keeps a method that was first seen behind many hosts apart from them, and from the status', () => {
  const log = new ExchangeLog();
  for (let host = 0; host < 70_000; host += 1) log.texts.internText(`${host}.test`);
  const [first, second] = [log.add(0, -1), log.add(1, -1)];
  const method = log.texts.internText('DELETE');
  log.requestHead(first, 1, method, 11, 0);
  log.responseHead(first, 2, 999, 11, 0, 0);
  log.responseHead(second, 2, 100, 11, 0, 0);
  log.requestHead(second, 1, 2 ** 20, 11, 0);
  expect([log.texts.text(log.method(first)), log.status(first)]).toEqual(['DELETE', 999]);
  expect([log.method(second), log.status(second)]).toEqual([2 ** 20, 100]);
});
