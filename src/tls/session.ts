/** Follows a TLS connection: without keys what both sides say in the clear, and when the client could begin. */

import type { NoteCode } from '../note.ts';
import { type At, CLIENT, type EndKind, SERVER, type Side, type StreamSink } from '../stream.ts';
import type { Time } from '../time.ts';
import { alertName, CLOSE_NOTIFY, FATAL } from './alerts.ts';
import { certificateNames, identityOf } from './certificate-names.ts';
import { TlsFacts } from './facts.ts';
import { fingerprintOf } from './fingerprint.ts';
import {
  CERTIFICATE,
  CLIENT_HELLO,
  CLIENT_KEY_EXCHANGE,
  HandshakeReader,
  type MessageSink,
  SERVER_HELLO,
  SERVER_HELLO_DONE,
} from './handshake.ts';
import { type ClientHello, readClientHello, readServerHello, readSsl2Hello } from './hello.ts';
import { Interior } from './interior.ts';
import type { KeyLog } from './key-log.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  HANDSHAKE,
  HEADER_LENGTH,
  RecordReader,
  type RecordSink,
  SSL2_HELLO,
} from './records.ts';

/** What a session may say; one host serves all connections. */
export interface TlsHost {
  note(code: NoteCode, at: At, detail?: string): void;
  /** The first ClientHello was read: the name that it asks for. */
  serverName(connection: number, name: string): void;
  readonly keys: KeyLog;
  /** Who reads what is inside. */
  plaintext(connection: number): StreamSink;
}

/** Payloads of TLS 1.3 records whose length tells what they are: contents, their type and a tag of 16 bytes (RFC 8446 §5.2). */
const END_OF_EARLY_DATA = 4 + 1 + 16;
const ALERT_1_3 = 2 + 1 + 16;
/** Finished with a hash of 32 or 48 bytes. */
const isFinished = (length: number): boolean => length === 4 + 32 + 17 || length === 4 + 48 + 17;

// Made per connection: plain fields set by the constructor.
export class TlsSession implements StreamSink, RecordSink, MessageSink {
  readonly facts: TlsFacts;
  private readonly host: TlsHost;
  private readonly connection: number;
  private readonly interior: Interior | undefined;
  private readonly readers: readonly [RecordReader, RecordReader];
  private readonly handshakes: [HandshakeReader | undefined, HandshakeReader | undefined];
  /** Whether a side's records are encrypted by now. */
  private readonly isSecret: [boolean, boolean];
  /** Length of a side's last record; whether that was an alert that cannot be read. */
  private readonly lastLength: [number, number];
  private readonly lastIsAlert: [boolean, boolean];
  /** Until the ServerHello answers it. */
  private hello: ClientHello | undefined;
  private sawServerHello: boolean;
  /** Of TLS up to 1.2: the server has spoken its part; it has sent its ChangeCipherSpec. */
  private serverIsDone: boolean;
  private serverChanged: boolean;
  /** When the client began to speak, to send data before the ServerHello, and its Finished of TLS up to 1.2. */
  private opened: Time;
  private earlyStart: Time;
  private clientFinished: Time;

