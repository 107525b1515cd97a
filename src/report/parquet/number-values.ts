/** Numbers of a column: with a dictionary where they repeat, as differences where they are whole, else one behind the other. */

import type { Statistics } from 'hyparquet';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import type { ByteWriter } from 'hyparquet-writer/src/index.js';
import { writePlain } from 'hyparquet-writer/src/plain.js';
import type { FieldValue } from '../../analysis/fields.ts';
import { bitsFor, type Desk, type Encoded, twice, type Values, writePlaces } from './values.ts';

const smallest = 1024;
const most32 = 0x7fff_ffff;

/** How a number of the report stands in the file. */
export interface NumberKind {
  readonly type: 'INT32' | 'INT64' | 'DOUBLE';
  /** Of INT64, where it is not the number itself; the larger number has the larger one. */
  readonly wide?: (value: number) => bigint;
}

export class NumberValues implements Values {
  count = 0;
  readonly #kind: NumberKind;
  #numbers = new Float64Array(smallest);

  constructor(kind: NumberKind) {
    this.#kind = kind;
  }

  add(value: FieldValue): boolean {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    if (this.count === this.#numbers.length) this.#numbers = twice(this.#numbers);
    this.#numbers[this.count] = value;
    this.count += 1;
    return true;
  }

  encode({ distinct, dictionary, data }: Desk): Encoded {
    const values = this.#numbers.subarray(0, this.count);
    this.count = 0;
    if (distinct.read(values) && this.#isWorthIt(distinct.size, values.length)) {
      const different = distinct.values.subarray(0, distinct.size);
      this.#writePlain(dictionary, different);
      writePlaces(data, distinct.places.subarray(0, values.length), distinct.size);
      return { encoding: 'RLE_DICTIONARY', entries: distinct.size, statistics: this.#statistics(boundsOf(different)) };
    }
    const bounds = boundsOf(values);
    const statistics = this.#statistics(bounds);
    if (this.#kind.type === 'DOUBLE' || bounds.most - bounds.least > most32) {
      this.#writePlain(data, values);
      return { encoding: 'PLAIN', statistics };
    }
    if (this.#kind.type === 'INT32') deltaBinaryPack(data, new Int32Array(values), 'INT32');
    else this.#writeDifferences(data, values);
    return { encoding: 'DELTA_BINARY_PACKED', statistics };
  }

  /** Differences are smaller than whole numbers nearly always, other numbers have only the dictionary. */
  #isWorthIt(different: number, count: number): boolean {
    const { type } = this.#kind;
    const size = type === 'INT32' ? 4 : 8;
    return 2 * (different * size + (count * bitsFor(different)) / 8) <= count * size;
  }

  /** Of 64 bits; the library is quick with 32: with what each is above the first, which is put into its place afterwards. */
  #writeDifferences(to: ByteWriter, values: Float64Array): void {
    const above = new Int32Array(values.length);
    for (let i = 0; i < values.length; i += 1) above[i] = values[i]! - values[0]!;
    deltaBinaryPack(to, above, 'INT64');
    const packed = to.getBytes().slice();
    // 80 01  04  ‥ ‥  00     block of 128 in 4 parts, count of values, the first one
    let first = 3;
    while (packed[first]! > 0x7f) first += 1;
    first += 1;
    to.index = to.offset = first;
    to.appendZigZag(this.#wide(values.subarray(0, 1))[0]!);
    to.appendBytes(packed.subarray(first + 1));
  }

  #writePlain(to: ByteWriter, values: Float64Array): void {
    const { type } = this.#kind;
    writePlain(to, type === 'DOUBLE' ? values : type === 'INT32' ? new Int32Array(values) : this.#wide(values), type, undefined);
  }

  /** `from` with a function takes five times as long. */
  #wide(values: Float64Array): BigInt64Array {
    const { wide = BigInt } = this.#kind;
    const numbers = new BigInt64Array(values.length);
    for (let i = 0; i < values.length; i += 1) numbers[i] = wide(values[i]!);
    return numbers;
  }

  #statistics({ least, most }: Bounds): Statistics {
    const { type, wide = BigInt } = this.#kind;
    if (type === 'INT64') return { min_value: wide(least), max_value: wide(most) };
    // Of equal zeros the lower bound is the negative one (parquet.thrift).
    return { min_value: least === 0 && type === 'DOUBLE' ? -0 : least, max_value: most + 0 };
  }
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

function boundsOf(values: Float64Array): Bounds {
  let least = values[0]!;
  let most = least;
  for (let i = 1; i < values.length; i += 1) {
    const value = values[i]!;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  return { least, most };
}
