/** Secrets that a client or a server wrote down (SSLKEYLOGFILE, draft-ietf-tls-keylogfile), from a file or from the capture itself. */

/** What the secrets of a connection are called; `master` is that of TLS up to 1.2. */
export type SecretName =
  | 'master'
  | 'CLIENT_EARLY_TRAFFIC_SECRET'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0';

// CLIENT_RANDOM 52362c… 9f9a0f…               label, client random (32 bytes), secret
const line = /^([A-Z_0-9]{3,40}) ([0-9a-f]{64}) ([0-9a-f]{2,128})$/i;
// RSA Session-ID:a0fb… Master-Key:1edb…        as OpenSSL and tshark write it: the session's id, the master secret
const bySession = /^RSA Session-ID:([0-9a-f]{2,64}) Master-Key:([0-9a-f]{96})$/i;
/** No line that says something is longer. */
const LINE = 512;

export class KeyLog {
  /** Lines that say nothing that is understood, comments and empty ones apart. */
  ignored = 0;
  // Private on purpose: secrets shall not come out when something that holds them is printed.
  readonly #secrets = new Map<string, Uint8Array>();

  get isEmpty(): boolean {
    return this.#secrets.size === 0;
  }

  /** Whole lines. */
  add(text: string): void {
    for (let from = 0; from < text.length; ) {
      const feed = text.indexOf('\n', from);
      const end = feed < 0 ? text.length : feed;
      if (end - from <= LINE) this.#line(text.slice(from, end).trim());
      else this.ignored += 1;
      from = end + 1;
    }
  }

  find(name: SecretName, clientRandom: Uint8Array): Uint8Array | undefined {
    return this.#secrets.get(`${name} ${hex(clientRandom)}`);
  }

  /** The master secret of a session that is known by its number. */
  findSession(id: Uint8Array): Uint8Array | undefined {
    return this.#secrets.get(`session ${hex(id)}`);
  }

  #line(text: string): void {
    if (text === '' || text.startsWith('#')) return;
    const found = line.exec(text);
    const session = found ? null : bySession.exec(text);
    if (found) this.#set(`${found[1] === 'CLIENT_RANDOM' ? 'master' : found[1]} ${found[2]!.toLowerCase()}`, found[3]!);
    else if (session) this.#set(`session ${session[1]!.toLowerCase()}`, session[2]!);
    else this.ignored += 1;
  }

  #set(name: string, secret: string): void {
    this.#secrets.set(name, Uint8Array.from(Buffer.from(secret, 'hex')));
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
