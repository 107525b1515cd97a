/** What the command line answers: results, errors that teach, exit statuses. Runs the built program. */

import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesIn } from '../support/frames.ts';
import { pcapOf } from '../support/wire.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(root, 'dist', 'cmd', 'main.js');
const sample = join(root, 'samples', 'nginx-idle-too-short.pcap');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  copyFileSync(sample, join(folder, 'web.pcap'));
  writeFileSync(join(folder, 'cut.pcap'), readFileSync(sample).subarray(0, 5000));
  writeFileSync(join(folder, 'empty.pcap'), '');
  writeFileSync(join(folder, 'text.pcapng'), Buffer.from('0d0a0d0d0d0a1c0000004d3c2b1a01000000', 'hex'));
  writeFileSync(join(folder, 'order.pcapng'), Buffer.from('0a0d0d0a1c0000000102030401000000ffffffffffffffff1c000000', 'hex'));
  writeFileSync(join(folder, 'empty.pcap.gz'), gzipSync(''));
  writeFileSync(join(folder, 'cut.pcap.gz'), gzipSync('').subarray(0, 8));
  writeFileSync(join(folder, 'damaged.pcap.gz'), Buffer.concat([gzipSync(readFileSync(sample)).subarray(0, -8), Buffer.alloc(8)]));
  writeFileSync(join(folder, 'photo.jpg'), Buffer.from('ffd8ffe000104a464946000101', 'hex'));
  writeFileSync(join(folder, 'no-tcp.pcap'), udpCapture(1));
  writeFileSync(join(folder, 'odd-link.pcap'), udpCapture(230));
  writeFileSync(
    join(folder, 'timers.json'),
    JSON.stringify([{ id: 'ours', software: 'our client', role: 'tcp_keep_alive_idle', value: 1.3, source: 'x' }]),
  );
  writeFileSync(join(folder, 'bad-timers.json'), '[{"id": "ours", "role": "idle"}]');
  mkdirSync(join(folder, 'nothing'));
  mkdirSync(join(folder, 'two'));
  mkdirSync(join(folder, 'one'));
  for (const place of ['two/a.pcap', 'two/b.pcapng', 'one/a.cap']) copyFileSync(sample, join(folder, place));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function warmwire(
  words: readonly string[],
  { input = '', env = {} }: { readonly input?: string | Buffer; readonly env?: Record<string, string> } = {},
): Answer {
  const done = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

/** One UDP packet in a classic capture of this link type. */
function udpCapture(linkType: number): Buffer {
  const header = Buffer.from(`d4c3b2a1020004000000000000000000ffff0000${linkType.toString(16).padStart(2, '0')}000000`, 'hex');
  const packet = '020000000002020000000001' + '0800' + '4500001d000100004011000001020304050607080035003500090000' + '41';
  const bytes = Buffer.from(packet, 'hex');
  const record = Buffer.alloc(16);
  record.writeUInt32LE(1_700_000_000, 0);
  record.writeUInt32LE(bytes.length, 8);
  record.writeUInt32LE(bytes.length, 12);
  return Buffer.concat([header, record, bytes]);
}

describe('what cannot be done is said in one line, with its exit status', () => {
  test.each([
    ['no file', [], 2, 'no capture file is named'],
    ['no file for a report', ['report'], 2, "try 'warmwire demo'"],
    ['a missing file', ['report', 'nothere.pcap'], 3, 'nothere.pcap cannot be read: no such file'],
    ['a mistyped command', ['repot', 'web.pcap'], 2, "did you mean 'warmwire report'?"],
    ['a directory without captures', ['report', 'nothing'], 3, 'nothing is a directory without captures'],
    ['a pattern that nothing matches', ['report', 'three/*.pcap'], 3, "no file matches 'three/*.pcap'"],
    ['two files that are no captures', ['report', 'photo.jpg', 'empty.pcap'], 3, '(and none of the other 1 capture can be read)'],
    ['standard input twice', ['report', '-', '-r', '-'], 2, 'standard input (-) can be read once only'],
    ['an empty file', ['report', 'empty.pcap'], 3, 'empty'],
    ['a picture', ['report', 'photo.jpg'], 3, 'JPEG'],
    ['pcapng sent as text', ['report', 'text.pcapng'], 3, 'whose line ends were changed on the way'],
    ['pcapng without its byte order', ['report', 'order.pcapng'], 3, 'bytes 8 to 11 are 01 02 03 04, no byte-order magic'],
    ['a packed file that is cut at once', ['report', 'cut.pcap.gz'], 3, 'nothing could be unpacked (gzip: cut header'],
    ['an empty one', ['report', 'empty.pcap.gz'], 3, 'is empty: gzip of 0 bytes'],
    ['an unknown option', ['report', 'web.pcap', '--colums', 'id'], 2, 'did you mean --columns?'],
    ['an unknown column', ['report', 'web.pcap', '--columns', 'id,requsts'], 2, "did you mean 'requests'?"],
    ["a request's column", ['report', 'web.pcap', '--columns', 'target'], 2, 'add --exchanges'],
    ['an unknown format', ['report', 'web.pcap', '-T', 'jsn'], 2, "did you mean 'json'?"],
    ['an ending without a format', ['report', 'web.pcap', '-w', 'out.xyz'], 2, 'names no format'],
    ['no duration', ['report', 'web.pcap', '--idle-timeout', 'long'], 2, "'long' was given"],
    ['no pool key', ['report', 'web.pcap', '--pool-key', 'name'], 2, 'authority, host, ip'],
    ['timers that are not there', ['report', 'web.pcap', '--timers', 'nothere.json'], 3, 'the timers nothere.json cannot be read'],
    ['timers that are none', ['report', 'web.pcap', '--timers', 'photo.jpg'], 2, '--timers photo.jpg is not JSON'],
    ['a timer without a name', ['report', 'web.pcap', '--timers', 'bad-timers.json'], 2, "timer 1 ('ours'): software must be a text"],
    ['-o for a file', ['report', 'web.pcap', '-o', 'out.json'], 2, 'did you mean -w out.json?'],
    ['no size', ['report', 'web.pcap', '--max-uncompressed', 'lots'], 2, "'lots' was given"],
    ['-i', ['report', '-i', 'eth0'], 2, 'dumpcap -i eth0 -w - | warmwire -'],
    ['explain without a number', ['explain', 'web.pcap'], 2, 'warmwire explain web.pcap 17'],
    ['explain of a connection that is not', ['explain', 'web.pcap', '99'], 2, 'connections 0 to 7'],
    ['a folder that is not', ['report', 'web.pcap', '-w', 'no/where.json'], 5, 'its folder does not exist'],
    ['a directory as output', ['report', 'web.pcap', '-T', 'json', '-w', 'nothing'], 5, 'it is a directory'],
    ['the input as output', ['report', 'web.pcap', '-T', 'json', '-w', 'web.pcap', '--force'], 5, 'it is the capture that is read'],
  ])('%s', (_, words, status, said) => {
    const answer = warmwire(words);
    expect(answer).toMatchObject({ status, out: '' });
    expect(answer.err).toContain(said);
    expect(answer.err).toMatch(/^warmwire: [^\n]*\n$/);
  });

  test('hostile names are shown escaped', () => {
    const { err, status } = warmwire(['report', 'a\x1b[31mb\n.pcap']);
    expect(status).toBe(3);
    expect(err).toContain('a\\x1b[31mb');
    expect(err.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
  });
});

describe('several captures are one trace', () => {
  const set = ['set/web1.pcap', 'set/web2.pcap', 'set/web3'];
  const report = (...words: string[]): Record<string, unknown> & { captures: { name: string }[] } => {
    const { status, out, err } = warmwire(['report', '--json', ...words]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return JSON.parse(out);
  };
  beforeAll(() => {
    mkdirSync(join(folder, 'set'));
    const { frames, ...file } = framesIn(readFileSync(sample));
    for (const [i, name] of set.entries())
      writeFileSync(join(folder, name), pcapOf(frames.slice(i * 30, i === 2 ? undefined : i * 30 + 30), file));
    writeFileSync(join(folder, 'set', 'notes.txt'), 'no capture');
  });

  test('named as arguments, with -r, as a directory, as a pattern: the same', () => {
    const { captures, totals, connections } = report(...set);
    expect(captures.map(({ name }) => name)).toEqual(['web1.pcap', 'web2.pcap', 'web3']);
    expect(totals).toEqual(report('web.pcap').totals);
    const same = { captures, totals, connections };
    expect(report('-r', set[2]!, set[0]!, '-r', set[1]!)).toMatchObject(same);
    expect(report('set')).toMatchObject(same);
    expect(report('s[a-e]t/web*')).toMatchObject(same);
    expect(report('set/web?.pcap', '*/web3')).toMatchObject(same);
  });

  test('the file of a first frame is a column, and the text report names what was read', () => {
    const rows = warmwire(['report', 'set', '-T', 'csv', '--columns', 'id,file,first_frame,tcp_stream']).out.trim().split('\n');
    expect(rows.slice(0, 2)).toEqual(['id,file,first_frame,tcp_stream', '0,0,1,']);
    expect(new Set(rows.slice(1).map((row) => row.split(',')[1]))).toEqual(new Set(['0', '1', '2']));
    const text = warmwire(['report', 'set']).out.split('\n');
    expect(text[0]).toMatch(/^web1\.pcap {2}.* 30 frames/);
    expect(text[3]).toBe('3 captures  11.1 kB  94 frames  21.7 s');
    expect(text.slice(4, 20)).toEqual(warmwire(['report', 'web.pcap']).out.split('\n').slice(1, 17));
  });

  test('explain tells a connection that spans them', () => {
    const { out, status } = warmwire(['explain', ...set, '2']);
    expect(status).toBe(0);
    expect(out).toContain('from frame 25 of web1.pcap to web2.pcap; frames are numbered in each file');
    expect(warmwire(['explain', ...set, '0']).out).toContain('frames 1-12 of web1.pcap');
  });

  test('one that cannot be read is named, and the rest is read', () => {
    const { status, out, err } = warmwire(['report', '--json', ...set, 'photo.jpg', 'nothere.pcap']);
    expect(status).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ complete: false, totals: report('web.pcap').totals });
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^warmwire: photo\.jpg is no capture: .*; the report is of what could be read$/),
      expect.stringMatching(/^warmwire: nothere\.pcap cannot be read: no such file; the report is of what could be read$/),
      '',
    ]);
  });

  test('where only one can be read, nothing is said of it', () => {
    const { status, err } = warmwire(['report', 'nothere.pcap', 'web.pcap']);
    expect(status).toBe(4);
    expect(err).toBe('warmwire: nothere.pcap cannot be read: no such file; the report is of what could be read\n');
  });

  test('one that is damaged is named', () => {
    const { status, err } = warmwire(['report', 'cut.pcap', 'no-tcp.pcap']);
    expect(status).toBe(4);
    expect(err).toMatch(/^warmwire: cut\.pcap is not complete: .*287 of 5,\d+ bytes were not used/);
  });

  test('one that is named twice is read once', () => {
    const { out, err, status } = warmwire(['report', '--json', 'web.pcap', './web.pcap']);
    expect({ status, captures: JSON.parse(out).captures.length }).toEqual({ status: 0, captures: 1 });
    expect(err).toBe('warmwire: ./web.pcap is named twice; it is read once\n');
  });

  test('a pipe and files together', () => {
    const { out, status } = warmwire(['report', '--json', set[2]!, '-', set[0]!], { input: readFileSync(join(folder, set[1]!)) });
    expect(status).toBe(0);
    const { captures, totals } = JSON.parse(out);
    expect(captures.map(({ name }: { name: string }) => name)).toEqual(['web1.pcap', '-', 'web3']);
    expect(totals).toEqual(report('web.pcap').totals);
  });
});

