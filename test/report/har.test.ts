/** HAR 1.2 as its readers know it: every member that the format wants, times that add up, reuse told by -1. */

import { describe, expect, test } from 'vitest';
import { analyse, inspect } from '../../src/index.ts';
import { har } from '../../src/report/har.ts';
import { isHar } from './har-schema.ts';
import { empty, hostile, rendered, usual } from './stage.ts';

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

test('so it is for captures that were read, not only for traces made by hand', async () => {
  const trace = await inspect(new URL('../../samples/chromium-page.pcap', import.meta.url).pathname);
  const found = entries([...har.render(trace, analyse(trace))].join(''));
  const opened = found.filter(({ _reused }) => _reused === false);
  expect(opened.map(({ connection }) => connection)).toEqual(['0', '1', '2', '3', '4', '5']);
  for (const { timings } of opened) expect(timings.connect).toBeGreaterThan(39);
  expect(found.filter(({ timings, _reused }) => timings.connect === -1 && _reused === true)).toHaveLength(15);
});

test('no secret, but the names of what was asked', () => {
  expect(entries(rendered(har, usual()))[0]?.request.url).toMatch(/^http:\/\/shop\.example\/cart\?user=\*[0-9a-f]{4}&token=\*[0-9a-f]{4}$/);
});
