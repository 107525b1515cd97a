/** The commands that try settings, hold conditions and compare captures, as a user calls them. Runs the built program. */

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const short = 'samples/nginx-idle-too-short.pcap';
const fits = 'samples/nginx-idle-fits.pcapng';
const race = 'samples/keep-alive-race.pcap';

function warmwire(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [join('dist', 'cmd', 'main.js'), ...words], { cwd: root, encoding: 'utf8' });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

describe('simulate', () => {
  test('the answer comes first, then other limits', () => {
    const { status, out } = warmwire('simulate', short, '--idle-timeout', '4s');
    expect(status).toBe(0);
    expect(out.split('\n').slice(1, 3)).toEqual([
      '1 handshake instead of 8 (88% fewer) with an idle limit of 4 s: 286 ms of set-up saved.',
      'The price: at most 1 idle connection at once, 21 connection-seconds of idle time.',
    ]);
    expect(out).toMatch(/^ +2 s +8 +- +1 +14\.0 s$/m);
    expect(out).toMatch(/^ +4 s +1 +286 ms +1 +21\.1 s$/m);
  });

  test.each([
    [['--max-requests', '2'], { opens: 4, avoided: 4 }],
    [['--max-requests', '1'], { opens: 8, avoided: 0, saved_ms: 0 }],
    [['--pool-size', '0'], { opens: 8, idle_connections_peak: 0, idle_connection_seconds: 0 }],
    [['--idle-timeout', '2s'], { opens: 8, avoided: 0 }],
    [['--idle-timeout', 'inf'], { opens: 1, avoided: 7, settings: { idle_timeout_s: 'infinity', http2: false } }],
    [['-Y', 'conn.id == 0'], { opens_actual: 1, opens: 1 }],
  ])('%j', (words, wanted) => {
    const { out } = warmwire('simulate', short, '--json', ...words);
    expect(JSON.parse(out)).toMatchObject({ schema: 'warmwire/simulation/1', complete: true, opens_actual: 8, ...wanted });
  });

  test('its curve is that of the report where nothing but the idle limit is set', () => {
    const { curve } = JSON.parse(warmwire('simulate', race, '--json').out);
    const report = JSON.parse(warmwire('report', race, '--json').out);
    expect(curve.map((point: { opens: number }) => point.opens)).toEqual(
      report.totals.curve.map((point: { opens_lifo: number }) => point.opens_lifo),
    );
  });

  test.each([
    [['--max-requests', '0'], "--max-requests needs a whole number of at least 1, but '0' was given"],
    [['--pool-size', 'many'], "--pool-size needs a whole number of at least 0, but 'many' was given"],
    [['--idle-timeout', '5 parsecs'], '--idle-timeout needs a duration'],
  ])('%j is answered', (words, message) => {
    const { status, err } = warmwire('simulate', short, ...words);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

describe('check', () => {
  test('every condition is told, and the exit status is 1 where one does not hold', () => {
    const { status, out } = warmwire(
      'check',
      short,
      '--assert',
      'reuse_ratio >= 80%',
      '--assert',
      'wasted_ms<0.5s',
      '--assert',
      'openings.churn == 7',
    );
    expect(status).toBe(1);
    expect(out.split('\n')).toEqual([
      'FAIL  reuse_ratio >= 80%   0',
      'ok    wasted_ms < 0.5s     286.407',
      'ok    openings.churn == 7  7',
      '',
    ]);
  });

  test.each([
    ['reuse_ratio >= 0.875', 0],
    ['reuse_ratio > 0.875', 1],
    ['reuse_ratio <= 87.5%', 0],
    ['reuse_ratio < 87.5%', 1],
    ['reuse_ratio != 0.5', 0],
    ['avoidable == 0', 0],
    ['tcp_keep_alive_probes == 14', 0],
    ['idle_timeout_s == 1min', 2],
    ['setup_ms < 41ms', 0],
    ['setup_ms < 40ms', 1],
  ])('%s', (condition, status) => {
    expect(warmwire('check', fits, '--assert', condition).status).toBe(status);
  });

  test('a value that is not known satisfies nothing', () => {
    const { status, out } = warmwire('check', short, '-Y', 'conn.id == 99', '--assert', 'reuse_ratio >= 0', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({
      schema: 'warmwire/check/1',
      tool: 'warmwire',
      version: expect.any(String),
      holds: false,
      assertions: [{ assertion: 'reuse_ratio >= 0', holds: false }],
    });
  });

  test.each([
    [[], "check needs a condition, as in: --assert 'reuse_ratio >= 0.8'"],
    [['--assert', 'reuse_rati >= 1'], "no total is called 'reuse_rati'; did you mean 'reuse_ratio'?"],
    [['--assert', 'reuse_ratio => 1'], 'a name, one of >= <= == != > < and a number were expected'],
    [['--assert', 'reuses >= 1s'], "reuses has no unit 's': it is a plain number"],
    [['--assert', 'reuse_ratio >= 1s'], "reuse_ratio has no unit 's': it is a ratio"],
  ])('%j is answered before anything is read', (words, message) => {
    const { status, err } = warmwire('check', 'not-there.pcap', ...words);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

describe('diff', () => {
  test('origins that both have stand side by side', () => {
    const { status, out } = warmwire('diff', short, fits);
    expect(status).toBe(0);
    expect(out.split('\n').slice(2)).toEqual([
      'Avoidable TCP handshakes: 7 of 8 -> 0 of 1 (idle limit 60 s).',
      'Before: 286 ms of client waiting, 8 requests, 0% reused. After: no client waiting, 8 requests, 88% reused.',
      '',
      '  ORIGIN                   CONNS  REQUESTS     REUSED  AVOIDABLE       WASTED',
      '  http://shop.example:80  8 -> 1    8 -> 8  0% -> 88%     7 -> 0  286 ms -> 0',
      '',
    ]);
  });

  test('an origin that only one of them has is there without the other', () => {
    const { origins, before, after } = JSON.parse(warmwire('diff', short, race, '--json').out);
    expect(origins).toEqual([
      expect.objectContaining({ origin: 'http://shop.example:80', before: expect.objectContaining({ avoidable: 7 }) }),
      expect.objectContaining({ origin: 'http://shop.example:8080', after: expect.objectContaining({ avoidable: 6, requests: 12 }) }),
    ]);
    expect(origins[0].after ?? origins[1].before).toBeUndefined();
    expect(before).toMatchObject({ captures: ['nginx-idle-too-short.pcap'], connections: 8 });
    expect(after).toMatchObject({ captures: ['keep-alive-race.pcap'], connections: 7, races: 5 });
  });

  test.each([[[short]], [[short, fits, race]], [[]]])('%j are not two captures', (files) => {
    const { status, err } = warmwire('diff', ...files);
    expect(status).toBe(2);
    expect(err).toContain('diff needs two captures');
  });
});

describe('-t chooses how moments are shown', () => {
  test.each([
    ['a', /^ {2}05:29:51\.093 {2}server FIN/m, /^ +1 +05:29:49\.009 +40\.7 ms/m],
    ['r', /^ {2}2\.084 {2}server FIN/m, /^ +1 +3\.089 +40\.7 ms/m],
    ['d', /^ {2}\+2\.043 {2}server FIN/m, /^ +1 +\+3\.089 +40\.7 ms/m],
  ])('%s', (format, story, table) => {
    expect(warmwire('explain', short, '1', '-t', format).out).toMatch(story);
    expect(warmwire('report', short, '-t', format).out).toMatch(table);
  });

  test('of requests, too', () => {
    const { out } = warmwire('report', short, '--exchanges', '-t', 'd');
    expect(out).toMatch(/^ +# +N +LATER S/m);
    expect(out).toMatch(/^ +1 +0 +\+3\.08\d/m);
  });
});

describe('completion', () => {
  test('bash completes commands and the options of each', () => {
    const { out } = warmwire('completion', 'bash');
    const ask = (words: string): string =>
      `COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _warmwire; echo "\${COMPREPLY[*]}"`;
    const script = `${out}\n${ask('warmwire sim')}\n${ask('warmwire check --ass')}\n${ask('warmwire diff --max')}\n`;
    const done = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });
    expect(done.stderr).toBe('');
    expect(done.stdout).toBe('simulate\n--assert\n--max-uncompressed\n');
  });

  test.each(['zsh', 'fish'])('%s: every command is there', (shell) => {
    const { out } = warmwire('completion', shell);
    for (const command of ['report', 'explain', 'simulate', 'check', 'diff', 'schema']) expect(out).toContain(command);
    expect(out).toContain('assert');
  });

  test('another shell is named', () => {
    expect(warmwire('completion', 'tcsh')).toMatchObject({
      status: 2,
      err: expect.stringContaining("completions for bash, zsh, fish, none for 'tcsh'"),
    });
    expect(warmwire('completion')).toMatchObject({ status: 2, err: expect.stringContaining('warmwire completion bash') });
  });
});