describe('a report', () => {
  test('is text where standard output is no terminal, whatever the command', () => {
    const { status, out, err } = warmwire(['web.pcap']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out.split('\n')[1]).toMatch(/^7 of 8 TCP handshakes were avoidable \(idle limit 60 s\): \d+ ms of client waiting$/);
    expect(warmwire(['report', 'web.pcap']).out).toBe(out);
    expect(warmwire(['report', 'one']).out.split('\n').slice(1, 8)).toEqual(out.split('\n').slice(1, 8));
  });

  test('says which timers were added', () => {
    const { options } = JSON.parse(warmwire(['report', 'web.pcap', '--timers', 'timers.json', '-T', 'json']).out) as { options: object };
    expect(options).toMatchObject({ timers: ['ours'] });
  });

  test('of a cut capture is marked partial, and how much is missing is said', () => {
    const { status, out, err } = warmwire(['report', 'cut.pcap', '--json']);
    expect(status).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ complete: false });
    expect(err).toMatch(/cut\.pcap is not complete: .*287 of 5,000 bytes/);
  });

  test('of a packed capture says what is wrong with the packing', () => {
    const { err, status, out } = warmwire(['report', 'damaged.pcap.gz']);
    expect(status).toBe(4);
    expect(out.split('\n')[1]).toMatch(/7 of 8 TCP handshakes were avoidable/);
    expect(err).toContain('damaged.pcap.gz is not complete: gzip: wrong check of the member at offset 0; the report is of');
  });

  // Only Linux has a file that gives errors to whoever reads it.
  const failing = '/proc/self/mem';
  test.skipIf(!existsSync(failing))(`that a disk fails to give${existsSync(failing) ? '' : ` (skipped: there is no ${failing})`}`, () => {
    expect(warmwire(['report', failing])).toMatchObject({ status: 3, err: expect.stringContaining('the device reported an error') });
    const both = warmwire(['report', 'web.pcap', failing]);
    expect(both.status).toBe(4);
    expect(both.err).toContain('the device reported an error; the report is of what could be read');
  });

  test('of a capture without TCP is a report', () => {
    const { status, out, err } = warmwire(['report', 'no-tcp.pcap']);
    expect(status).toBe(0);
    expect(out).toContain('No TCP connection is in this capture');
    expect(err).toContain('no-tcp.pcap holds no TCP connection');
  });

  test('says that a link type is not known', () => {
    expect(warmwire(['report', 'odd-link.pcap']).err).toContain('link type');
  });

  test('comes from standard input, the options in any order, and says the same', () => {
    const columns = 'id,requests,avoidable,wasted_ms';
    const named = warmwire(['report', '--columns', columns, 'web.pcap', '-T', 'csv']);
    const piped = warmwire(['report', '-T', 'csv', '-', '--columns', columns], { input: readFileSync(sample) });
    expect(named.out.split('\n').slice(0, 2)).toEqual([columns, '0,1,false,0']);
    expect(piped.out).toBe(named.out);
  });

  test('tells every option that changes how a capture is read', () => {
    writeFileSync(join(folder, 'web.pcap.gz'), gzipSync(readFileSync(sample)));
    const options = [
      '--keep-duplicates',
      '--verify-checksums',
      '--ignore-encapsulation',
      '--max-uncompressed',
      '5kB',
      '--reader',
      'warmwire',
    ];
    const { status, out, err } = warmwire(['report', 'web.pcap.gz', '--json', ...options]);
    expect(status).toBe(4);
    expect(err).toContain('more comes out of the compressed file than the limit');
    expect(JSON.parse(out)).toMatchObject({
      options: {
        keep_duplicates: true,
        verify_checksums: true,
        ignore_encapsulation: true,
        max_uncompressed_bytes: 5000,
        reader: 'warmwire',
      },
      captures: [{ bytes: 5000 }],
    });
    const { keep_duplicates, verify_checksums, max_uncompressed_bytes } = JSON.parse(
      warmwire(['report', 'web.pcap', '--json']).out,
    ).options;
    expect([keep_duplicates, verify_checksums, max_uncompressed_bytes]).toEqual([undefined, undefined, undefined]);
  });

  test("takes tshark's Decode As, and teaches it", () => {
    const { status, err, out } = warmwire(['report', 'web.pcap', '-d', 'tcp.port==80,none', '-d', 'tcp.port==8000-8100,http', '--json']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      options: { decode_as: ['tcp.port==80,none', 'tcp.port==8000-8100,http'] },
      totals: { requests: 0, connections: 8 },
    });
    const wrong = warmwire(['report', 'not-there.pcap', '-d', 'port=80,http']);
    expect(wrong).toMatchObject({ status: 2, out: '' });
    expect(wrong.err).toContain("-d 'port=80,http': a rule has the form LAYER==PORT,PROTOCOL, as in tcp.port==8888,http");
  });

  test('wants a key log that can be read, and no other preference', () => {
    const missing = warmwire(['report', 'web.pcap', '-o', 'tls.keylog_file:not-there']);
    expect(missing).toMatchObject({ status: 3, out: '' });
    expect(missing.err).toContain('the key log not-there cannot be read');
    const other = warmwire(['report', 'web.pcap', '-o', 'tcp.relative_sequence_numbers:FALSE']);
    expect(other).toMatchObject({ status: 2, out: '' });
    expect(other.err).toContain('tls.keylog_file:PATH');
  });

  test('says how long it took only when asked, where standard error is no terminal', () => {
    expect(warmwire(['report', 'web.pcap', '-v']).err).toMatch(/^warmwire: read 11\.1 kB in \d+\.\d\d s/);
  });

  test('has colours only where they are wanted', () => {
    const colored = (words: string[], env = {}): boolean => warmwire(['report', 'web.pcap', ...words], { env }).out.includes('\x1b[');
    expect(colored([])).toBe(false);
    expect(colored(['--color'], { NO_COLOR: '1' })).toBe(true);
    expect(colored([], { FORCE_COLOR: '1' })).toBe(true);
    expect(colored([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(colored(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
  });

  test('is the same bytes each time, wherever the capture lies', () => {
    expect(warmwire(['report', sample, '--json', '--exchanges']).out.replace(/"name":"[^"]*"/, '')).toBe(
      warmwire(['report', 'web.pcap', '--json', '--exchanges']).out.replace(/"name":"[^"]*"/, ''),
    );
    expect(warmwire(['report', sample]).out).not.toContain(root);
  });
});

describe('an output file', () => {
  test('appears whole, tells its format by its ending, and is not replaced unasked', () => {
    expect(warmwire(['report', 'web.pcap', '-w', 'out.csv'])).toEqual({ status: 0, out: '', err: '' });
    const whole = readFileSync(join(folder, 'out.csv'), 'utf8');
    expect(whole.split('\n')).toHaveLength(10);
    expect(warmwire(['report', 'web.pcap', '-w', 'out.csv'])).toMatchObject({ status: 5 });
    expect(warmwire(['report', 'web.pcap', '-w', 'out.csv', '--force'])).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe(whole);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp-'))).toEqual([]);
  });

  test('is never written through a link', () => {
    writeFileSync(join(folder, 'precious.txt'), 'precious');
    symlinkSync('precious.txt', join(folder, 'link.json'));
    expect(warmwire(['report', 'web.pcap', '-w', 'link.json'])).toMatchObject({ status: 5 });
    expect(warmwire(['report', 'web.pcap', '-w', 'link.json', '--force'])).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, 'precious.txt'), 'utf8')).toBe('precious');
  });

  test.skipIf(!existsSync('/dev/full'))('that cannot hold the report is said', () => {
    expect(warmwire(['report', 'web.pcap', '-T', 'json', '-w', '/dev/full'])).toMatchObject({
      status: 5,
      err: 'warmwire: /dev/full cannot be written: no space is left\n',
    });
  });
});

