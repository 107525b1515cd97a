/** SOCKS: a client asks a proxy for a target, and behind the proxy's yes speaks with that (RFC 1928, RFC 1929; SOCKS4 and its extension 4a). */

import { ipv4Text, ipv6Text } from '../address.ts';
import { latin1 } from '../bytes.ts';
import { type At, CLIENT, type EndKind, SERVER, type Side, type StreamSink } from '../stream.ts';
import type { Time } from '../time.ts';

export interface SocksFacts {
  readonly version: 4 | 5;
  /** Host and port as asked for; IPv6 in brackets. */
  readonly target: string;
  /** First byte of the client; last byte of the proxy's yes, NaN where that is not in the capture. */
  readonly asked: Time;
  readonly granted: Time;
  /** Answers of the proxy that the client waited for. */
  readonly roundTrips: number;
}

export interface SocksHost {
  /** The proxy was asked and did not say no. */
  socks(connection: number, facts: SocksFacts): void;
  /** Who reads what comes behind it. */
  nested(connection: number, at: At): StreamSink;
}

const CONNECT = 1;
const NO_AUTHENTICATION = 0;
const PASSWORD = 2;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const GRANTED_4 = 0x5a;
/** More than both sides need before the yes; what a client sends ahead of it is part of that. */
const LONGEST = 4 << 10;
const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * Is this all that a client says first? It waits for an answer then, so nothing may follow; `more`: it may be the beginning.
 *
 *     05 02 00 02                             version 5, two methods: none, password
 *     04 01 00 50 0a 00 00 01  … 00           version 4, CONNECT, port, address, user
 */
export function isSocks(head: Uint8Array): 'yes' | 'more' | 'no' {
  const [version, count = 0] = head;
  if (version === 5) {
    if (head.length < 2) return 'more';
    if (count === 0 || head.length > 2 + count) return 'no';
    if (head.length < 2 + count) return 'more';
    return head.subarray(2).includes(0xff) ? 'no' : 'yes';
  }
  if (version !== 4 || count > CONNECT) return 'no';
  if (head.length < 9) return head.length > 1 && count !== CONNECT ? 'no' : 'more';
  return head.at(-1) === 0 ? 'yes' : 'more';
}

/** What is read next: of which side, and how; undefined where more bytes are needed, NO where it is not SOCKS or not granted. */
interface Step {
  readonly side: Side;
  read(session: SocksSession, bytes: Uint8Array): number | undefined;
}

const NO = -1;

// Made per connection: plain fields set by the constructor.
export class SocksSession implements StreamSink {
  target: string;
  /** What is still to come. */
  steps: readonly Step[];
  private readonly host: SocksHost;
  private readonly connection: number;
  private readonly kept: [Uint8Array, Uint8Array];
  private version: 4 | 5;
  private asked: Time;
  private answers: number;
  private next: StreamSink | undefined;

  constructor(host: SocksHost, connection: number) {
    this.host = host;
    this.connection = connection;
    this.target = '';
    this.steps = [];
    this.kept = [NOTHING, NOTHING];
    this.version = 5;
    this.asked = Number.NaN;
    this.answers = 0;
    this.next = undefined;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    if (this.next) return this.next.data(side, buffer, start, end, at);
    if (Number.isNaN(this.asked)) {
      this.asked = at.time;
      this.version = buffer[start] === 4 ? 4 : 5;
      this.steps = this.version === 4 ? version4 : version5;
    }
    this.kept[side] = Buffer.concat([this.kept[side], buffer.subarray(start, end)]);
    while (this.steps.length > 0) {
      const [step, ...rest] = this.steps as [Step, ...Step[]];
      this.steps = rest;
      const used = step.read(this, this.kept[step.side]);
      if (used === NO) return this.over(ignore);
      if (used === undefined) {
        this.steps = [step, ...rest];
        if (this.kept[side].length > LONGEST) this.unanswered(at);
        return;
      }
      if (step.side === SERVER) this.answers += 1;
      this.kept[step.side] = this.kept[step.side].subarray(used);
    }
    this.tunnel(at.time, at);
  }

