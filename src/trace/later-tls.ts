/** Waits in a conversation of another protocol for TLS to begin in it (STARTTLS and its like): a ClientHello when it is the client's turn. */

import { type At, CLIENT, type EndKind, SERVER, type Side, type StreamSink } from '../stream.ts';
import { recogniseTls } from '../tls/index.ts';

/** What may come before TLS, by the first bytes of one side. */
export const tlsBeginnings = ['smtp', 'ftp', 'imap', 'pop3', 'xmpp', 'postgresql', 'mysql', 'ldap', 'other'] as const;
export type TlsBeginning = (typeof tlsBeginnings)[number];

/** TLS is agreed on early or never: bytes of both sides, and turns, after which nobody waits any longer. */
const BYTES = 64 << 10;
const TURNS = 64;
/** First bytes of a turn that are looked at; those of the conversation tell what it is. */
const HEAD = 6;
const FIRST = 16;

export class LaterTls implements StreamSink {
  private readonly open: (after: TlsBeginning) => StreamSink;
  private reader: StreamSink | undefined;
  private isOver: boolean;
  private turn: Side | undefined;
  private turns: number;
  private bytes: number;
  /** Of the client's turn, until they tell; where its first byte was. */
  private head: Uint8Array;
  private had: number;
  private frame: number;
  private time: number;
  /** The first bytes of each side. */
  private readonly first: [string, string];

  constructor(open: (after: TlsBeginning) => StreamSink) {
    this.open = open;
    this.reader = undefined;
    this.isOver = false;
    this.turn = undefined;
    this.turns = 0;
    this.bytes = 0;
    this.head = none;
    this.had = 0;
    this.frame = 0;
    this.time = 0;
    this.first = ['', ''];
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    if (this.reader) this.reader.data(side, buffer, start, end, at);
    else if (!this.isOver && end > start) this.look(side, buffer, start, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    this.reader?.gap(side, length, at);
    // What comes next may be the middle of anything.
    this.turn = side;
    this.had = HEAD;
  }

  end(side: Side, how: EndKind, at: At): void {
    this.reader?.end(side, how, at);
  }

  private look(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    if (side !== this.turn) {
      this.isOver = this.bytes > BYTES || this.turns === TURNS;
      if (this.isOver) return;
      this.turn = side;
      this.turns += 1;
      this.had = 0;
      this.frame = at.frame;
      this.time = at.time;
    }
    if (this.first[side].length < FIRST) this.first[side] += latin(buffer, start, Math.min(end, start + FIRST - this.first[side].length));
    this.bytes += end - start;
    // The first turn is not later: the conversation began as something else.
    if (side !== CLIENT || this.had === HEAD || this.turns < 2) return;
    const before = this.had;
    if (before === 0) this.head = new Uint8Array(HEAD);
    const take = Math.min(HEAD - before, end - start);
    this.head.set(buffer.subarray(start, start + take), before);
    this.had += take;
    const answer = recogniseTls(this.head.subarray(0, this.had));
    if (answer === 'more') return;
    this.had = HEAD;
    if (answer !== 'client') return;
    this.reader = this.open(beginningOf(this.first));
    if (before > 0) this.reader.data(CLIENT, this.head, 0, before, { frame: this.frame, time: this.time });
    this.reader.data(CLIENT, buffer, start, end, at);
  }
}

const none: Uint8Array = new Uint8Array(0);
const latin = (buffer: Uint8Array, start: number, end: number): string => String.fromCharCode(...buffer.subarray(start, end));

/** By the greeting of the server, or by what a client begins with where it speaks first. */
function beginningOf(first: readonly [string, string]): TlsBeginning {
  const [client, server] = [first[CLIENT], first[SERVER]];
  if (server.startsWith('220')) return /^AUTH /i.test(client) ? 'ftp' : 'smtp';
  if (server.startsWith('* OK')) return 'imap';
  if (server.startsWith('+OK')) return 'pop3';
  if (/^<(\?xml|stream)/.test(client)) return 'xmpp';
  // 00 00 00 08  04 d2 16 2f                    length, SSLRequest (PostgreSQL, message formats)
  if (client.startsWith('\u0000\u0000\u0000\u0008\u0004\u00d2\u0016\u002f')) return 'postgresql';
  // 4a 00 00  00  0a  38 2e 30 …               length, number, protocol 10, version (MySQL, handshake v10)
  if (server.startsWith('\u0000\u0000\u000a', 2)) return 'mysql';
  // 30 1d  02 01 01  77 18 …                   message, its number, extended request (RFC 4511 §4.14)
  return client.startsWith('\u0030') && client.charCodeAt(5) === 0x77 ? 'ldap' : 'other';
}
