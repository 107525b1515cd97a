/** What origins are called: told apart by their clients, and by what else they differ in, where they have the same name. */

import { expect, test } from 'vitest';
import type { Origin } from '../../src/analysis/index.ts';
import { originNames } from '../../src/report/names.ts';

const named = (...list: readonly Partial<Origin>[]): readonly string[] =>
  originNames(list.map((each) => ({ client: '10.0.0.1', server: '10.0.0.2', port: 80, authority: 'shop', tls: false, ...each }) as Origin));

test('names that differ stand alone', () => expect(named({}, { authority: 'api' })).toEqual(['shop:80', 'api:80']));

test('by their clients, all of them', () =>
  expect(named({}, { client: '10.0.0.9' }, { authority: 'api' })).toEqual([
    'shop:80 from 10.0.0.1',
    'shop:80 from 10.0.0.9',
    'api:80 from 10.0.0.1',
  ]));

test('of one client by their servers, by TLS, by a name that was not seen, and no others', () => {
  expect(named({}, { server: '10.0.0.3' }, { authority: 'api' })).toEqual(['shop:80 at 10.0.0.2', 'shop:80 at 10.0.0.3', 'api:80']);
  expect(named({}, { tls: true })).toEqual(['shop:80', 'shop:80 (TLS)']);
  expect(named({ authority: '10.0.0.2' }, { authority: undefined })).toEqual(['10.0.0.2:80', '10.0.0.2:80 (no name seen)']);
});
