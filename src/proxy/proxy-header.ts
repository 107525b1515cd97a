/** The PROXY protocol: a load balancer's first bytes, which say whose connection it passes on (HAProxy's proxy-protocol.txt, versions 1 and 2). */

import { addressBytes } from '../address.ts';
import { latin1 } from '../bytes.ts';
import type { NoteCode } from '../note.ts';
import { type At, CLIENT, type EndKind, type Side, type StreamSink } from '../stream.ts';

export interface ProxyHeaderHost {
  note(code: NoteCode, at: At, detail?: string): void;
  /** The client behind the load balancer: an address of 4 or 16 bytes, and its port. */
  proxied(connection: number, address: Uint8Array, port: number): void;
  /** Who reads what comes behind the header. */
  nested(connection: number, at: At): StreamSink;
}

const VERSION_1 = /^PROXY (?:TCP[46] (\S+) \S+ (\d{1,5}) \d{1,5}|UNKNOWN(?: .*)?)$/;
/** With its CR LF. */
const LONGEST_1 = 107;

// 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a  21  11  00 0c  …     version 2, command 1 (PROXY) · TCP over IPv4 · 12 bytes of addresses follow
const signature: Uint8Array = new Uint8Array(Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'));
const FIXED_2 = 16;
const FROM_PROXY = 0x21;
const FROM_ITSELF = 0x20;
const TCP_4 = 0x11;
const TCP_6 = 0x21;
const starts: readonly Uint8Array[] = [
  signature,
  ...['PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN'].map((text) => new Uint8Array(Buffer.from(text, 'latin1'))),
];

/** Do a client's first bytes begin such a header? `more`: they may. */
export function isProxyHeader(head: Uint8Array): 'yes' | 'more' | 'no' {
  let more = false;
  for (const start of starts) {
    const length = Math.min(head.length, start.length);
    let same = 0;
    while (same < length && head[same] === start[same]) same += 1;
    if (same === start.length) return 'yes';
    more ||= same === head.length;
  }
  return more ? 'more' : 'no';
}

// Made per connection: plain fields set by the constructor.
export class ProxyHeader implements StreamSink {
  private readonly host: ProxyHeaderHost;
  private readonly connection: number;
  private readonly kept: Uint8Array;
  private length: number;
  /** Bytes of the header that nobody needs. */
  private skip: number;
  private next: StreamSink | undefined;

  constructor(host: ProxyHeaderHost, connection: number) {
    this.host = host;
    this.connection = connection;
    this.kept = new Uint8Array(LONGEST_1);
    this.length = 0;
    this.skip = 0;
    this.next = undefined;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    const from = side === CLIENT ? this.behindHeader(buffer, start, end, at) : start;
    if (from < end) this.reader(at).data(side, buffer, from, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    const skipped = side === CLIENT ? Math.min(this.skip, length) : 0;
    this.skip -= skipped;
    if (skipped < length) this.reader(at).gap(side, length - skipped, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    this.next?.end(side, how, at);
  }

  private reader(at: At): StreamSink {
    this.next ??= this.host.nested(this.connection, at);
    return this.next;
  }

  /** Where the header has ended, or `end`. */
  private behindHeader(buffer: Uint8Array, start: number, end: number, at: At): number {
    let p = start;
    while (p < end && this.next === undefined && this.length >= 0) {
      this.kept[this.length] = buffer[p]!;
      this.length += 1;
      p += 1;
      if (this.isWhole(at)) this.length = -1;
    }
    const skipped = Math.min(this.skip, end - p);
    this.skip -= skipped;
    return p + skipped;
  }

  /** One byte more was kept. */
  private isWhole(at: At): boolean {
    const { kept, length } = this;
    if (kept[0] !== signature[0]) {
      if (kept[length - 1] === 10) return this.version1(latin1(kept, 0, length).trimEnd(), at);
      return length === LONGEST_1 && this.malformed('no line end within 107 bytes', at);
    }
    if (length < FIXED_2) return false;
    const size = (kept[14]! << 8) | kept[15]!;
    const wanted = kept[12] !== FROM_PROXY ? 0 : kept[13] === TCP_4 ? 12 : kept[13] === TCP_6 ? 36 : 0;
    if (kept[12] !== FROM_PROXY && kept[12] !== FROM_ITSELF) this.malformed(`version and command ${kept[12]}`, at);
    else if (size < wanted) this.malformed(`${size} bytes for two addresses`, at);
    else {
      if (length < FIXED_2 + wanted) return false;
      const width = (wanted - 4) >> 1;
      const port = FIXED_2 + 2 * width;
      if (wanted > 0) this.host.proxied(this.connection, kept.slice(FIXED_2, FIXED_2 + width), (kept[port]! << 8) | kept[port + 1]!);
    }
    this.skip = FIXED_2 + size - length;
    return true;
  }

  private version1(line: string, at: At): true {
    const match = VERSION_1.exec(line);
    if (!match) return this.malformed(line, at);
    const [, source, port] = match;
    // UNKNOWN says nothing of the client.
    if (source === undefined) return true;
    const address = addressBytes(source);
    if (address === undefined || Number(port) > 65_535) return this.malformed(line, at);
    this.host.proxied(this.connection, address, Number(port));
    return true;
  }

  private malformed(what: string, at: At): true {
    this.host.note('bad-proxy-header', at, what);
    return true;
  }
}
