/** The keys of one connection: which of them open its records at each moment. */

import { CLIENT, SERVER, type Side } from '../stream.ts';
import type { KeyLog, SecretName } from './key-log.ts';
import { expandLabel, keyBlock } from './key-schedule.ts';
import { AeadCipher, CbcCipher, type RecordCipher } from './record-cipher.ts';
import { type Suite, suiteOf } from './suite.ts';

/** What both hellos agreed on. */
export interface Agreed {
  readonly version: number;
  readonly cipher: number;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  /** Of the ServerHello. */
  readonly sessionId: Uint8Array;
  readonly encryptThenMac: boolean;
}

const handshakeSecrets: readonly [SecretName, SecretName] = ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_HANDSHAKE_TRAFFIC_SECRET'];
const trafficSecrets: readonly [SecretName, SecretName] = ['CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0'];

export class Decryption {
  /** Why records cannot be opened, where they cannot. */
  why: string | undefined = undefined;
  readonly #ciphers: [RecordCipher | undefined, RecordCipher | undefined] = [undefined, undefined];
  /** Of TLS up to 1.2, until each side's ChangeCipherSpec. */
  readonly #pending: [RecordCipher | undefined, RecordCipher | undefined] = [undefined, undefined];
  /** Of TLS 1.3: the secrets that the present keys come from, and those of the data. */
  readonly #secrets: [Uint8Array | undefined, Uint8Array | undefined] = [undefined, undefined];
  readonly #later: [Uint8Array | undefined, Uint8Array | undefined] = [undefined, undefined];
  #suite: Suite | undefined;
  /** Early data: which of the suites offered they are encrypted with shows when one opens them. */
  #early: RecordCipher[] = [];

  /** Whether this side's records can be opened now. */
  opens(side: Side): boolean {
    return this.#ciphers[side] !== undefined || (side === CLIENT && this.#early.length > 0);
  }

  /** The ClientHello offers early data. */
  offerEarly(keys: KeyLog, clientRandom: Uint8Array, ciphers: readonly number[]): void {
    const secret = keys.find('CLIENT_EARLY_TRAFFIC_SECRET', clientRandom);
    if (!secret) return;
    const suites = ciphers.filter((cipher) => cipher >> 8 === 0x13).map(suiteOf);
    this.#early = suites.flatMap((suite) => (suite && hashLength(suite) === secret.length ? [modern(suite, secret)] : []));
  }

  agree(keys: KeyLog, agreed: Agreed): void {
    const suite = suiteOf(agreed.cipher);
    this.#suite = suite;
    if (!suite) this.why = 'the cipher suite is not supported';
    else if (agreed.version >= 0x0304) this.#modern(keys, suite, agreed);
    else this.#classic(keys, suite, agreed);
  }

  /** Contents of the next record of a side; undefined where it is not authentic, and then nothing more of that side is. */
  open(side: Side, type: number, version: number, payload: Uint8Array): Uint8Array | undefined {
    if (side === CLIENT && this.#early.length > 0) {
      for (const cipher of this.#early) {
        const contents = cipher.open(type, version, payload);
        if (contents) {
          this.#early = [cipher];
          return contents;
        }
      }
      // Early data that the server does not take end without a word.
      this.#early = [];
    }
    const contents = this.#ciphers[side]?.open(type, version, payload);
    if (contents) return contents;
    this.stop(side, 'wrong key: a record is not authentic');
    return undefined;
  }

  /** A record of this side is not in the capture. */
  skip(side: Side): void {
    if (this.#ciphers[side]?.skip() === false) this.stop(side, 'a record is missing');
  }

  /** TLS up to 1.2: what follows is encrypted. */
  change(side: Side): void {
    if (this.#ciphers[side] && !this.#pending[side]) return this.stop(side, 'no key after a renegotiation');
    this.#ciphers[side] = this.#pending[side];
    this.#pending[side] = undefined;
  }

  /** TLS 1.3: the early data are over; a side's handshake is over; a side takes its next key (RFC 8446 §7.2). */
  endEarly(): void {
    this.#early = [];
  }

  finish(side: Side): void {
    const later = this.#later[side];
    if (later) this.#use(side, later);
    this.#later[side] = undefined;
  }

  update(side: Side): void {
    const secret = this.#secrets[side];
    if (secret && this.#suite) this.#use(side, expandLabel(this.#suite.hash, secret, 'traffic upd', secret.length));
  }

  stop(side: Side, why: string): void {
    this.#ciphers[side] = undefined;
    this.why ??= why;
  }

  #modern(keys: KeyLog, suite: Suite, { clientRandom }: Agreed): void {
    for (const side of [CLIENT, SERVER] as const) {
      const first = keys.find(handshakeSecrets[side], clientRandom);
      this.#later[side] = keys.find(trafficSecrets[side], clientRandom);
      if (first && first.length === hashLength(suite)) this.#use(side, first);
      else this.why = 'no key';
    }
  }

  #use(side: Side, secret: Uint8Array): void {
    this.#secrets[side] = secret;
    this.#ciphers[side] = this.#suite && modern(this.#suite, secret);
  }

  // client MAC  server MAC  client key  server key  client IV  server IV      (RFC 5246 §6.3)
  #classic(keys: KeyLog, suite: Suite, agreed: Agreed): void {
    const { version, clientRandom, serverRandom, sessionId, encryptThenMac } = agreed;
    const master = keys.find('master', clientRandom) ?? keys.findSession(sessionId);
    if (!master) {
      this.why = 'no key';
      return;
    }
    const ivLength = suite.kind === 'cbc' ? (version >= 0x0302 ? 0 : suite.blockLength) : suite.kind === 'chacha20-poly1305' ? 12 : 4;
    const lengths = [suite.macLength, suite.macLength, suite.keyLength, suite.keyLength, ivLength, ivLength];
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const block = keyBlock(version, suite.hash, master, clientRandom, serverRandom, total);
    let at = 0;
    const parts = lengths.map((length) => {
      at += length;
      return block.subarray(at - length, at);
    });
    for (const side of [CLIENT, SERVER] as const) {
      const [mac, key, iv] = [parts[side]!, parts[2 + side]!, parts[4 + side]!];
      this.#pending[side] =
        suite.kind === 'cbc' ? new CbcCipher(suite, version, { key, mac, iv }, encryptThenMac) : new AeadCipher(suite, key, iv, false);
    }
  }
}

const hashLength = (suite: Suite): number => (suite.hash === 'sha384' ? 48 : 32);

const modern = (suite: Suite, secret: Uint8Array): RecordCipher =>
  new AeadCipher(suite, expandLabel(suite.hash, secret, 'key', suite.keyLength), expandLabel(suite.hash, secret, 'iv', 12), true);
