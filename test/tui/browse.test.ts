/** The screens as a user meets them: drawn on a fake terminal, walked through by keys. */

import { afterEach, describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import type { MadeUpConnection } from '../support/made-up-trace.ts';
import { play } from '../support/scenario.ts';
import { down, enter, esc, Stage, shop, snapshotOf } from './stage.ts';

let stage: Stage;

async function open(columns = 80, rows = 24, connections: readonly MadeUpConnection[] = shop): Promise<Stage> {
  stage = new Stage(snapshotOf(connections), columns, rows);
  await stage.shows(/quit|q|\d\/\d/);
  return stage;
}

afterEach(async () => {
  await stage.press('\x03');
  await stage.left;
  expect(stage.screen.foreign).toEqual([]);
  expect([...stage.screen.modes].sort()).toEqual(['?25', '?7']);
  expect(stage.keys.raw).toBe(false);
});

describe.each([
  [80, 24],
  [200, 50],
  [40, 10],
])('at %i x %i', (columns, rows) => {
  test('one walks from the origins down to a connection and back, and no line is too long', async () => {
    await open(columns, rows);
    expect(stage.screen.modes).toContain('?1049');
    await stage.shows('warmwire  web.pcap');
    await stage.shows('shop.example:80');
    await stage.shows('! avoidable');
    expect(stage.position).toBe('1/3');
    await stage.press(enter);
    await stage.shows('› shop.example:80');
    expect(stage.position).toBe('1/2');
    await stage.press(down, enter);
    await stage.shows('› #1');
    await stage.shows('set-up');
    await stage.press('\t', '\t');
    await stage.shows(/METHOD .*TARGET/);
    await stage.press(esc, esc);
    await stage.shows('ORIGIN');
    await stage.press('2');
    await stage.shows('VERDICT');
    expect(stage.position).toBe('1/5');
    await stage.press('?');
    await stage.shows('Connections: one line each');
    expect(stage.screen.widest).toBeLessThanOrEqual(columns);
    expect(stage.screen.lines[rows - 1]).toBe('');
    expect(stage.screen.lines[rows - 2]).toContain('close');
  });
});

test('the story of a connection that never came about tells how far it came', async () => {
  const trace = play(
    '```packets\n0 ms client SYN\n1 s client SYN at -1\n2 s client/2 SYN\n2005 ms server/2 SYN\n2009 ms client/2 SYN ACK at -1\n```',
  );
  stage = new Stage({ trace, analysis: analyse(trace), progress: { bytes: 500, totalBytes: 500, frames: 5, done: true } }, 120, 30);
  await stage.shows(/quit|q|\d\/\d/);
  await stage.press('2', enter);
  expect(await stage.shows('set-up')).toMatch(/set-up +SYN \(sent 2 times\), no answer +1\n/);
  await stage.press(esc, down, enter);
  expect(await stage.shows('set-up')).toMatch(/set-up +SYN, SYN of the server \(simultaneous open\) +3\n/);
});

test('the story has frames, requests, reuses, idle times and the close; query values are hidden', async () => {
  await open(120, 30);
  await stage.press('2', enter);
  const story = await stage.shows('server closes it (FIN)');
  expect(story).toMatch(/set-up +SYN, SYN-ACK \+40\.0 ms, ACK.* 40\.0 ms +1-3/);
  expect(story).toMatch(/1\.050000 +request +GET \/page\/0\?token=\*[0-9a-f]{4} → 200 +40\.0 ms/);
  expect(story).toMatch(/idle +no exchange in progress +960 ms/);
  expect(story).toMatch(/reuse +GET \/page\/1/);
  expect(story).toMatch(/next +connection 1, same origin: AVOIDABLE +40\.0 ms/);
  expect(story).not.toContain('secret');
  await stage.press('G', enter);
  await stage.shows('› #0 › #1');
  await stage.shows('! avoidable  connection 0 had served its last request 9.9 s before');
  await stage.press(esc, 't');
  await stage.shows('00:00:01.050000');
  await stage.press('t');
  await stage.shows('+0.960000');
});

test('sorting moves the rows, keeps the cursor on its connection and can be reversed', async () => {
  await open();
  await stage.press('2', 'G');
  await stage.shows('5/5');
  await stage.press('s', 's');
  await stage.shows('SERVER▲');
  expect(stage.position).toBe('3/5');
  await stage.press('r');
  await stage.shows('SERVER▼');
  expect(stage.position).toBe('4/5');
  expect(stage.screen.lines.slice(5, 10).map((line) => line.split(/ +/)[1])).toEqual(['0', '1', '2', '4', '3']);
  await stage.press('S', 'S', 'S');
  await stage.shows('DURATION▼');
});

test('a search goes round, says what it did not find, and hides nothing', async () => {
  await open();
  await stage.press('2', '/', 'A', 'P', 'I');
  await stage.shows('/API');
  await stage.press(enter);
  await stage.shows('3/5');
  await stage.press('n');
  await stage.shows('5/5');
  await stage.press('n');
  await stage.shows('3/5');
  await stage.press('N');
  await stage.shows('5/5');
  await stage.press('/', 'n', 'o', 'p', 'e', enter);
  await stage.shows('"nope" is in no row');
  await stage.press('/', 'x', '\x7f', '\x7f');
  await stage.shows('5/5');
});

test('25G goes to a line, though 2 alone opens a view', async () => {
  await open(
    80,
    24,
    Array.from({ length: 40 }, (_, i) => ({ at: i * 1e9, authority: `host${i}.example`, exchanges: [[i * 1e9 + 1e8, i * 1e9 + 2e8]] })),
  );
  await stage.press('25G');
  await stage.shows('25/40');
  await stage.shows('ORIGIN');
  await stage.press('2');
  await stage.shows('CLIENT');
  await stage.press('G');
  await stage.shows('40/40');
});

test('q goes back, and from the top quits', async () => {
  await open();
  await stage.press(enter, 'q');
  await stage.shows('ORIGIN');
  await stage.press('q');
  await stage.left;
});

test('the list grows under a cursor that stays on its connection', async () => {
  await open(80, 24, shop.slice(0, 3));
  await stage.press('2', 's', 's', 'G');
  const last = await stage.shows('3/3');
  const name = /\d+(?= 10\.0)/.exec(last.split('\n').findLast((line) => line.includes('10.0.0.1'))!)![0];
  stage.grow(snapshotOf(shop, false));
  await stage.shows('/5');
  await stage.shows('50 %');
  await stage.press(enter);
  await stage.shows(`› #${name}`);
  stage.grow(snapshotOf(shop));
  await stage.press(esc);
  await stage.shows(/frames[^%\n]*\n/);
});

test('hostile text is shown, never obeyed', async () => {
  const name = '\x1b[2Jevil\x07\u202e\u009b31m.example';
  await open(120, 24, [
    { at: 0, authority: name, exchanges: [{ start: 1e8, end: 2e8, target: '/\x1b]0;pwned\x07\x00' }] },
    { at: 1e9, authority: `${'e\u0301'.repeat(3)}\u0301\u0301\u0301\u0301\u0301日本.example`, exchanges: [[1.1e9, 1.2e9]] },
  ]);
  await stage.shows('\\x1b[2Jevil\\x07');
  await stage.press('2', enter);
  await stage.shows('\\x1b]0;pwned\\x07\\x00');
  await stage.press('\t', '/', '\x1b', 'q', '?');
  expect(stage.screen.widest).toBeLessThanOrEqual(120);
});

test('any size will do, also while it is shown', async () => {
  await open();
  for (const [columns, rows] of [
    [120, 40],
    [20, 5],
    [3, 2],
    [1, 1],
    [300, 10],
    [80, 24],
  ] as const) {
    stage.screen.widest = 0;
    stage.screen.resize(columns, rows);
    await stage.press('j');
    expect(stage.screen.widest).toBeLessThanOrEqual(columns);
  }
  await stage.shows('! avoidable');
});

test('where there is nothing, the screen says so', async () => {
  await open(80, 24, []);
  await stage.shows('there is no TCP connection in this capture');
  await stage.press('2', enter, 's', 'r', '/', 'x', enter, 'G', 'l', ' ', 'e', 'F', 'y', 'x', esc, '3', '+', '4', '5', '6', '\x1b[C', '2');
  await stage.shows('HANDSHAKE');
});

test('plain ASCII and no colour where the terminal has no more', async () => {
  stage = new Stage(snapshotOf([...shop, { at: 0, authority: 'b\u00fccher.example', exchanges: [[1e8, 2e8]] }]), 80, 24, {
    ascii: true,
    colors: 'mono',
  });
  await stage.press('2', 's', enter, '?');
  await stage.shows('close');
  await stage.press('?', '1');
  const text = await stage.shows('b?cher');
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
});

test('a long list is sorted and searched while keys are answered', async () => {
  const long = Array.from({ length: 6000 }, (_, i) => ({
    at: i * 1e6,
    handshake: ((i * 7919) % 6007) * 1e5,
    exchanges: [[i * 1e6 + 7e8, i * 1e6 + 8e8]] as const,
  }));
  await open(120, 24, long);
  await stage.press('2', 'S', 'S');
  await stage.shows('START▼');
  await stage.shows(/^ *5999 /m);
  await stage.press('s', 's', 's', '\x1b[B');
  await stage.shows('2/6,000');
  await stage.press('/', ...':41234', enter);
  await stage.shows('1,235/6,000');
  await stage.press('6');
  await stage.shows(/Handshakes +6,000 → [\d,]+ \(\d+ % fewer\)/);
  await stage.press('f', ...'conn.id < 5000', enter);
  await stage.shows('conns 5,000 of 6,000');
  await stage.shows(/Handshakes +5,000 →/);
  await stage.press('1');
  await stage.shows(/opens\/s .*max 1,?0\d\d/);
});

test('a failure of ours gives the terminal back and is not kept secret', async () => {
  const snapshot = snapshotOf(shop);
  const trace = { ...snapshot.trace, connection: () => fail(), view: () => fail() };
  const fail = (): never => {
    throw new Error('a bug of ours');
  };
  stage = new Stage({ ...snapshot, trace }, 80, 24);
  const left = stage.left.catch((error: Error) => error.message);
  await stage.press('2');
  expect(await left).toBe('a bug of ours');
  expect(stage.screen.modes).not.toContain('?1049');
  stage = new Stage(snapshot, 80, 24);
});
