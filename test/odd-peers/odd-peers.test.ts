/** Real programs in cases that are rare: the exchanges that were made, as recorded. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/trace/index.ts';
import { connectionsOf, impossible, unaccounted } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';

const here = import.meta.dirname;
const captures = readdirSync(here)
  .filter((file) => file.endsWith('.pcap'))
  .map((file) => file.replace('.pcap', ''));

function traceOf(name: string): Trace {
  const keys = join(here, `${name}.keys`);
  const bytes = new Uint8Array(readFileSync(join(here, `${name}.pcap`)));
  return inspectBytes(bytes, [], existsSync(keys) ? { keyLog: readFileSync(keys, 'latin1') } : {});
}

const header = 'capture;connection;protocol;method;target;status;interim;persistent;because;notes';

/** A line per exchange; of a connection without any, one. */
function told(name: string): string[] {
  const trace = traceOf(name);
  return connectionsOf(trace).flatMap(({ id, protocol, notes }) => {
    const exchanges = trace.exchanges(id);
    if (exchanges.length === 0) return [[name, id, protocol, ...new Array<string>(6).fill(''), notes.join(' ')].join(';')];
    return exchanges.map((each) => {
      const { method, target, status, informational, persistence, resetCode } = each;
      const answer = [status, resetCode].filter((part) => part !== undefined).join(' ');
      return [
        name,
        id,
        protocol,
        method,
        target,
        answer,
        informational,
        persistence?.persistent,
        persistence?.because,
        each.notes.join(' '),
      ].join(';');
    });
  });
}

const place = join(here, 'exchanges.csv');
if (process.env.UPDATE_GOLDEN) writeFileSync(place, `${[header, ...captures.flatMap(told)].join('\n')}\n`);
const recorded = readFileSync(place, 'utf8').trimEnd().split('\n').slice(1);

it('every record is of a capture that is there', () => {
  expect([...new Set(recorded.map((line) => line.split(';')[0]))]).toEqual(captures);
});

describe.each(captures)('%s', (name) => {
  it('is read as recorded, and its facts hold together', () => {
    expect(told(name)).toEqual(recorded.filter((line) => line.startsWith(`${name};`)));
    const trace = traceOf(name);
    expect([...unaccounted(trace.accounting), ...impossible(trace)]).toEqual([]);
  });
});
