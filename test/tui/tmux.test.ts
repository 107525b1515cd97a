/** The built program on a real terminal: walked through in tmux, which then must be as it was before. */

import { afterEach, describe, expect, test } from 'vitest';
import { missing, program, Shell, sample } from './shell.ts';

let shell: Shell;
afterEach(() => shell?.close());

async function start(columns: number, rows: number): Promise<string> {
  shell = new Shell(columns, rows);
  await shell.shows('ready$');
  const settings = await shell.settings('before');
  shell.run(`${process.execPath} ${program} ${sample}`);
  await shell.shows('shop.example:80');
  return settings;
}

async function expectRestored(before: string): Promise<void> {
  await shell.shows(/ready\$ $|ready\$\s*$/);
  expect(shell.modes).toBe('0 1 1 0 0');
  expect(shell.screen).toMatch(/^before written/m);
  expect(shell.screen).not.toContain('ORIGIN');
  expect(await shell.settings('after')).toBe(before);
}

describe.skipIf(missing !== '')(`in tmux${missing && ` (skipped: ${missing})`}`, () => {
  test.each([
    [80, 24],
    [200, 50],
  ])('at %i x %i: list, open, back, sort, search, quit', { timeout: 60_000 }, async (columns, rows) => {
    const before = await start(columns, rows);
    expect(shell.modes).toBe('1 0 0 1 0');
    await shell.shows('conns 8 · reqs 8 · reuse 0 % · avoidable 7');
    shell.keys('Enter');
    await shell.shows(/› shop\.example:80/);
    shell.keys('Down');
    await shell.shows('2/8');
    shell.keys('Enter');
    await shell.shows('› #1');
    await shell.shows('server closes it (FIN)');
    shell.keys('Tab');
    await shell.shows(/─ GET \/cart ─+▶/);
    shell.keys('Tab');
    await shell.shows(/METHOD +TARGET/);
    shell.keys('Escape');
    await shell.shows('2/8');
    shell.keys('s', 's', 's');
    await shell.shows(/(PROTO|REQS)[▲▼]/);
    shell.keys('r');
    await shell.shows('2/8');
    shell.keys('/');
    shell.run(':50274');
    await shell.shows('8/8');
    shell.keys('?');
    await shell.shows('next problem');
    shell.keys('q');
    await shell.shows('8/8');
    shell.keys('q');
    await shell.shows('ORIGIN');
    shell.keys('q');
    await expectRestored(before);
  });

  test('the terminal is taken when the first packet has come', { timeout: 60_000 }, async () => {
    shell = new Shell(80, 24);
    await shell.shows('ready$');
    shell.run(`(head -c 24 ${sample}; sleep 1; tail -c +25 ${sample}; sleep 60) | ${process.execPath} ${program} -`);
    await shell.shows('waiting for the first packet');
    expect(shell.modes).toBe('0 1 1 0 0');
    await shell.shows('conns 8 · reqs 8 · reuse 0 % · avoidable 7');
    expect(shell.screen).toMatch(/standard input/);
    shell.keys('q');
    await shell.shows('waiting for the first packet');
    shell.keys('C-c');
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)('%s gives the terminal back', { timeout: 60_000 }, async (signal) => {
    const before = await start(80, 24);
    process.kill(shell.program, signal);
    await expectRestored(before);
  });

  test('SIGTSTP from elsewhere gives the terminal back, too', { timeout: 60_000 }, async () => {
    await start(80, 24);
    process.kill(shell.program, 'SIGTSTP');
    await shell.shows(/Stopped|Suspended/);
    expect(shell.modes).toBe('0 1 1 0 0');
    shell.run('fg');
    await shell.shows('ORIGIN');
    process.kill(shell.program, 'SIGTSTP');
    await shell.shows(/Stopped|Suspended/);
    shell.run('fg');
    await shell.shows('ORIGIN');
    shell.keys('q');
    await shell.shows(/ready\$\s*$/);
    expect(shell.modes).toBe('0 1 1 0 0');
  });

  test('what came through a named pipe is kept, so that its packets can be shown', { timeout: 60_000 }, async () => {
    shell = new Shell(80, 24);
    await shell.shows('ready$');
    shell.run(`d=$(mktemp -d); mkfifo $d/p; (cat ${sample} > $d/p; rm -r $d) & ${process.execPath} ${program} $d/p`);
    await shell.shows('shop.example:80');
    shell.keys('Enter');
    await shell.shows('VERDICT');
    shell.keys('Enter');
    await shell.shows('set-up');
    shell.keys('Tab');
    await shell.shows(/─ GET \/cart ─+▶/);
    shell.keys('C-c');
    await shell.shows(/ready\$\s*$/);
  });

  test('^Z gives the terminal back, fg takes it again', { timeout: 60_000 }, async () => {
    const before = await start(80, 24);
    shell.keys('Enter');
    await shell.shows('1/8');
    shell.keys('C-z');
    await shell.shows(/Stopped|Suspended/);
    expect(shell.modes).toBe('0 1 1 0 0');
    shell.run('fg');
    await shell.shows('1/8');
    expect(shell.modes).toBe('1 0 0 1 0');
    shell.keys('C-c');
    await shell.shows(/ready\$\s*$/);
    expect(shell.modes).toBe('0 1 1 0 0');
    expect(await shell.settings('after')).toBe(before);
  });
});
