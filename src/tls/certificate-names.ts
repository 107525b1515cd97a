/** The hosts that a server's certificate is valid for: the DNS names of subjectAltName (RFC 5280 §4.2.1.6). */

// Tags of DER (X.690 §8).
const SEQUENCE = 0x30;
const OCTETS = 0x04;
const OBJECT_ID = 0x06;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
/** 2.5.29.17 */
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];

/** Names kept of one certificate, and bytes of one name (RFC 1035 §2.3.4). */
const NAMES = 256;
const NAME = 253;
/** Servers send the same certificate again and again. */
const REMEMBERED = 256;
const remembered = new Map<string, readonly string[]>();

const nothing: readonly string[] = [];

/** Of a Certificate message: its first certificate is the server's own; TLS 1.3 has a context before the list. */
export function certificateNames(body: Uint8Array, start: number, end: number, isModern: boolean): readonly string[] {
  const list = isModern ? start + 1 + (body[start] ?? 0) : start;
  if (list + 6 > end) return nothing;
  const begin = list + 6;
  const length = (body[list + 3]! << 16) | (body[list + 4]! << 8) | body[list + 5]!;
  if (begin + length > end || length < 64) return nothing;
  // The signature at its end is what makes it different from any other.
  const key = Buffer.from(body.buffer, body.byteOffset + begin + length - 48, 48).toString('latin1');
  const known = remembered.get(key);
  if (known) return known;
  const names = namesOf(new Der(body, begin, begin + length));
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(key, names);
  return names;
}

// 30 82 …  30 82 …  a0 03 02 01 02 …  a3 82 … 30 82 …  30 0b 06 03 55 1d 11 04 …
function namesOf(certificate: Der): readonly string[] {
  const signed = certificate.enter(SEQUENCE)?.enter(SEQUENCE);
  const extensions = signed?.find(EXTENSIONS)?.enter(SEQUENCE);
  for (let extension = extensions?.enter(SEQUENCE); extension; extension = extensions?.enter(SEQUENCE)) {
    if (extension.enter(OBJECT_ID)?.equals(SUBJECT_ALT_NAME)) return dnsNames(extension.find(OCTETS)?.enter(SEQUENCE));
  }
  return nothing;
}

function dnsNames(list: Der | undefined): readonly string[] {
  const names: string[] = [];
  while (list && !list.isDone && names.length < NAMES) {
    const name = list.next();
    if (!name) break;
    if (name.tag === DNS_NAME && name.length <= NAME) names.push(name.text());
  }
  return names;
}

/** Elements one after another; a length that lies ends it. */
class Der {
  readonly tag: number;
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, end: number, tag = 0) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.tag = tag;
  }

  get isDone(): boolean {
    return this.#at >= this.#end;
  }

  get length(): number {
    return this.#end - this.#at;
  }

  /** The next element's contents. */
  next(): Der | undefined {
    const bytes = this.#bytes;
    if (this.#at + 2 > this.#end) return undefined;
    const tag = bytes[this.#at]!;
    let length = bytes[this.#at + 1]!;
    let from = this.#at + 2;
    if (length >= 0x80) {
      const width = length & 0x7f;
      if (width > 3 || from + width > this.#end) return undefined;
      length = 0;
      for (let i = 0; i < width; i += 1) length = length * 256 + bytes[from + i]!;
      from += width;
    }
    if (from + length > this.#end) return undefined;
    this.#at = from + length;
    return new Der(bytes, from, from + length, tag);
  }

  /** The next element's contents, if it has this tag. */
  enter(tag: number): Der | undefined {
    const inside = this.next();
    return inside?.tag === tag ? inside : undefined;
  }

  /** The next of this tag, whatever comes before. */
  find(tag: number): Der | undefined {
    for (let each = this.next(); each; each = this.next()) if (each.tag === tag) return each;
    return undefined;
  }

  equals(bytes: readonly number[]): boolean {
    return bytes.length === this.length && bytes.every((byte, i) => this.#bytes[this.#at + i] === byte);
  }

  text(): string {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, this.length).toString('latin1');
  }
}

/** A number for the contents of a Certificate message, never 0; 0 where it is empty: the client has none to show (RFC 8446 §4.4.2). */
export function identityOf(body: Uint8Array, start: number, end: number, isModern: boolean): number {
  const list = start + (isModern ? 1 + (body[start] ?? 0) : 0);
  if (list + 3 >= end) return 0;
  // FNV-1a: equal certificates are told from others, nobody is kept from forging one.
  let hash = 0x811c9dc5;
  for (let at = list; at < end; at += 1) hash = Math.imul(hash ^ body[at]!, 0x01000193);
  return hash | 1;
}
