/** What is inside the encrypted records of one connection, where the keys are known: its data go on as a stream of their own. */

import { type At, CLIENT, type EndKind, SERVER, type Side, type StreamSink } from '../stream.ts';
import { CLOSE_NOTIFY } from './alerts.ts';
import { certificateNames, identityOf } from './certificate-names.ts';
import { Decryption } from './decryption.ts';
import type { TlsFacts } from './facts.ts';
import {
  CERTIFICATE,
  CLIENT_HELLO,
  ENCRYPTED_EXTENSIONS,
  END_OF_EARLY_DATA,
  FINISHED,
  HandshakeReader,
  KEY_UPDATE,
  type MessageSink,
  SERVER_HELLO,
} from './handshake.ts';
import { type ClientHello, readClientHello, readEncryptedExtensions, readServerHello, type ServerHello } from './hello.ts';
import type { KeyLog } from './key-log.ts';
import { ALERT, APPLICATION_DATA, HANDSHAKE, type RecordReader } from './records.ts';

/** Early data wait for the server's word on them, up to so many bytes. */
const EARLY_LIMIT = 64 << 10;
/** What an AEAD adds to the contents: a tag and, in TLS 1.3, the type; in TLS 1.2, most of a nonce. */
const ADDED = { modern: 17, classic: 24 } as const;

/** Data that came before the ServerHello. */
interface Early {
  readonly bytes: Uint8Array;
  readonly frame: number;
  readonly time: number;
}

