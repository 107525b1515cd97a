/** Decodes header blocks of one direction (RFC 7541); the table goes on from block to block, so every block must be given, in order. */

import { grown, latin1 } from '../bytes.ts';
import { limits } from '../limits.ts';
import { type FieldKind, HeaderField, HeaderTable, kindOf, unknownField } from './hpack-table.ts';
import { decodedRoom, decodeHuffman } from './huffman.ts';

export interface FieldSink {
  /** Unless it is one of a table, the field and its bytes are borrowed until the call returns. */
  field(field: HeaderField): void;
}

/** Largest integer read (RFC 7541 §5.1): lengths and indices beyond it are damage. */
const LARGEST = 2 ** 31 - 1;
/** Coded strings are decoded here; nobody needs one for longer than its field. */
let scratch: Uint8Array = new Uint8Array(1024);

export class HpackDecoder {
  /** What the other side's SETTINGS allow the table to be; the most that they ever allowed, for both sides learn of a change at their own time. */
  allowed = 4096;
  /** Of the last block: it referred to fields that were said before the capture began; its list was longer than the limit. */
  hasUnknown = false;
  isCut = false;
  /** A block was wrong: this one and all later ones cannot be decoded. */
  isBroken = false;
  readonly #table = new HeaderTable();
  readonly #literal = new HeaderField();
  #isPartial: boolean;
  /** Where the part just read ends; a string is #bytes[#from, #to). */
  #p = 0;
  #bytes: Uint8Array = scratch;
  #from = 0;
  #to = 0;

  /** `partial`: what the table holds at first is not known. */
  constructor(partial: boolean) {
    this.#isPartial = partial;
  }

  /** Blocks were lost: of what the table held nothing is known any more. */
  lose(): void {
    this.#isPartial = true;
    this.#table.clear();
  }

  /** The other side's SETTINGS_HEADER_TABLE_SIZE. A larger table than the limit is kept in part. */
  allow(size: number): void {
    if (size > this.allowed) this.allowed = size;
  }

  /** One whole block; false where it is wrong. */
  decode(buffer: Uint8Array, start: number, end: number, sink: FieldSink): boolean {
    this.hasUnknown = false;
    this.isCut = false;
    if (this.isBroken) return false;
    let size = 0;
    let mayResize = true;
    this.#p = start;
    while (this.#p < end) {
      const first = buffer[this.#p]!;
      if (first >= 32 && first < 64) {
        if (!mayResize || !this.#resize(buffer, end)) return this.#break();
        continue;
      }
      mayResize = false;
      const field = first >= 128 ? this.#indexed(buffer, end) : this.#spelt(buffer, end, first);
      if (field === undefined) return this.#break();
      size += field.size;
      if (size > limits.headerList) this.isCut = true;
      else sink.field(field);
    }
    return true;
  }

  // 1iiiiiii                                    index of a whole field (RFC 7541 §6.1)
  #indexed(buffer: Uint8Array, end: number): HeaderField | undefined {
    return this.#at(this.#integer(buffer, end, 127));
  }

  // 01iiiiii  0000iiii  0001iiii                literal, to be kept; not; never (§6.2): index of its name
  // 01000000  0000…     0001…    Hlllllll …     or 0 and the name; then the value
  #spelt(buffer: Uint8Array, end: number, first: number): HeaderField | undefined {
    const isKept = first >= 64;
    const index = this.#integer(buffer, end, isKept ? 63 : 15);
    let kind: FieldKind;
    let name: string;
    if (index === 0) {
      if (!this.#string(buffer, end)) return undefined;
      name = latin1(this.#bytes, this.#from, this.#to);
      kind = kindOf(name);
    } else {
      const known = this.#at(index);
      if (known === undefined) return undefined;
      ({ name, kind } = known);
    }
    if (!this.#string(buffer, end)) return undefined;
    this.#literal.set(kind, name, this.#bytes, this.#from, this.#to);
    if (isKept) this.#table.add(kind, name, this.#bytes, this.#from, this.#to);
    return this.#literal;
  }

  #at(index: number): HeaderField | undefined {
    if (index <= 0) return undefined;
    const field = this.#table.field(index) ?? (this.#isPartial ? unknownField : undefined);
    if (field?.kind === unknownField.kind) this.hasUnknown = true;
    return field;
  }

  // 001sssss                                    new size of the table, at the beginning of a block (§6.3)
  #resize(buffer: Uint8Array, end: number): boolean {
    const size = this.#integer(buffer, end, 31);
    if (size < 0 || (size > this.allowed && !this.#isPartial)) return false;
    if (size > limits.headerTable) this.#isPartial = true;
    this.#table.resize(Math.min(size, limits.headerTable));
    return true;
  }

  // iiiii111  1vvvvvvv  0vvvvvvv                a prefix of all ones goes on in groups of seven bits, least first (§5.1); -1 where it does not end
  #integer(buffer: Uint8Array, end: number, mask: number): number {
    let value = buffer[this.#p]! & mask;
    this.#p += 1;
    if (value < mask) return value;
    for (let scale = 1; this.#p < end && value <= LARGEST; scale *= 128) {
      const byte = buffer[this.#p]!;
      this.#p += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value <= LARGEST ? value : -1;
      if (scale > LARGEST) break;
    }
    return -1;
  }

  // Hlllllll …                                  coded by Huffman or not, length, bytes (§5.2)
  #string(buffer: Uint8Array, end: number): boolean {
    if (this.#p >= end) return false;
    const isCoded = buffer[this.#p]! >= 128;
    const length = this.#integer(buffer, end, 127);
    const start = this.#p;
    if (length < 0 || length > end - start) return false;
    this.#p = start + length;
    if (!isCoded) {
      this.#bytes = buffer;
      this.#from = start;
      this.#to = this.#p;
      return true;
    }
    scratch = grown(scratch, decodedRoom(length));
    this.#bytes = scratch;
    this.#from = 0;
    this.#to = decodeHuffman(buffer, start, this.#p, scratch, 0);
    return this.#to >= 0;
  }

  #break(): false {
    this.isBroken = true;
    return false;
  }
}
