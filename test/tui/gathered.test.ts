/** What a list gathers beside the screen. */

import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Gathered } from '../../src/tui/gathered.ts';

function* counting(result: string, made: string[]): Generator<unknown, string, void> {
  yield;
  made.push(result);
  return result;
}

test('little is there at once; of much that of the snapshot before, until it is there', async () => {
  const made: string[] = [];
  const ready = vi.fn();
  const gathered = new Gathered(ready);
  const [first, second] = [{}, {}];
  const of = (from: object, text: string, isLittle = false) => gathered.of(from, 'story 1', isLittle, () => counting(text, made));
  expect(of(first, 'little', true)).toBe('little');
  expect(of(first, 'one')).toBeUndefined();
  await vi.waitFor(() => expect(ready).toHaveBeenCalled());
  expect(of(first, 'one again')).toBe('one');
  await vi.waitFor(() => {
    of(second, 'two');
    expect(made).toContain('two');
  });
  expect(of(second, 'two again')).toBe('two');
  expect(made).toEqual(['little', 'one', 'two']);
  gathered.stop();
});

test('the latest of each sort are kept', async () => {
  const gathered = new Gathered(() => {});
  const from = {};
  const known = (kind: string) => gathered.of(from, kind, false, () => counting(kind, []));
  for (const kind of ['bar 1', 'told 1', 'told 2', 'told 3', 'told 4', 'told 5']) await vi.waitFor(() => expect(known(kind)).toBe(kind));
  expect(['bar 1', 'told 2', 'told 5'].map(known)).toEqual(['bar 1', 'told 2', 'told 5']);
  expect(known('told 1')).toBeUndefined();
  gathered.stop();
  await pause(20);
});
