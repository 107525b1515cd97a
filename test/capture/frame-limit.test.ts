/** A limit of frames: the trace is that of a capture that ends there, however its bytes come. */

import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { formats } from '../../src/report/index.ts';
import type { InspectorOptions, Trace } from '../../src/trace/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { samples } from '../support/samples.ts';

const json = formats.find(({ name }) => name === 'json')!;

/** Without the options, which tell of the limit. */
const written = (trace: Trace): string => [...json.render(trace, analyse(trace))].join('').replace(/^"options":.*$/m, '');
const cuts = (size: number, length: number): number[] => Array.from({ length: Math.floor((length - 1) / size) }, (_, i) => (i + 1) * size);

describe.each(['nginx-idle-too-short.pcap', 'nginx-idle-fits.pcapng'])('%s', (name) => {
  const { bytes } = samples.find((sample) => sample.name === name)!;

  it.each([1, 2, 30, 58])('%i frames', (frameLimit) => {
    const limited = inspectBytes(bytes, [], { frameLimit });
    expect(limited.accounting.frames.seen).toBe(frameLimit);
    expect(limited.complete).toBe(true);
    const ends = limited.accounting.bytes.read;
    expect(ends).toBeLessThan(bytes.length);
    expect(written(limited)).toBe(written(inspectBytes(bytes.slice(0, ends))));
    for (const size of [1, 7, 1000]) expect(written(inspectBytes(bytes, cuts(size, bytes.length), { frameLimit }))).toBe(written(limited));
  });

  it('more than there are change nothing', () => {
    expect(written(inspectBytes(bytes, [], { frameLimit: 1000 }))).toBe(written(inspectBytes(bytes)));
  });
});

it('holds for the other reader, too', () => {
  const { bytes } = samples.find((sample) => sample.name === 'keep-alive-race.pcap')!;
  const read = (options: InspectorOptions, pieces: number[] = []): string =>
    written(inspectBytes(bytes, pieces, { frameLimit: 30, ...options }));
  expect(read({ reader: 'pcap-parser' })).toBe(read({}));
  expect(read({ reader: 'pcap-parser' }, cuts(100, bytes.length))).toBe(read({}));
});
