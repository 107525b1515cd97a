/** Requests that cannot be seen are unknown, not none. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fields, rowOf } from '../../src/analysis/fields.ts';
import { analyse } from '../../src/analysis/index.ts';
import { formats } from '../../src/report/index.ts';
import { inspectBytes } from '../support/inspect.ts';

const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../tls-peers', name));
const bytes = new Uint8Array(file('tls13-psk.pcap'));
const keyLog = file('tls13-psk.keys').toString('latin1');

const values = (options: { keyLog?: string }): unknown[] => {
  const trace = inspectBytes(bytes, [], options);
  const row = rowOf(trace, analyse(trace), 0);
  return ['requests', 'responses', 'reuses', 'requests_estimated'].map((name) =>
    fields.find((field) => field.name === name)?.value(row, trace),
  );
};

describe('TLS', () => {
  it('with keys: what was read', () => expect(values({ keyLog })).toEqual([1, 1, 0, undefined]));
  it('without: an estimate, and nothing that looks like a count', () => expect(values({})).toEqual([undefined, undefined, undefined, 1]));

  it('is told as about so many in the table', () => {
    const trace = inspectBytes(bytes);
    const text = [...formats.find(({ name }) => name === 'text')!.render(trace, analyse(trace))].join('');
    expect(text).toMatch(/^ {2}0 +0\.000 +[\d.]+ ms +~1 /m);
  });
});
