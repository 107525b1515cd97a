/** The first five minutes of somebody who has a capture and a question: what is typed, what comes, and what errors teach. Runs the built program. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesIn } from '../support/frames.ts';
import { pcapOf } from '../support/wire.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(root, 'dist', 'cmd', 'main.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  const sample = join(root, 'samples', 'nginx-idle-too-short.pcap');
  copyFileSync(sample, join(folder, 'web.pcap'));
  copyFileSync(join(root, 'test', 'quic', 'chromium.pcap'), join(folder, 'quic.pcap'));
  for (const name of ['tls13-full.pcap', 'tls13-full.keys']) copyFileSync(join(root, 'test', 'tls-peers', name), join(folder, name));
  copyFileSync(join(folder, 'tls13-full.pcap'), join(folder, 'sealed.pcap'));
  const { frames, ...file } = framesIn(readFileSync(sample));
  for (const length of [96, 66]) {
    const cut = frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice(0, length), originalLength: frame.bytes.length }));
    writeFileSync(join(folder, `cut-at-${length}.pcap`), pcapOf(cut, file));
  }
  writeFileSync(join(folder, 'page.html'), '<!doctype html><title>x</title>');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function warmwire(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, out: stdout, err: stderr };
}

/** A warning as one line, however it was broken into several. */
const joined = (text: string): string => text.replace(/\n {9,}/g, ' ');

describe('a capture and a question', () => {
  test('the report answers in its first lines, then where, why, and what to look at next', () => {
    const { status, out, err } = warmwire('report', 'web.pcap');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const lines = out.split('\n');
    expect(lines[0]).toBe('web.pcap  11.1 kB  94 frames  21.7 s');
    expect(lines[1]).toBe('7 of 8 TCP handshakes were avoidable (idle limit 60 s): 286 ms of client waiting');
    expect(lines[4]).toMatch(/^ {2}ORIGIN +CONNS +REQ\/CONN +REUSED +AVOIDABLE +WASTED +MAIN REASON$/);
    expect(lines[5]).toMatch(/^ {2}shop\.example:80 +8 +1\.0 +0% +7 +286 ms +server closed idle after 2\.0 s$/);
    expect(out).toMatch(/^Advice {3}/m);
    expect(out).toMatch(/^Next {5}warmwire web\.pcap\n {9}warmwire explain web\.pcap 1\n {9}warmwire report web\.pcap -w report\.\w+$/m);
  });

  test('every command under Next can be typed as it stands', () => {
    const [, next] = warmwire('report', 'web.pcap').out.split('Next     ');
    const commands = next!.trimEnd().split(/\n +/);
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const [name, ...words] = command.split(' ');
      expect(name).toBe('warmwire');
      expect(warmwire(...words)).toMatchObject({ status: 0, err: '' });
    }
  });

  test('a connection tells its story, and which one came in its place', () => {
    const { status, out } = warmwire('explain', 'web.pcap', '1');
    expect(status).toBe(0);
    expect(out).toMatch(/^Connection 1 {2}10\.77\.0\.1:\d+ -> 10\.77\.0\.2:80 {2}shop\.example\n.*Wireshark: tcp\.stream eq 1\n/);
    expect(out).toMatch(/^ {2}0\.000 {2}SYN, SYN-ACK \+40\.6 ms, ACK +frames 13-15$/m);
    expect(out).toMatch(/GET \/cart -> 200 +40\.4 ms +frames 16, 18/);
    expect(out).toMatch(/server FIN +.*after 2\.002 s idle/);
    expect(out).toMatch(/client opens connection 2 to the same origin: AVOIDABLE, 41\.0 ms wasted/);
  });

  test('what the time was spent on is on standard error when it is asked for', () => {
    expect(warmwire('report', 'web.pcap', '-v').err).toMatch(/^warmwire: read 11\.1 kB in \d+\.\d\d s, .*\/s, .* frames\/s\n$/);
  });
});

describe('what is missing is told with what to do', () => {
  test('no capture: what it looks like instead', () => {
    expect(warmwire('report', 'page.html')).toEqual({
      status: 3,
      out: '',
      err: expect.stringMatching(/^warmwire: page\.html is no capture: a pcap or pcapng file was expected, it looks like .*HTML/),
    });
  });

  test('no TCP in it: QUIC is named', () => {
    const { status, out, err } = warmwire('report', 'quic.pcap');
    expect(status).toBe(0);
    expect(out).toContain('No TCP connection is in this capture (frames seen: udp 4).');
    expect(err).toBe(
      'warmwire: quic.pcap holds no TCP connection (4 frames, udp 4): 2 flows of QUIC, the first for shop.example; HTTP/3 is not read, a client with QUIC turned off would use TCP\n',
    );
  });

  test('cut at 96 bytes: what is still complete, what is not, and how to capture', () => {
    const out = joined(warmwire('report', 'cut-at-96.pcap').out);
    expect(out).toContain('At least 7 of 8 TCP handshakes were avoidable');
    expect(out).toContain(
      '16 of 94 frames were captured only in part (snap length): times, handshakes, closes and byte counts are complete, the heads of messages may be cut; to capture whole frames: tcpdump -s 0, dumpcap -s 0',
    );
  });

  test('cut to the headers of TCP: nothing is said about what cannot be seen', () => {
    expect(warmwire('report', 'cut-at-66.pcap').out).toContain(
      'The bytes of the 8 TCP connections are not in the capture: nothing can be said about their reuse.',
    );
  });

  test('TLS without keys: what is complete all the same, and how to get keys', () => {
    const out = joined(warmwire('report', 'sealed.pcap').out);
    expect(out).toContain('Up to 3 of 4 TCP handshakes may have been avoidable (idle limit 60 s); TLS hides their requests.');
    expect(out).toContain('4 TLS connections could not be decrypted: set-up times and closes are complete, requests are estimates');
    for (const word of ['SSLKEYLOGFILE=keys.log', 'curl', 'Chrome', 'Node with --tls-keylog=keys.log', '-o tls.keylog_file:keys.log'])
      expect(out).toContain(word);
    const opened = warmwire('report', 'sealed.pcap', '-o', 'tls.keylog_file:tls13-full.keys').out;
    expect(opened).toContain('3 of 4 TCP handshakes were avoidable');
    expect(opened).not.toContain('decrypted');
    // NAME.keys beside NAME.pcap is found.
    expect(warmwire('report', 'tls13-full.pcap').out).toBe(opened.replaceAll('sealed', 'tls13-full'));
  });
});
