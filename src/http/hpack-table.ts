/** The tables that HPACK indices point into (RFC 7541 §2.3): a static one, and one that each direction fills as it goes. */

/** Fields that mean something to us; `other` is any other name, `unknown` one that was said before the capture began. */
export const fieldKinds = {
  unknown: -1,
  other: 0,
  ':method': 1,
  ':path': 2,
  ':authority': 3,
  ':status': 4,
  ':protocol': 5,
  'user-agent': 6,
  server: 7,
  host: 8,
  ':scheme': 9,
  'alt-svc': 10,
  cookie: 11,
  'set-cookie': 12,
} as const;
export type FieldKind = (typeof fieldKinds)[keyof typeof fieldKinds];

const kinds = new Map<string, FieldKind>(Object.entries(fieldKinds).slice(2));

export const kindOf = (name: string): FieldKind => kinds.get(name) ?? fieldKinds.other;

const nothing = new Uint8Array(0);
const bytesOf = (text: string): Uint8Array => Uint8Array.from([...text], (character) => character.charCodeAt(0));

/** A header field; its value is bytes[start, end). Of a table it stays as it is, else it is reused and its bytes are borrowed. */
export class HeaderField {
  kind: FieldKind = fieldKinds.other;
  name = '';
  bytes: Uint8Array = nothing;
  start = 0;
  end = 0;
  /** Whoever keeps texts may note here, on a field of a dynamic table, the number of the value. */
  text = 0;
  isKept = false;

  set(kind: FieldKind, name: string, bytes: Uint8Array, start: number, end: number): void {
    this.kind = kind;
    this.name = name;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** RFC 7541 §4.1 */
  get size(): number {
    return this.name.length + this.end - this.start + 32;
  }
}

/** Stands for an index that points to what was said before the capture began. */
export const unknownField: HeaderField = new HeaderField();
unknownField.set(fieldKinds.unknown, '?', bytesOf('?'), 0, 1);

// RFC 7541 appendix A, from index 1 on.
const staticFields: readonly HeaderField[] = (
  ':authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204|:status 206|:status 304|' +
  ':status 400|:status 404|:status 500|accept-charset|accept-encoding gzip, deflate|accept-language|accept-ranges|accept|' +
  'access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|content-encoding|content-language|content-length|' +
  'content-location|content-range|content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|' +
  'if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server|' +
  'set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate'
)
  .split('|')
  .map((line) => {
    const name = line.split(' ', 1)[0]!;
    const value = bytesOf(line.slice(name.length + 1));
    const field = new HeaderField();
    field.set(kindOf(name), name, value, 0, value.length);
    return field;
  });

/** The dynamic table: a ring, the newest field has index 62. Fields that no longer fit are forgotten, oldest first (RFC 7541 §4). */
export class HeaderTable {
  maximum = 4096;
  #size = 0;
  #ring: HeaderField[] = new Array<HeaderField>(8).fill(unknownField);
  #newest = 0;
  #count = 0;

  /** undefined where nothing has that index. */
  field(index: number): HeaderField | undefined {
    if (index <= staticFields.length) return staticFields[index - 1];
    const back = index - staticFields.length - 1;
    return back < this.#count ? this.#ring[(this.#newest - back) & (this.#ring.length - 1)] : undefined;
  }

  /** Keeps a copy of the value; a field larger than the table empties it and is not kept. */
  add(kind: FieldKind, name: string, bytes: Uint8Array, start: number, end: number): void {
    const size = name.length + end - start + 32;
    this.#evict(this.maximum - size);
    if (size > this.maximum) return;
    const field = new HeaderField();
    field.set(kind, name, bytes.slice(start, end), 0, end - start);
    field.isKept = true;
    if (this.#count === this.#ring.length) this.#grow();
    this.#newest = (this.#newest + 1) & (this.#ring.length - 1);
    this.#ring[this.#newest] = field;
    this.#count += 1;
    this.#size += size;
  }

  resize(maximum: number): void {
    this.maximum = maximum;
    this.#evict(maximum);
  }

  clear(): void {
    this.#evict(-1);
  }

  #evict(room: number): void {
    while (this.#count > 0 && this.#size > room) {
      const oldest = (this.#newest - this.#count + 1) & (this.#ring.length - 1);
      this.#size -= this.#ring[oldest]!.size;
      this.#ring[oldest] = unknownField;
      this.#count -= 1;
    }
  }

  #grow(): void {
    const length = this.#ring.length;
    const oldest = (this.#newest + 1) & (length - 1);
    const ordered = [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)];
    this.#ring = [...ordered, ...new Array<HeaderField>(length).fill(unknownField)];
    this.#newest = length - 1;
  }
}
