/** The pictures of the main views, drawn from a sample: the ones in samples/pictures/ are current. `UPDATE_GOLDEN=1` draws them anew. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { samples } from '../support/samples.ts';
import { EmulatedScreen, seenOf } from './emulator.ts';
import { svgOf } from './picture.ts';
import { enter, Stage } from './stage.ts';

const folder = new URL('../../samples/pictures/', import.meta.url);
const isUpdated = process.env.UPDATE_GOLDEN === '1';

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.press('\x03');
  await stage?.left;
});

interface Picture {
  readonly name: string;
  readonly sample: string;
  readonly keys: readonly string[];
  /** What is seen when it is there. */
  readonly shows: string | RegExp;
}

const race = 'keep-alive-race.pcap';
const page = 'chromium-page.pcap';
const pictures: readonly Picture[] = [
  { name: 'origins', sample: race, keys: ['1'], shows: 'Set ' },
  { name: 'connections', sample: race, keys: ['2'], shows: 'VERDICT' },
  { name: 'waterfall', sample: page, keys: ['3'], shows: 'receive' },
  { name: 'requests', sample: page, keys: ['4'], shows: '21' },
  { name: 'findings', sample: race, keys: ['5'], shows: 'SAVES' },
  { name: 'what-if', sample: 'close-every-request.pcap', keys: ['6'], shows: 'HANDSHAKES NEEDED' },
  { name: 'story', sample: race, keys: ['2', enter], shows: /set-up .*SYN-ACK/ },
  { name: 'ladder', sample: race, keys: ['2', enter, '\t'], shows: /─ GET .*▶/ },
];

test.each(pictures)('$name of $sample', { timeout: 30_000 }, async ({ name, sample, keys, shows }) => {
  const { seen, packets } = seenOf(sample, samples.find((each) => each.name === sample)!.bytes);
  const screen = new EmulatedScreen(100, 24);
  stage = new Stage(seen, 100, 24, { screen, packets, fileName: sample });
  await stage.shows('ORIGIN');
  for (const key of keys) await stage.send(key, 700);
  await stage.shows(shows);
  const drawn = svgOf(screen.terminal, `${name} of ${sample}`);
  const path = new URL(`${name}.svg`, folder);
  if (isUpdated) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, drawn);
  }
  expect(existsSync(path), `${path.pathname} is missing; UPDATE_GOLDEN=1 npm test draws it`).toBe(true);
  expect(drawn).toBe(readFileSync(path, 'utf8'));
});