  constructor(host: TlsHost, connection: number) {
    this.facts = new TlsFacts();
    this.host = host;
    this.connection = connection;
    this.interior = host.keys.isEmpty ? undefined : new Interior(this.facts, host.keys, () => host.plaintext(connection));
    this.readers = [new RecordReader(CLIENT, this), new RecordReader(SERVER, this)];
    this.handshakes = [new HandshakeReader(CLIENT, this), new HandshakeReader(SERVER, this)];
    this.isSecret = [false, false];
    this.lastLength = [0, 0];
    this.lastIsAlert = [false, false];
    this.hello = undefined;
    this.sawServerHello = false;
    this.serverIsDone = false;
    this.serverChanged = false;
    this.opened = Number.NaN;
    this.earlyStart = Number.NaN;
    this.clientFinished = Number.NaN;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    this.readers[side].data(buffer, start, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    this.readers[side].gap(length, at);
    if (this.readers[side].isOver) this.interior?.gap(side, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    const isAlert = this.facts.isModern ? this.lastLength[side] === ALERT_1_3 : this.lastIsAlert[side];
    if (isAlert) this.facts.saysClose(side);
    this.interior?.end(side, how, at);
  }

  lost(reader: RecordReader, at: At, why: string): void {
    this.handshakes[reader.side] = undefined;
    this.host.note(reader.count === 0 ? 'tls-answered-otherwise' : 'tls-lost', at, why);
  }

  /** Of a ClientHello, the extensions that were captured (snap length): the name is mostly among them. */
  cut({ side, type, count }: RecordReader, buffer: Uint8Array, end: number): void {
    if (side !== CLIENT || type !== HANDSHAKE || count > 1 || end < 4 || buffer[0] !== CLIENT_HELLO) return;
    const hello = readClientHello(buffer, 4, end);
    this.facts.began = this.opened;
    this.facts.encryptedHello = hello.encryptedHello;
    if (hello.serverName !== undefined) this.host.serverName(this.connection, hello.serverName);
  }

  wants({ side, type, length, count, firstTime }: RecordReader): boolean {
    if (side === CLIENT && count === 1) this.opened = firstTime;
    if (this.isEncrypted(side, type)) return this.interior?.opens(side) === true;
    return type === HANDSHAKE || type === SSL2_HELLO || (type === ALERT && length === 2);
  }

  record(reader: RecordReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const { side, type } = reader;
    const wasEncrypted = this.isEncrypted(side, type);
    this.weigh(reader);
    if (type === SSL2_HELLO) this.oldHello(buffer, start, end, at);
    else if (type === HANDSHAKE && !this.isSecret[side] && !reader.isDamaged) this.handshakes[side]?.data(buffer, start, end, at);
    else if (type === ALERT && end - start === 2 && !wasEncrypted) this.alert(side, buffer[start]!, buffer[start + 1]!, at);
    else if (side === CLIENT) this.clientRecord(reader);
    else this.serverRecord(type, at);
    if (wasEncrypted && (end > start || reader.isDamaged)) this.interior?.record(reader, buffer, start, end, at);
    this.lastLength[side] = type === APPLICATION_DATA ? reader.length : 0;
    this.lastIsAlert[side] = type === ALERT && this.isSecret[side];
  }

  message(side: Side, type: number, body: Uint8Array, start: number, end: number, at: At): void {
    if (side === CLIENT) {
      if (type === CLIENT_HELLO) this.clientHello(readClientHello(body, start, end), at);
      else if (type === CERTIFICATE) this.facts.clientCertificate = identityOf(body, start, end, false);
      // Who sends key material does not resume.
      else if (type === CLIENT_KEY_EXCHANGE && this.sawServerHello) this.facts.resumed = false;
    } else if (type === SERVER_HELLO) this.serverHello(body, start, end, at);
    else if (type === CERTIFICATE || type === SERVER_HELLO_DONE) {
      this.facts.resumed = false;
      this.serverIsDone ||= type === SERVER_HELLO_DONE;
      if (type === CERTIFICATE) this.facts.certificateNames ??= certificateNames(body, start, end, false);
    }
  }

  private clientHello(hello: ClientHello, at: At): void {
    const { facts } = this;
    // In a capture that is out of order the answer may lie first.
    const isFirst = this.hello === undefined && !facts.isRetried && facts.fingerprint === undefined;
    if (this.sawServerHello && !isFirst) return;
    if (!this.sawServerHello) {
      this.hello = hello;
      this.interior?.clientHello(hello);
    }
    if (hello.isDamaged) this.host.note('tls-hello', at, 'a ClientHello whose lengths lie');
    if (!isFirst) return;
    facts.began = this.opened;
    facts.protocolsOffered = shared(hello.protocols.join(','));
    facts.encryptedHello = hello.encryptedHello;
    facts.fingerprint = shared(fingerprintOf(hello));
    if (hello.hasEarlyData && !this.sawServerHello) facts.earlyData = 'offered';
    if (hello.serverName !== undefined) this.host.serverName(this.connection, hello.serverName);
  }

  private oldHello(buffer: Uint8Array, start: number, end: number, at: At): void {
    this.host.note('ssl2-hello', at);
    this.hello = readSsl2Hello(buffer, start, end);
    this.facts.began = this.opened;
  }

  private serverHello(body: Uint8Array, start: number, end: number, at: At): void {
    const { facts, hello } = this;
    const answer = readServerHello(body, start, end);
    if (answer.isDamaged) this.host.note('tls-hello', at, 'a ServerHello whose lengths lie');
    if (this.sawServerHello) return;
    facts.version = answer.version;
    facts.cipher = answer.cipher;
    if (answer.isRetry) {
      facts.isRetried = true;
      if (facts.earlyData !== 'none') facts.rejectEarly();
      return;
    }
    this.sawServerHello = true;
    if (hello) this.interior?.serverHello(answer, hello.random);
    this.hello = undefined;
    facts.protocol = answer.protocol === undefined ? undefined : shared(answer.protocol);
    if (facts.isModern) {
      this.hides(CLIENT);
      this.hides(SERVER);
      facts.resumed = answer.hasPreSharedKey;
    } else if (hello && hello.sessionId.length > 0 && same(hello.sessionId, answer.sessionId)) facts.resumed = true;
    if (facts.earlyData !== 'none' && facts.resumed === false) facts.rejectEarly();
  }

  /** What belongs to the handshake, and what may be requests; early data are both until the server has decided. */
  private weigh({ side, type, length, firstTime }: RecordReader): void {
    const { facts } = this;
    const isLast = length === END_OF_EARLY_DATA || isFinished(length);
    const isEarly = type === APPLICATION_DATA && side === CLIENT && facts.earlyData === 'offered' && !isLast;
    // Up to TLS 1.2 data are data, also before the server has finished (False Start).
    const isData = type === APPLICATION_DATA && (isEarly || this.isSet(facts.ready) || (this.sawServerHello && !facts.isModern));
    if (isData) {
      const contents = isEarly && !facts.isModern ? length - 17 : facts.contentsOf(length);
      facts.requests.record(side, contents);
      facts.gaps.record(side, contents, firstTime);
      facts.lastData = firstTime;
    } else if (!this.isSet(facts.ready)) facts.handshakeBytes += HEADER_LENGTH + length;
  }

  /** Of the client, and not to be read: ChangeCipherSpec, or what is encrypted. */
  private clientRecord({ type, length, firstTime }: RecordReader): void {
    const { facts } = this;
    if (type === APPLICATION_DATA && !this.isSet(this.earlyStart)) this.earlyStart = firstTime;
    if (facts.isModern) {
      if (type === APPLICATION_DATA && this.sawServerHello && !this.isSet(facts.ready)) this.finishes(length, firstTime);
    } else if (type === CHANGE_CIPHER_SPEC) {
      // A ChangeCipherSpec before any ServerHello only makes middleboxes believe (RFC 8446 §D.4).
      if (!this.sawServerHello) return;
      this.hides(CLIENT);
      this.interior?.change(CLIENT);
    } else if (this.isSecret[CLIENT]) {
      // The first is the Finished. After that of the server, the client is ready with its own.
      if (type === HANDSHAKE && this.serverChanged && facts.resumed && !this.isSet(facts.ready)) facts.ready = firstTime;
      if (type === HANDSHAKE && !this.isSet(this.clientFinished)) this.clientFinished = firstTime;
      if (type === APPLICATION_DATA && !this.serverChanged && !this.isSet(facts.ready)) {
        facts.isFalseStart = true;
        facts.ready = this.clientFinished;
      }
    }
  }

  /** TLS 1.3: the first flight of the client after the ServerHello ends the handshake, unless it is still early data. */
  private finishes(length: number, time: number): void {
    const { facts } = this;
    if (facts.earlyData === 'offered') {
      if (!isFinished(length)) return;
      if (this.lastLength[CLIENT] === END_OF_EARLY_DATA) facts.earlyData = 'accepted';
      else facts.rejectEarly();
    }
    facts.ready = facts.earlyData === 'accepted' ? this.earlyStart : time;
  }

  private serverRecord(type: number, at: At): void {
    const { facts } = this;
    if (facts.isModern || !this.sawServerHello) return;
    if (type === CHANGE_CIPHER_SPEC) {
      this.hides(SERVER);
      this.serverChanged = true;
      this.interior?.change(SERVER);
      // Without a hello's done and without a certificate: the session goes on where another ended (RFC 5246 §7.3).
      facts.resumed ??= !this.serverIsDone;
    } else if (type === HANDSHAKE && this.serverChanged && facts.resumed === false && !this.isSet(facts.ready)) {
      facts.ready = at.time;
      facts.isReadyByServer = true;
    }
  }

  private alert(side: Side, level: number, description: number, { frame, time }: At): void {
    if (description === CLOSE_NOTIFY) this.facts.saysClose(side);
    if (level !== FATAL || this.facts.alert) return;
    this.facts.alert = { by: side === CLIENT ? 'client' : 'server', name: alertName(description), frame, time };
  }

  /** In TLS 1.3 everything encrypted looks like data (RFC 8446 §5.2); data before the ServerHello are early data. */
  private isEncrypted(side: Side, type: number): boolean {
    if (type === APPLICATION_DATA) return this.isSecret[side] || side === CLIENT;
    return this.isSecret[side] && !this.facts.isModern && type !== CHANGE_CIPHER_SPEC;
  }

  /** Its records are encrypted from here on: nothing more of the handshake can be read, and open connections are many. */
  private hides(side: Side): void {
    this.isSecret[side] = true;
    this.handshakes[side] = undefined;
  }

  private isSet(time: number): boolean {
    return !Number.isNaN(time);
  }
}

/** Texts that most connections have alike are kept once. */
const texts = new Map<string, string>();
const mostTexts = 4096;

function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= mostTexts) texts.clear();
  texts.set(text, text);
  return text;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
