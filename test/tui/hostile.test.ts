/** Hostile captures (bombs.py), browsed: nothing of a capture reaches the terminal that a terminal would act on. Skipped where the shared folder is absent. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tabs, views } from '../../src/tui/store.ts';
import { shared } from '../support/shared.ts';
import { EmulatedScreen, seenOf } from './emulator.ts';
import { enter, esc, Stage } from './stage.ts';
import { Table, textsOf } from './table.ts';

const script = shared('tools/bombs.py');
const isThere = existsSync(script);
const folder = mkdtempSync(join(tmpdir(), 'warmwire-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Controls, and what turns the direction of a text or joins and hides characters. */
const harmful = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
/** More than the screens need to be tried with: these are tried by test/laws/bombs.test.ts. */
const largest = 4 << 20;

function bombs(): string[] {
  if (!isThere) return [];
  execFileSync('python3', [script, folder, '--scale', '0.01'], { stdio: 'ignore' });
  const all = JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) as Record<string, { file: string }>;
  return Object.values(all)
    .map(({ file }) => file)
    .filter((file) => /\.pcap(ng)?$/.test(file) && readFileSync(join(folder, file)).length <= largest);
}

const all = bombs();
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));

it.skipIf(isThere)('bombs.py is absent', (context) => context.skip());

describe.skipIf(!isThere)('every text of every screen is harmless', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(all)('%s', { timeout: 60_000 }, async (file) => {
    let table: Table;
    try {
      table = new Table(file, read(file));
    } catch (fault) {
      // What is no capture is never shown on a screen.
      expect((fault as Error).name).toBe('CaptureFault');
      return;
    }
    const check = (): void => {
      for (const text of textsOf(table.view)) if (harmful.test(text)) expect.fail(`${JSON.stringify(text)} would reach the terminal`);
    };
    for (let view = 1; view <= views.length; view += 1) {
      await table.press(String(view), 'Down');
      check();
    }
    await table.press('2', 'Enter');
    for (const _ of tabs) {
      check();
      await table.press('r', 'Down');
      check();
      await table.press('Tab');
    }
    await table.press('y');
    check();
    table.close();
    for (const asked of table.asked) expect(asked).not.toMatch(harmful);
  });
});

/** Those with texts for terminals, drawn on a real one: what is in them is shown, and nothing else happens. */
const telling = ['terminal_escape', 'bidi_wide', 'nul_bytes', 'tls_sni_hostile', 'secrets', 'path_traversal'];

describe.skipIf(!isThere)('on a terminal', () => {
  it.each(all.filter((file) => telling.some((name) => file.startsWith(`${name}.`))))('%s', { timeout: 60_000 }, async (file) => {
    const { seen, packets } = seenOf(file, read(file));
    const screen = new EmulatedScreen(120, 40);
    const stage = new Stage(seen, 120, 40, { screen, packets, fileName: '\x1b[2J-rf\n\x9b31m' });
    await stage.shows('\\x1b[2J-rf\\x0a\\x9b31m');
    for (const key of ['1', '2', enter, '\t', '\t', '\t', '\t', '\t', esc, '3', '4', '5', '6']) {
      await stage.press(key);
      expect(screen.terminal.buffer.active.type).toBe('alternate');
      expect(screen.terminal.modes).toMatchObject({ insertMode: false, originMode: false, wraparoundMode: false });
    }
    expect(screen.shown).not.toMatch(/SECRET\d|hunter2/);
    await stage.press('\x03');
    await stage.left;
    expect(screen.foreign).toEqual([]);
    await expect.poll(() => screen.terminal.buffer.active.type).toBe('normal');
  });
});
