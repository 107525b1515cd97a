/** Several captures as one trace: the set says what its merge says, whatever the order, the cuts and the containers. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from '../../src/index.ts';
import { Intake, type Trace } from '../../src/trace/index.ts';
import { stories, tell } from '../support/arbitrary.ts';
import { jsonReport, unaccounted } from '../support/facts.ts';
import { framesIn } from '../support/frames.ts';
import { inspectBytes } from '../support/inspect.ts';
import { type Random, randomOf } from '../support/random.ts';
import { patience, runs } from '../support/runs.ts';
import { samples } from '../support/samples.ts';
import { framesOf, pcapngOf, pcapOf, type WireFrame } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'warmwire-several-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
}

let written = 0;
/** Writes the files into a folder of their own and gives their paths. */
function placed(files: readonly File[]): string[] {
  written += 1;
  return files.map(({ name, bytes }) => {
    const path = join(folder, `${written}-${name}`);
    writeFileSync(path, bytes);
    return path;
  });
}

/** The whole report without what belongs to a file: its own facts, frame numbers in it, Wireshark's number of the stream in it. */
function withoutFiles(trace: Trace): unknown {
  const report = JSON.parse(jsonReport(trace)) as Record<string, unknown>;
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([name]) => !/(^|_)frame$|^(file|tcp_stream|evidence_frames|frames|interface)$/.test(name));
    return Object.fromEntries(kept.map(([name, member]) => [name, strip(member)]));
  };
  const { captures: _, accounting, ...rest } = report;
  const { bytes: __, ...sums } = accounting as Record<string, unknown>;
  return { ...(strip(rest) as object), accounting: sums };
}

const rotated = samples.filter(({ name }) => name !== 'chromium-page.pcap');

describe.each(rotated.map((sample) => [sample.name, sample] as const))('%s in three files', (_name, { bytes }) => {
  const { frames, epoch, linkType } = framesIn(bytes);
  const file = { epoch, linkType };
  const third = Math.ceil(frames.length / 3);
  const parts = [frames.slice(0, third), frames.slice(third, 2 * third), frames.slice(2 * third)];
  const merged = inspectBytes(pcapOf(frames, file));
  const files = parts.map((part, i) => ({ name: `web_0000${i}.pcap`, bytes: pcapOf(part, file) }));

  it('is what it is in one, in whatever order the files are named', async () => {
    const paths = placed(files);
    const whole = await inspect(paths);
    expect(withoutFiles(whole)).toEqual(withoutFiles(merged));
    expect(unaccounted(whole.accounting)).toEqual([]);
    expect(whole.captures.map(({ frames: count }) => count)).toEqual(parts.map(({ length }) => length));
    expect(whole.accounting.bytes.read).toBe(files.reduce((sum, each) => sum + each.bytes.length, 0));
    for (const order of [paths.toReversed(), [paths[1]!, paths[2]!, paths[0]!]])
      expect(jsonReport(await inspect(order))).toBe(jsonReport(whole));
  });

  it('numbers frames within their files, and names the file', async () => {
    const whole = await inspect(placed(files));
    for (let c = 0; c < whole.size; c += 1) {
      const inOne = merged.connection(c);
      const inSet = whole.connection(c);
      expect(inSet.file * third + inSet.firstFrame).toBe(inOne.firstFrame);
      expect(inSet.tcpStream).toBeUndefined();
    }
  });

  it('is the same with overlapping times, and as pcapng', async () => {
    // Every other frame near a border goes to the file behind it, as two writers would have it.
    const overlapping = parts.map((part, i) => {
      const late = parts[i - 1]?.slice(-10).filter((_, at) => at % 2 === 0) ?? [];
      const kept = i < 2 ? part.filter((_, at) => at < part.length - 10 || (at - (part.length - 10)) % 2 === 1) : part;
      return [...late, ...kept];
    });
    const mixed = overlapping.map((part, i) => ({ name: `o${i}`, bytes: i === 1 ? pcapngOf(part, file) : pcapOf(part, file) }));
    const whole = await inspect(placed(mixed));
    expect(withoutFiles(whole)).toEqual(withoutFiles(merged));
    expect(whole.notes.map(({ code }) => code)).not.toContain('time-went-back');
  });
});