  gap(side: Side, length: number, at: At): void {
    if (!this.next) this.unanswered(at);
    this.next!.gap(side, length, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    if (!this.next && this.kept[CLIENT].length > 0) this.unanswered(at);
    this.next?.end(side, how, at);
  }

  /** The answer is not in the capture: where it is known what was asked for, somebody may read on. */
  private unanswered(at: At): void {
    if (this.target === '') this.over(ignore);
    else this.tunnel(Number.NaN, at);
  }

  private tunnel(granted: Time, at: At): void {
    const { version, target, asked, answers, kept } = this;
    this.host.socks(this.connection, { version, target, asked, granted, roundTrips: answers });
    const [client, server] = kept;
    const next = this.host.nested(this.connection, at);
    this.over(next);
    if (client.length > 0) next.data(CLIENT, client, 0, client.length, at);
    if (server.length > 0) next.data(SERVER, server, 0, server.length, at);
  }

  private over(next: StreamSink): void {
    this.next = next;
    this.kept[CLIENT] = NOTHING;
    this.kept[SERVER] = NOTHING;
  }
}

/** Reads nothing: refused, or another protocol. */
const ignore: StreamSink = { data() {}, gap() {}, end() {} };

const version5: readonly Step[] = [
  // 05 01 00                                  version, methods
  { side: CLIENT, read: (_, bytes) => (bytes.length < 2 || bytes.length < 2 + bytes[1]! ? undefined : 2 + bytes[1]!) },
  // 05 00                                     version, the method to use
  {
    side: SERVER,
    read(session, bytes) {
      if (bytes.length < 2) return undefined;
      if (bytes[0] !== 5 || (bytes[1] !== NO_AUTHENTICATION && bytes[1] !== PASSWORD)) return NO;
      if (bytes[1] === PASSWORD) session.steps = [...password, ...session.steps];
      return 2;
    },
  },
  // 05 01 00  03 0b 'example.com'  01 bb      version, CONNECT, reserved, a name, port
  {
    side: CLIENT,
    read(session, bytes) {
      if (bytes.length < 5) return undefined;
      if (bytes[0] !== 5 || bytes[1] !== CONNECT) return NO;
      const end = addressEnd(bytes);
      if (end < 0 || bytes.length < end) return end < 0 ? NO : undefined;
      session.target = `${addressText(bytes, end - 2)}:${(bytes[end - 2]! << 8) | bytes[end - 1]!}`;
      return end;
    },
  },
  // 05 00 00  01 00 00 00 00  00 00           version, granted, reserved, the address that the proxy uses
  {
    side: SERVER,
    read(_, bytes) {
      if (bytes.length < 5) return undefined;
      const end = addressEnd(bytes);
      if (bytes[0] !== 5 || bytes[1] !== 0 || end < 0) return NO;
      return bytes.length < end ? undefined : end;
    },
  },
];

const password: readonly Step[] = [
  // 01 04 'user' 06 'secret'                  skipped, never kept
  {
    side: CLIENT,
    read(_, bytes) {
      const user = 2 + (bytes[1] ?? 0);
      return bytes.length <= user || bytes.length < user + 1 + bytes[user]! ? undefined : user + 1 + bytes[user]!;
    },
  },
  { side: SERVER, read: (_, bytes) => (bytes.length < 2 ? undefined : bytes[1] === 0 ? 2 : NO) },
];

const version4: readonly Step[] = [
  // 04 01 00 50  00 00 00 01  'user' 00  'example.com' 00     version 4a: the address 0.0.0.x stands for a name
  {
    side: CLIENT,
    read(session, bytes) {
      const user = bytes.length < 9 ? -1 : bytes.indexOf(0, 8);
      if (user < 0) return undefined;
      const address = ((bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!) >>> 0;
      const port = (bytes[2]! << 8) | bytes[3]!;
      const isName = address > 0 && address < 256;
      const end = isName ? bytes.indexOf(0, user + 1) : user;
      if (end < 0) return undefined;
      session.target = `${isName ? latin1(bytes, user + 1, Math.min(end, user + 256)) : ipv4Text(address)}:${port}`;
      return end + 1;
    },
  },
  // 00 5a  00 00  00 00 00 00                 granted; port and address mean nothing
  { side: SERVER, read: (_, bytes) => (bytes.length < 8 ? undefined : bytes[0] === 0 && bytes[1] === GRANTED_4 ? 8 : NO) },
];

/** Where the port behind the address that begins at byte 3 ends; -1 for no kind of address. */
function addressEnd(bytes: Uint8Array): number {
  const kind = bytes[3];
  return kind === IPV4 ? 10 : kind === IPV6 ? 22 : kind === NAME ? 7 + bytes[4]! : -1;
}

function addressText(bytes: Uint8Array, end: number): string {
  if (bytes[3] === NAME) return latin1(bytes, 5, end);
  if (bytes[3] === IPV6) return `[${ipv6Text(latin1(bytes, 4, end))}]`;
  return ipv4Text((bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!);
}
