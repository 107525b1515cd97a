/** The screens in a real terminal emulator: recorded as text, resized, clicked, pasted into, and with every key on every screen. `UPDATE_GOLDEN=1` records anew. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { titles } from '../../src/tui/screens/titles.ts';
import { tabs, views } from '../../src/tui/store.ts';
import { samples } from '../support/samples.ts';
import { EmulatedScreen, seenOf } from './emulator.ts';
import { down, enter, esc, Stage, shop, snapshotOf } from './stage.ts';

const recorded = new URL('../golden/screens/', import.meta.url);
const isUpdated = process.env.UPDATE_GOLDEN === '1';

let stage: Stage;
let screen: EmulatedScreen;

afterEach(async () => {
  await stage.press('\x03');
  await stage.left;
  expect(stage.screen.foreign).toEqual([]);
  expect(stage.keys.raw).toBe(false);
  // The emulator takes what is written a little later.
  await expect.poll(() => screen.terminal.buffer.active.type).toBe('normal');
  expect(screen.terminal.modes).toMatchObject({ bracketedPasteMode: false, mouseTrackingMode: 'none', wraparoundMode: true });
});

const sampleNamed = (name: string): Uint8Array => samples.find((sample) => sample.name === name)!.bytes;

async function open(name: string, columns = 80, rows = 24): Promise<void> {
  const { seen, packets } = seenOf(name, sampleNamed(name));
  screen = new EmulatedScreen(columns, rows);
  stage = new Stage(seen, columns, rows, { screen, packets, fileName: name });
  await stage.shows('ORIGIN');
}

/** Both terminals agree. */
function shown(): string {
  expect(screen.shown).toBe(screen.text);
  return screen.text;
}

