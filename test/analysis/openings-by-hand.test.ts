/** Openings and closes of real captures as a person read them from tshark's packet list, beside ours (`test/golden/openings-by-hand.csv`). */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { Inspector, type Trace } from '../../src/trace/index.ts';
import { shared } from '../support/shared.ts';

const table = new URL('../golden/openings-by-hand.csv', import.meta.url);
const captures = shared('captures/dev');
const names = ['capture', 'tcp_stream', 'opening', 'previous', 'reason', 'closed', 'frames', 'our_opening', 'our_previous', 'our_reason'];
const header = [...names, 'our_closed', 'our_frames', 'seen'].join(',');

/** The last column is a sentence in quotes. */
const rows = readFileSync(table, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [, plain = '', seen = ''] = /^(.*),"(.*)"$/.exec(line)!;
    const [capture = '', stream = '', ...rest] = plain.split(',');
    return { capture, stream: Number(stream), byHand: rest.slice(0, 4), frames: rest[4] ?? '', seen };
  });

function traceOf(name: string): Trace {
  const known = traces.get(name);
  if (known !== undefined) return known;
  const path = `${captures}/${name}`;
  const bytes = readFileSync(path);
  const keys = `${path}.keys`;
  const keyLog = existsSync(keys) ? { keyLog: readFileSync(keys, 'utf8') } : {};
  const inspector = new Inspector({ name, ...keyLog });
  inspector.push(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  inspector.end();
  const trace = inspector.trace();
  traces.set(name, trace);
  return trace;
}

/** Read once. */
const traces = new Map<string, Trace>();

const list = [...new Set(rows.map(({ capture }) => capture))];

describe.skipIf(!existsSync(captures))('openings as a person read them', () => {
  const ours = new Map<(typeof rows)[number], string[]>();
  it.each(list)('%s', (name) => {
    const trace = traceOf(name);
    const analysis = analyse(trace);
    const byStream = new Map<number, number>();
    for (let each = 0; each < trace.size; each += 1) byStream.set(trace.connection(each).tcpStream ?? each, each);
    const streamOf = (connection: number | undefined): string =>
      connection === undefined ? '' : String(trace.connection(connection).tcpStream ?? connection);
    const mine = rows.filter(({ capture }) => capture === name);
    for (const row of mine) {
      const { opening, previous, reason, close } = analysis.verdict(byStream.get(row.stream)!);
      ours.set(row, [opening ?? '', streamOf(previous), reason?.code ?? '', close?.code ?? '', (reason?.frames ?? []).join(' ')]);
    }
    expect(mine.map((row) => [row.stream, ...ours.get(row)!.slice(0, 4)])).toEqual(mine.map((row) => [row.stream, ...row.byHand]));
  });

  it('is what the table says', () => {
    const lines = rows.map((row) =>
      [row.capture, row.stream, ...row.byHand, row.frames, ...(ours.get(row) ?? []), `"${row.seen}"`].join(','),
    );
    const text = `${[header, ...lines].join('\n')}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(table, text);
    expect(readFileSync(table, 'utf8')).toBe(text);
  });

  it('covers every connection of fifteen captures with more than one to an origin', () => {
    const whole = list.filter((name) => {
      const trace = traceOf(name);
      const read = rows.filter(({ capture }) => capture === name).length;
      return read === trace.size && analyse(trace).origins.some(({ connections }) => connections.length > 1);
    });
    expect(whole.length).toBeGreaterThanOrEqual(15);
  });
});
