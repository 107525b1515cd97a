/** TLS that begins inside another protocol: SMTP, IMAP and their like are not confused with HTTP, and their TLS is seen. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/trace/index.ts';
import { conversation, type Talk } from '../support/talk.ts';
import { talk } from '../tls/talk.ts';

const { sent } = await talk({ client: { ALPNProtocols: ['h2', 'http/1.1'] } });
const older = await talk({ client: { maxVersion: 'TLSv1.2' } });

/** Lines of both sides, C and S in front of each, and then TLS. */
function later(lines: readonly string[], tls = sent, piece: number = Number.POSITIVE_INFINITY): Talk {
  const story = conversation().handshake();
  const say = (side: 'client' | 'server', bytes: Uint8Array): void => {
    for (let from = 0; from < bytes.length; from += piece) story.send(side, bytes.subarray(from, from + piece));
  };
  for (const line of lines) say(line.startsWith('C') ? 'client' : 'server', Buffer.from(line.slice(3), 'latin1'));
  for (const { side, bytes } of tls) say(side === 0 ? 'client' : 'server', bytes);
  return story.close('client');
}

const dialogues = {
  smtp: ['S: 220 mail.test ESMTP\r\n', 'C: EHLO a\r\n', 'S: 250-mail.test\r\n250 STARTTLS\r\n', 'C: STARTTLS\r\n', 'S: 220 go ahead\r\n'],
  imap: ['S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n', 'C: a1 STARTTLS\r\n', 'S: a1 OK begin\r\n'],
  pop3: ['S: +OK ready\r\n', 'C: STLS\r\n', 'S: +OK begin\r\n'],
  ftp: ['S: 220 ready\r\n', 'C: AUTH TLS\r\n', 'S: 234 ok\r\n'],
  xmpp: ["C: <?xml version='1.0'?><stream:stream>", "S: <?xml version='1.0'?><stream:stream>", 'C: <starttls/>', 'S: <proceed/>'],
  postgresql: ['C: \x00\x00\x00\x08\x04\xd2\x16\x2f', 'S: S'],
  mysql: ['S: \x4a\x00\x00\x00\x0a8.0.36\x00', 'C: \x20\x00\x00\x01\x05\xae\xff\x19', 'S: \x00'],
  ldap: ['C: \x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037', 'S: \x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00'],
  other: ['S: hello\r\n', 'C: secure\r\n', 'S: ok\r\n'],
} as const;

const facts = ({ protocol, serverName, tlsVersion, tlsRoundTrips, tls, requests, requestsEstimated }: Connection): unknown => ({
  protocol,
  serverName,
  tlsVersion,
  tlsRoundTrips,
  after: tls?.after,
  requests,
  requestsEstimated,
});

describe('TLS after plaintext', () => {
  it.each(Object.entries(dialogues))('of %s is found where it begins', (name, lines) => {
    const { trace, connection } = later(lines);
    expect(trace.notes).toEqual([]);
    expect(facts(connection)).toEqual({
      protocol: 'tls',
      serverName: 'warm.test',
      tlsVersion: '1.3',
      tlsRoundTrips: 1,
      after: name,
      requests: 0,
      // Nobody knows how many mails are requests.
      requestsEstimated: undefined,
    });
  });

  it('in TLS 1.2 as well, timed from the ClientHello', () => {
    const { connection } = later(dialogues.smtp, older.sent);
    expect(connection).toMatchObject({ tlsVersion: '1.2', tlsRoundTrips: 2 });
    expect(connection.tls?.began).toBeGreaterThan(connection.start + (connection.handshake ?? 0));
  });

  it('is found however the streams are cut', () => {
    const whole = facts(later(dialogues.imap).connection);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (piece) => {
        expect(facts(later(dialogues.imap, sent, piece).connection)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});

describe('other protocols', () => {
  it('without TLS stay unknown, and nothing in them is a request', () => {
    const lines = [
      ...dialogues.smtp.slice(0, 3),
      'C: DATA\r\n',
      'S: 354 go\r\n',
      'C: GET / HTTP/1.1\r\nHost: a\r\n\r\n.\r\n',
      'S: 250 ok\r\n',
    ];
    const { trace, connection } = later(lines, []);
    expect(trace.notes).toEqual([]);
    expect(connection).toMatchObject({ protocol: 'unknown', requests: 0, tls: undefined });
  });

  it("bytes like a ClientHello in the middle of a client's turn begin nothing", () => {
    const bytes = Buffer.from(sent[0]!.bytes).toString('latin1');
    const { connection } = later(['S: 220 mail\r\n', 'C: DATA\r\n', `C: ${bytes}`], []);
    expect(connection).toMatchObject({ protocol: 'unknown', tls: undefined });
  });

  it('that talked for long are not waited for', () => {
    const chatter = Array.from({ length: 70 }, (_, i) => (i % 2 === 0 ? 'S: 250 ok\r\n' : 'C: NOOP\r\n'));
    expect(later([...chatter, 'S: 220 go\r\n']).connection).toMatchObject({ protocol: 'unknown', tls: undefined });
  });
});