test('a closed pipe ends quietly', async () => {
  const child = spawn(process.execPath, [program, 'report', 'web.pcap', '--json', '--exchanges'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  const status = await new Promise((done) => child.on('close', done));
  expect({ status, said }).toEqual({ status: 0, said: '' });
});

test('Ctrl-C gives the report of what was read so far', async () => {
  const child = spawn(process.execPath, [program, 'report', '-', '--json'], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (text) => {
    out += String(text);
  });
  child.stdin.on('error', () => {});
  // More than a pipe holds: when all of it has left, it is being read.
  child.stdin.write(readFileSync(join(root, 'samples', 'lossy-link.pcap')), () => setTimeout(() => child.kill('SIGINT'), 500));
  const status = await new Promise((done) => child.on('close', done));
  expect(status).toBe(130);
  expect(JSON.parse(out)).toMatchObject({ complete: false, totals: { connections: 1 } });
}, 30_000);

test('explain tells the story of a connection', () => {
  const { status, out } = warmwire(['explain', 'web.pcap', '3']);
  expect(status).toBe(0);
  expect(out).toMatch(/^Connection 3 {2}10\.77\.0\.1:\d+ -> 10\.77\.0\.2:80 {2}shop\.example$/m);
  expect(out).toMatch(/0\.000 {2}SYN, SYN-ACK \+\d+\.\d ms, ACK/);
  expect(out).toMatch(/GET \/cart -> 200/);
  expect(out).toMatch(/server FIN .*after 2\.00\d s idle/);
  expect(out).toMatch(/client opens connection 4 to the same origin: AVOIDABLE/);
});

test('demo, schema, version and help need nothing', () => {
  expect(warmwire(['demo'])).toMatchObject({ status: 0, err: '' });
  expect(JSON.parse(warmwire(['schema']).out)).toMatchObject({ title: 'warmwire/report/1' });
  expect(JSON.parse(warmwire(['schema', 'ndjson']).out)).toHaveProperty('anyOf');
  expect(warmwire(['--version']).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  const help = warmwire(['--help']);
  expect(help).toMatchObject({ status: 0, err: '' });
  for (const line of help.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