function isRecorded(name: string): void {
  const path = new URL(`${name}.txt`, recorded);
  const text = `${shown()}\n`;
  if (isUpdated) {
    mkdirSync(recorded, { recursive: true });
    writeFileSync(path, text);
  }
  expect(existsSync(path), `${path.pathname} is missing; UPDATE_GOLDEN=1 npm test records it`).toBe(true);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

describe.each(['nginx-idle-too-short.pcap', 'chromium-page.pcap'])('%s at 80 x 24', (name) => {
  test('views and tabs are the recorded ones', { timeout: 60_000 }, async () => {
    await open(name);
    const short = name.split('.')[0]!;
    for (const [index, view] of views.entries()) {
      // Digits in quick succession would be the number of a line.
      await stage.send(`${index + 1}`, 800);
      isRecorded(`${short}-${view}`);
    }
    await stage.send('2', 800);
    await stage.press(down, enter);
    for (const tab of tabs) {
      await stage.shows(titles[tab]);
      isRecorded(`${short}-${tab}`);
      await stage.send('\t', 200);
    }
    await stage.press('?');
    await stage.shows('Keys');
    isRecorded(`${short}-help`);
  });
});

test('every key on every screen leaves a whole screen', { timeout: 120_000 }, async () => {
  await open('nginx-idle-too-short.pcap', 100, 30);
  const keys = [...'jklhgGnNsSrcoeEfFtyYxwmK+=-_ ?:/'].concat([
    '\x1b[A',
    '\x1b[B',
    '\x1b[C',
    '\x1b[D',
    '\x1b[5~',
    '\x1b[6~',
    '\x06',
    '\x02',
    '\x04',
    '\x15',
    '\t',
    '\x1b[Z',
    '\x0c',
  ]);
  for (const view of ['1', '2', '3', '4', '5', '6']) {
    for (const key of keys) {
      await stage.send(esc, 45);
      await stage.send(esc, 45);
      await stage.send(view, 2);
      await stage.send(key, 2);
      await stage.send('a', 2);
    }
  }
  for (let tab = 0; tab < tabs.length; tab += 1) {
    for (const key of keys) {
      await stage.send(esc, 45);
      await stage.send('1', 2);
      await stage.send('2', 2);
      await stage.send(enter, 2);
      for (let i = 0; i < tab; i += 1) await stage.send('\t', 2);
      await stage.send(key, 2);
    }
  }
  await stage.press(esc, esc, esc, '1');
  await stage.shows('shop.example:80');
  shown();
});

test('resized to nothing and back, it shows what it showed', async () => {
  await open('nginx-idle-too-short.pcap', 200, 50);
  await stage.press('3', down, down);
  await stage.shows('3/8');
  const before = shown();
  for (const [columns, rows] of [
    [60, 15],
    [1, 1],
    [10, 2],
    [10_000, 3],
    [60, 15],
    [200, 50],
  ] as const) {
    screen.resize(columns, rows);
    await stage.press();
    await new Promise((done) => setTimeout(done, 80));
    expect(screen.widest).toBeLessThanOrEqual(10_000);
  }
  await expect.poll(() => screen.text, { timeout: 10_000 }).toBe(before);
  shown();
});

describe('the mouse', () => {
  const click = (column: number, line: number): string => `\x1b[<0;${column + 1};${line + 1}M\x1b[<0;${column + 1};${line + 1}m`;
  const at = (text: string): [number, number] => {
    const line = screen.lines.findIndex((each) => each.includes(text));
    return [screen.lines[line]!.indexOf(text), line];
  };

  test('views, rows, heads of columns, tabs and keys can be clicked; the wheel moves', async () => {
    await open('nginx-idle-too-short.pcap', 120, 30);
    expect(screen.terminal.modes.mouseTrackingMode).toBe('vt200');
    await stage.press(click(...at('2 Connections')));
    await stage.shows('VERDICT');
    await stage.press(click(...at('HANDSHAKE')));
    await stage.shows('HANDSHAKE▼');
    await stage.press(click(...at('HANDSHAKE')));
    await stage.shows('HANDSHAKE▲');
    await stage.press('\x1b[<65;5;5M');
    expect(stage.position).toBe('4/8');
    const row = screen.lines.findIndex((line) => /^ +5 /.test(line));
    await stage.press(click(10, row), click(10, row));
    await stage.shows('› #5');
    await stage.press(click(...at('Packets')));
    await stage.shows('FLAGS');
    await stage.press(click(...at('#5')));
    await stage.shows('VERDICT');
    await stage.press(click(...at('? help')));
    await stage.shows('Connections: one line each');
    await stage.press('q', 'm');
    await stage.shows('the mouse is the terminal');
    expect(screen.terminal.modes.mouseTrackingMode).toBe('none');
  });
});

test('a paste is text in a line, and nothing elsewhere', async () => {
  await open('nginx-idle-too-short.pcap');
  await stage.press('\x1b[200~q2:quit\r\x1b[201~');
  await stage.shows('ORIGIN');
  await stage.press('f', '\x1b[200~conn.avoidable\r && \x1b[31mtcp\x1b[201~');
  await stage.shows('conn.avoidable  &&');
  await stage.press('\x15', '\x1b[200~tcp.stream == 3\x1b[201~', '\r');
  await stage.shows('conns 1 of 8');
});

describe('the filter line', () => {
  test('says what is wrong while it is typed, completes, and narrows everything', async () => {
    await open('nginx-idle-too-short.pcap', 100, 24);
    await stage.press('f', ...'conn.avoidabel == true');
    await stage.shows(/\^ no field is called 'conn\.avoidabel'; did you mean conn\.avoidable\?/);
    await stage.press('\r');
    await stage.shows('did you mean');
    await stage.press('\x15', ...'conn.avoidab', '\t');
    await stage.shows('filter conn.avoidable');
    await stage.press(...' == false', '\r');
    await stage.shows('conns 1 of 8');
    await stage.press('2');
    await stage.shows('· first');
    expect(stage.position).toBe('1/1');
    await stage.press('f', '\x15', '\r');
    await stage.shows('conns 8 ·');
  });

  test('filters by the value under the cursor, and has a memory', async () => {
    await open('nginx-idle-too-short.pcap', 120, 24);
    await stage.press('2', 'j', 'l', 'F');
    await stage.shows('filter conn.id == 1');
    await stage.press('\r');
    await stage.shows('conns 1 of 8');
    await stage.press('f', '\x15', '\r', 'f', '\x1b[A');
    await stage.shows('filter conn.id == 1');
    await stage.press(esc);
  });
});

describe('commands', () => {
  test('goto, sort, columns, theme; mistakes are answered', async () => {
    await open('nginx-idle-too-short.pcap', 100, 24);
    await stage.press(':', ...'goto 5', '\r');
    await stage.shows('› #5');
    await stage.press(esc, '2', ':', ...'columns id,closed_by,frames_client', '\r');
    await stage.shows(/#▲ +CLOSED BY +C\.FRAMES/);
    await stage.press(':', ...'sort frames', '\r');
    await stage.shows('C.FRAMES▼');
    await stage.press(':', ...'columns', '\r', ':', ...'gto 5', '\r');
    await stage.shows("there is no command 'gto'; did you mean goto?");
    await stage.press(':', ...'goto 99', '\r');
    await stage.shows('there is no connection 99: they are 0 to 7');
    await stage.press(':', ...'export x.doc', '\r');
    await stage.shows('nothing can be exported here');
  });

  test('copies go to the clipboard, secrets masked', async () => {
    screen = new EmulatedScreen(100, 24);
    stage = new Stage(snapshotOf(shop), 100, 24, { screen });
    await stage.shows('ORIGIN');
    await stage.press('2', 'y');
    expect(screen.clipboard).toBe('tcp.stream eq 0');
    await stage.press('l', 'l', 'y');
    expect(screen.clipboard).toBe('10.0.0.1');
    await stage.press(':', ...'copy tuple', '\r');
    expect(screen.clipboard).toBe('10.0.0.1:40000 -> 10.0.0.2:80');
    await stage.press(':', ...'copy curl', '\r');
    expect(screen.clipboard).toMatch(/^curl 'http:\/\/shop\.example\/page\/0\?token=\*[0-9a-f]{4}'$/);
    await stage.press(' ', ' ', ':', ...'copy rows', '\r');
    expect(screen.clipboard).toBe('tcp.stream in {0, 1}');
  });
});

test('a key map of the user’s own', async () => {
  const { seen, packets } = seenOf('web', sampleNamed('nginx-idle-too-short.pcap'));
  screen = new EmulatedScreen(80, 24);
  stage = new Stage(seen, 80, 24, {
    screen,
    packets,
    keys: { sort: ['z'], 'what-if': ['W'] },
    columns: { connections: ['id', 'requests'] },
  });
  await stage.shows('ORIGIN');
  await stage.press('2', 'z');
  await stage.shows(/# +REQS▼/);
  await stage.press('s', 'W');
  await stage.shows('SETTING');
});