export class Interior implements MessageSink {
  readonly #facts: TlsFacts;
  readonly #keys: KeyLog;
  readonly #open: () => StreamSink;
  readonly #decryption = new Decryption();
  readonly #handshakes: readonly [HandshakeReader, HandshakeReader] = [
    new HandshakeReader(CLIENT, this),
    new HandshakeReader(SERVER, this),
  ];
  #sink: StreamSink | undefined;
  #early: Early[] | undefined;
  #earlyLength = 0;
  /** Of a ClientHello inside. */
  #random: Uint8Array | undefined;

  /** `open` gives whoever reads the data; it is asked when the first come. */
  constructor(facts: TlsFacts, keys: KeyLog, open: () => StreamSink) {
    this.#facts = facts;
    this.#keys = keys;
    this.#open = open;
  }

  opens(side: Side): boolean {
    return this.#decryption.opens(side);
  }

  clientHello({ random, ciphers, hasEarlyData }: ClientHello): void {
    if (!hasEarlyData) return;
    this.#decryption.offerEarly(this.#keys, random, ciphers);
    this.#early = [];
  }

  serverHello(hello: ServerHello, clientRandom: Uint8Array): void {
    const { version, cipher, sessionId, encryptThenMac, random: serverRandom } = hello;
    this.#decryption.agree(this.#keys, { version, cipher, sessionId, encryptThenMac, clientRandom, serverRandom });
    this.#tell();
  }

  /** A ChangeCipherSpec of TLS up to 1.2. */
  change(side: Side): void {
    this.#decryption.change(side);
    this.#tell();
  }

  /** One whole encrypted record, its payload buffer[start, end). */
  record(reader: RecordReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const { side } = reader;
    if (reader.isDamaged) return this.#damaged(reader, at);
    const contents = this.#decryption.open(side, reader.type, reader.version, buffer.subarray(start, end));
    if (!contents) return this.#tell();
    this.#facts.isDecrypted = true;
    // TLS 1.3 hides the type behind the contents, and zeros behind that (RFC 8446 §5.2).
    let length = contents.length;
    if (this.#isModern(side)) while (length > 0 && contents[length - 1] === 0) length -= 1;
    const type = this.#isModern(side) ? (contents[length - 1] ?? 0) : reader.type;
    if (this.#isModern(side)) length -= 1;
    if (type === APPLICATION_DATA) this.#data(reader, contents, Math.max(0, length), at);
    else if (type === HANDSHAKE) this.#handshakes[side].data(contents, 0, length, at);
    else if (type === ALERT && contents[1] === CLOSE_NOTIFY) this.#facts.saysClose(side);
  }

  message(side: Side, type: number, body: Uint8Array, start: number, end: number): void {
    if (!this.#isModern(side)) return this.#again(type, body, start, end);
    if (type === FINISHED) this.#decryption.finish(side);
    else if (type === KEY_UPDATE) this.#decryption.update(side);
    else if (type === CERTIFICATE && side !== SERVER) this.#facts.clientCertificate = identityOf(body, start, end, true);
    else if (type === CERTIFICATE) this.#facts.certificateNames = certificateNames(body, start, end, true);
    else if (type === END_OF_EARLY_DATA && side === CLIENT) this.#decryption.endEarly();
    else if (type === ENCRYPTED_EXTENSIONS && side === SERVER) {
      const { protocol, hasEarlyData } = readEncryptedExtensions(body, start, end);
      this.#facts.protocol = protocol;
      this.#decideEarly(hasEarlyData);
    }
  }

  /** Hellos inside: TLS up to 1.2 agrees on new keys (RFC 5246 §7.4.1.1). */
  #again(type: number, body: Uint8Array, start: number, end: number): void {
    if (type === CLIENT_HELLO) this.#random = readClientHello(body, start, end).random;
    else if (type === SERVER_HELLO && this.#random) this.serverHello(readServerHello(body, start, end), this.#random);
  }

  gap(side: Side, at: At): void {
    this.#decryption.stop(side, 'bytes are missing');
    this.#tell();
    this.#sink?.gap(side, 1, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    if (side === CLIENT) this.#decideEarly(true);
    this.#sink?.end(side, how, at);
  }

  /** Before the ServerHello only TLS 1.3 encrypts. */
  #isModern(side: Side): boolean {
    return this.#facts.isModern || (side === CLIENT && this.#early !== undefined);
  }

  #data(reader: RecordReader, bytes: Uint8Array, length: number, at: At): void {
    if (length === 0) return;
    if (reader.side === CLIENT && this.#early && this.#earlyLength + length <= EARLY_LIMIT) {
      this.#earlyLength += length;
      this.#early.push({ bytes: bytes.slice(0, length), frame: reader.firstFrame, time: reader.firstTime });
      return;
    }
    if (reader.side === CLIENT) this.#decideEarly(true);
    this.#sink ??= this.#open();
    // The record began with an earlier packet: so did what it says.
    const isLong = reader.firstFrame !== at.frame;
    if (isLong) this.#sink.data(reader.side, bytes, 0, 1, { frame: reader.firstFrame, time: reader.firstTime });
    if (length > 1 || !isLong) this.#sink.data(reader.side, bytes, isLong ? 1 : 0, length, at);
  }

  /** Early data that the server did not take are sent again: those are the ones that count. */
  #decideEarly(isAccepted: boolean): void {
    const early = this.#early;
    if (!early) return;
    this.#early = undefined;
    if (this.#facts.earlyData !== 'none' && this.#facts.isModern) this.#facts.earlyData = isAccepted ? 'accepted' : 'rejected';
    if (!isAccepted || early.length === 0) return;
    this.#sink ??= this.#open();
    for (const each of early) this.#sink.data(CLIENT, each.bytes, 0, each.bytes.length, each);
  }

  #damaged({ side, length, type }: RecordReader, at: At): void {
    this.#decryption.skip(side);
    this.#tell();
    const added = this.#facts.isModern ? ADDED.modern : ADDED.classic;
    if (type === APPLICATION_DATA && length > added) this.#sink?.gap(side, length - added, at);
  }

  #tell(): void {
    if (this.#decryption.why === undefined) return;
    this.#facts.isDecrypted ??= false;
    this.#facts.notDecryptedWhy ??= this.#decryption.why;
  }
}