it('reading captures together is reading their merge', { timeout: patience }, async () => {
  await fc.assert(
    fc.asyncProperty(stories, fc.integer({ min: 2, max: 5 }), fc.integer(), async (list, count, seed) => {
      const random = randomOf(seed);
      const frames = distinct(framesOf(tell(list)));
      const files = dealt(frames, count, random).map((part, i) => ({ name: `${i}.pcap`, bytes: pcapOf(part) }));
      expect(withoutFiles(await inspect(placed(files)))).toEqual(withoutFiles(inspectBytes(pcapOf(frames))));
    }),
    runs(60),
  );
});

/** No two frames at one time: which of them comes first would depend on their files. */
const distinct = (frames: readonly WireFrame[]): WireFrame[] => {
  let last = -1;
  return frames.map((frame) => {
    last = Math.max(last + 1000, Math.round(frame.time / 1000) * 1000);
    return { ...frame, time: last };
  });
};

/** Deals frames to so many files, in runs or one by one; a file may stay empty. */
function dealt(frames: readonly WireFrame[], count: number, random: Random): WireFrame[][] {
  const files = Array.from({ length: count }, (): WireFrame[] => []);
  const sticky = random(3) + 1;
  let to = 0;
  for (const frame of frames) {
    if (random(sticky) === 0) to = random(count);
    files[to]!.push(frame);
  }
  return files;
}

it('the rotated sample, each file packed in another way, says what the whole capture says', async () => {
  const at = (name: string): string => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
  const set = await inspect(['rotated_00003.pcap.lz4', 'rotated_00001.pcap.gz', 'rotated_00002.pcap.zst'].map(at));
  const whole = await inspect(at('nginx-idle-fits.pcapng'));
  expect(withoutFiles(set)).toEqual(withoutFiles(whole));
  expect(set.captures.map(({ compression }) => compression)).toEqual(['gzip', 'zstd', 'lz4']);
});

describe('what cannot be read is left out and named', () => {
  const { frames, epoch, linkType } = framesIn(samples.find(({ name }) => name === 'close-every-request.pcap')!.bytes);
  const file = { epoch, linkType };
  const [first, second] = [frames.slice(0, 60), frames.slice(60)].map((part) => pcapOf(part, file));
  const picture = Buffer.from('ffd8ffe000104a4649460001010000000000000000000000000000', 'hex');

  it('a file that is no capture, one that is empty, and one that is not there', async () => {
    const [a, b, c, d] = placed([
      { name: 'a.pcap', bytes: first! },
      { name: 'b.pcap', bytes: picture },
      { name: 'c.pcap', bytes: new Uint8Array(0) },
      { name: 'd.pcap', bytes: second! },
    ]);
    const missing = join(folder, 'missing.pcap');
    const intake = await Intake.open([a!, b!, c!, missing, d!]);
    while (await intake.next());
    const trace = intake.inspector.trace();
    expect(intake.unread.map(({ path }) => path)).toEqual([b, c, missing]);
    expect(trace.complete).toBe(false);
    expect(trace.captures).toHaveLength(2);
    const note = trace.notes.find(({ code }) => code === 'unread-capture');
    expect(note).toMatchObject({ count: 3, detail: expect.stringMatching(/^\d+-b\.pcap is no capture: .* JPEG/) });
    expect(trace.size).toBe(12);
  });

  it('and where all are, that is a fault', async () => {
    await expect(
      inspect(
        placed([
          { name: 'x', bytes: picture },
          { name: 'y', bytes: picture },
        ]),
      ),
    ).rejects.toThrow(/JPEG/);
  });

  it('a file cut in a record costs that record alone', async () => {
    const whole = await inspect(
      placed([
        { name: 'a', bytes: first!.subarray(0, -5) },
        { name: 'b', bytes: second! },
      ]),
    );
    expect(whole.complete).toBe(false);
    expect(whole.captures.map(({ damagedAtOffset }) => damagedAtOffset !== undefined)).toEqual([true, false]);
    expect(whole.notes.find(({ code }) => code === 'cut-short')).toMatchObject({ capture: 0 });
    expect(whole.accounting.frames.seen).toBe(frames.length - 1);
    expect(unaccounted(whole.accounting)).toEqual([]);
  });

  it('a file without frames is one of the captures', async () => {
    const whole = await inspect(
      placed([
        { name: 'none', bytes: pcapOf([]) },
        { name: 'a', bytes: first! },
      ]),
    );
    expect(whole.complete).toBe(true);
    expect(whole.captures.map(({ name, frames: count }) => [name.replace(/^\d+-/, ''), count])).toEqual([
      ['a', 60],
      ['none', 0],
    ]);
  });
});
