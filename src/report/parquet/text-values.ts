/** Texts of a column: each once, in a dictionary, where they repeat, else one behind the other. */

import type { Statistics } from 'hyparquet';
import type { FieldValue } from '../../analysis/fields.ts';
import { bitsFor, type Desk, type Encoded, twice, type Values, writePlaces } from './values.ts';

const smallest = 1024;
/** Bytes of the length before each text. */
const prefix = 4;
/** A dictionary of more would not halve them, unless the texts that come are others than those that came. */
const isHopeless = (different: number, count: number): boolean => different > 512 + 0.5 * count;
/** Nobody looks for a range among more. */
const mostBounded = 1024;

export class TextValues implements Values {
  count = 0;
  /** Those met in this row group, with their places in the dictionary; undefined where it has none any more. */
  #known: Map<string, number> | undefined = new Map();
  #places = new Int32Array(smallest);
  #last: string | undefined = undefined;
  #lastPlace = 0;
  /** As they stand in the file, each behind its length: those of the dictionary, or all. */
  #bytes: Buffer = Buffer.from(new ArrayBuffer(smallest));
  #length = 0;
  /** Where each of the dictionary begins, and where the last one ends. */
  #starts: number[] = [0];

  /** Bytes that wait. */
  get size(): number {
    return this.#length;
  }

  add(value: FieldValue): boolean {
    if (typeof value !== 'string') return false;
    if (this.#known === undefined) this.#write(value);
    else this.#addPlace(value, this.#known);
    this.count += 1;
    return true;
  }

  #addPlace(text: string, known: Map<string, number>): void {
    if (text !== this.#last) {
      let place = known.get(text);
      if (place === undefined) {
        if (isHopeless(known.size, this.count)) {
          this.#spread();
          return this.#write(text);
        }
        place = known.size;
        known.set(text, place);
        this.#write(text);
        this.#starts.push(this.#length);
      }
      this.#last = text;
      this.#lastPlace = place;
    }
    if (this.count === this.#places.length) this.#places = twice(this.#places);
    this.#places[this.count] = this.#lastPlace;
  }

  #write(text: string): void {
    this.#bytes = withRoom(this.#bytes, this.#length, prefix + 3 * text.length);
    const length = this.#bytes.write(text, this.#length + prefix, 'utf8');
    this.#bytes.writeUInt32LE(length, this.#length);
    this.#length += prefix + length;
  }

  /** Does without the dictionary: each text once more wherever it stood. */
  #spread(): void {
    const [entries, places, starts] = [this.#bytes, this.#places, this.#starts];
    this.#bytes = Buffer.from(new ArrayBuffer(Math.max(smallest, this.#plainLength())));
    this.#length = 0;
    for (let i = 0; i < this.count; i += 1) {
      const place = places[i]!;
      this.#length += entries.copy(this.#bytes, this.#length, starts[place]!, starts[place + 1]!);
    }
    this.#known = undefined;
  }

  #plainLength(): number {
    const [places, starts] = [this.#places, this.#starts];
    let length = 0;
    for (let i = 0; i < this.count; i += 1) length += starts[places[i]! + 1]! - starts[places[i]!]!;
    return length;
  }

  encode(desk: Desk): Encoded {
    const entries = this.#known?.size ?? 0;
    const statistics = entries > 0 && entries <= mostBounded ? this.#bounds() : {};
    if (entries > 0 && 2 * (this.#length + (this.count * bitsFor(entries)) / 8) > this.#plainLength()) this.#spread();
    const hasDictionary = this.#known !== undefined;
    (hasDictionary ? desk.dictionary : desk.data).appendBytes(this.#bytes.subarray(0, this.#length));
    if (hasDictionary) writePlaces(desk.data, this.#places.subarray(0, this.count), entries);
    this.#clear();
    return hasDictionary ? { encoding: 'RLE_DICTIONARY', entries, statistics } : { encoding: 'PLAIN', statistics };
  }

  #clear(): void {
    this.count = 0;
    this.#known = new Map();
    this.#last = undefined;
    this.#length = 0;
    this.#starts = [0];
  }

  /** In the order of their bytes (parquet.thrift). */
  #bounds(): Statistics {
    const [bytes, starts] = [this.#bytes, this.#starts];
    const compare = (a: number, b: number): number =>
      bytes.compare(bytes, starts[b]! + prefix, starts[b + 1]!, starts[a]! + prefix, starts[a + 1]!);
    let [least, most] = [0, 0];
    for (let place = 1; place < starts.length - 1; place += 1) {
      if (compare(place, least) < 0) least = place;
      else if (compare(place, most) > 0) most = place;
    }
    const copied = (place: number): Uint8Array => Uint8Array.from(bytes.subarray(starts[place]! + prefix, starts[place + 1]));
    return { min_value: copied(least), max_value: copied(most) };
  }
}

function withRoom(bytes: Buffer, length: number, wanted: number): Buffer {
  if (length + wanted <= bytes.length) return bytes;
  const larger = Buffer.from(new ArrayBuffer(2 * (length + wanted)));
  larger.set(bytes.subarray(0, length));
  return larger;
}
