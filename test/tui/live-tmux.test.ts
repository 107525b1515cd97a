/** A capture that is still being written, watched on a real terminal: it fills, waits, goes on in another file, ends. */

import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { framesIn } from '../support/frames.ts';
import { pcapOf } from '../support/wire.ts';
import { missing, program, Shell, sample } from './shell.ts';

const bytes = missing === '' ? readFileSync(sample) : new Uint8Array(24);
const { frames, ...file } = framesIn(bytes);

/** Eight connections one after the other; of the file's frames those from `from` to `to`, without the file's header. */
const records = (from: number, to?: number): Uint8Array => pcapOf(frames.slice(from, to), file).subarray(24);

let shell: Shell;
afterEach(() => shell?.close());

async function following(path: string): Promise<string> {
  shell = new Shell(80, 24);
  await shell.shows('ready$');
  const before = await shell.settings('before');
  const capture = join(shell.folder, path);
  writeFileSync(capture, pcapOf(frames.slice(0, 30), file));
  shell.run(`${process.execPath} ${program} --follow ${capture}`);
  await shell.shows('shop.example:80');
  return before;
}

async function expectRestored(before: string): Promise<void> {
  await shell.shows(/ready\$\s*$/);
  expect(shell.modes).toBe('0 1 1 0 0');
  expect(await shell.settings('after')).toBe(before);
}

describe.skipIf(missing !== '')(`in tmux${missing && ` (skipped: ${missing})`}`, () => {
  test('a file that grows: the list fills, the last row stays the last, a pause holds it', { timeout: 60_000 }, async () => {
    const before = await following('live.pcap');
    const capture = join(shell.folder, 'live.pcap');
    await shell.shows(/ 30 frames .* reading/);
    shell.keys('2');
    await shell.shows(/VERDICT/);
    await shell.shows('1/3');
    shell.keys('G');
    await shell.shows('3/3');
    appendFileSync(capture, records(30, 60));
    await shell.shows(/ 60 frames/);
    await shell.shows(/opens\/s .*[▁-█]/);
    await shell.shows('5/5');
    shell.keys('p');
    await shell.shows('paused');
    appendFileSync(capture, records(60, 80));
    await new Promise((done) => setTimeout(done, 1500));
    expect(shell.screen).toContain('5/5');
    expect(shell.screen).toMatch(/ 60 frames/);
    shell.keys('p');
    await shell.shows('7/7');
    shell.keys('k');
    await shell.shows('6/7');
    appendFileSync(capture, records(80));
    await shell.shows('6/8');
    expect(shell.screen).not.toContain('paused');
    shell.keys('q');
    await expectRestored(before);
  });

  test('sorted and filtered while it grows', { timeout: 60_000 }, async () => {
    await following('live.pcap');
    const capture = join(shell.folder, 'live.pcap');
    shell.keys('2');
    await shell.shows('VERDICT');
    shell.run(':sort id desc');
    await shell.shows(/#▼/);
    shell.keys('g');
    appendFileSync(capture, records(30));
    await shell.shows('1/8');
    await shell.shows(/#▼.*\n +7 /);
    shell.keys('f');
    shell.run('conn.id >= 5');
    await shell.shows('conns 3');
    expect(shell.screen).toContain('1/3');
    shell.keys('C-c');
    await shell.shows(/ready\$\s*$/);
  });

  test('a file that is replaced, then emptied: it goes on, and packets that are gone are said to be', { timeout: 60_000 }, async () => {
    const before = await following('live.pcap');
    const capture = join(shell.folder, 'live.pcap');
    renameSync(capture, `${capture}.1`);
    writeFileSync(capture, pcapOf(frames.slice(30, 60), file));
    await shell.shows(/ 60 frames/);
    writeFileSync(capture, '');
    await new Promise((done) => setTimeout(done, 500));
    writeFileSync(capture, pcapOf(frames.slice(60), file));
    await shell.shows(/ 94 frames/);
    await shell.shows('conns 8');
    shell.keys('2');
    await shell.shows('1/8');
    shell.keys('G', 'Enter');
    await shell.shows('› #7');
    shell.keys('Tab');
    await shell.shows('the file holds other packets now');
    shell.keys('C-c');
    await expectRestored(before);
  });

  test('a pipe whose writer ends, and sets the terminal as it was: keys still come one by one', { timeout: 60_000 }, async () => {
    shell = new Shell(80, 24);
    await shell.shows('ready$');
    const before = await shell.settings('before');
    const [cooked, begin, end] = ['cooked', 'begin.pcap', 'end'].map((name) => join(shell.folder, name));
    writeFileSync(begin!, pcapOf(frames.slice(0, 40), file));
    writeFileSync(end!, records(40));
    shell.run(
      `(stty -g < /dev/tty > ${cooked}; cat ${begin}; sleep 3; cat ${end}; stty $(cat ${cooked}) < /dev/tty) | ${process.execPath} ${program} -`,
    );
    await shell.shows(/ 40 frames .* reading/);
    shell.keys('2');
    await shell.shows(/1\/[34]/);
    await shell.shows(/ 94 frames/);
    await shell.shows('1/8');
    expect(shell.screen).not.toContain('reading');
    await new Promise((done) => setTimeout(done, 2000));
    shell.keys('G');
    await shell.shows('8/8');
    shell.keys('Enter');
    await shell.shows('› #7');
    shell.keys('Tab');
    await shell.shows(/─ GET \/\S* ─+▶/);
    shell.keys('C-c');
    await expectRestored(before);
  });
});
