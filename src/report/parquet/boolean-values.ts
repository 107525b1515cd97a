/** Yes and no, a bit each or a run of the same. */

import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import type { FieldValue } from '../../analysis/fields.ts';
import { type Desk, type Encoded, twice, type Values } from './values.ts';

const smallest = 1024;

export class BooleanValues implements Values {
  count = 0;
  #bits = new Uint8Array(smallest);

  add(value: FieldValue): boolean {
    if (typeof value !== 'boolean') return false;
    if (this.count === this.#bits.length) this.#bits = twice(this.#bits);
    this.#bits[this.count] = value ? 1 : 0;
    this.count += 1;
    return true;
  }

  encode({ data }: Desk): Encoded {
    const bits = this.#bits.subarray(0, this.count);
    this.count = 0;
    data.appendUint32(0);
    const length = writeRleBitPackedHybrid(data, bits, 1);
    // Where they lie now: what was written may have needed more room.
    data.view.setUint32(0, length, true);
    return { encoding: 'RLE', statistics: { min_value: !bits.includes(0), max_value: bits.includes(1) } };
  }
}
