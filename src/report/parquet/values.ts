/** The known values of one column of a row group, one behind the other, until they are encoded. */

import type { Encoding, Statistics } from 'hyparquet';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import type { ByteWriter } from 'hyparquet-writer/src/index.js';
import type { FieldValue } from '../../analysis/fields.ts';
import type { DistinctNumbers } from './distinct-numbers.ts';

export interface Values {
  readonly count: number;
  /** False where it is none of this column's kind: nothing is known. */
  add(value: FieldValue): boolean;
  /** Of at least one; then there is room for those of the next row group. */
  encode(desk: Desk): Encoded;
}

/** What one column after the other uses while it is encoded. */
export interface Desk {
  readonly dictionary: ByteWriter;
  readonly data: ByteWriter;
  readonly distinct: DistinctNumbers;
}

/** How values stand in the file; the bytes of their dictionary and of the data lie on the desk. */
export interface Encoded {
  readonly encoding: Encoding;
  /** Of the dictionary. */
  readonly entries?: number;
  readonly statistics: Statistics;
}

/** Bits that tell one of so many. */
export const bitsFor = (entries: number): number => 32 - Math.clz32(entries - 1);

/** Of each value its place in a dictionary of so many entries, behind the width of a place. */
export function writePlaces(to: ByteWriter, places: Int32Array, entries: number): void {
  const width = bitsFor(entries);
  to.appendUint8(width);
  if (width === 0) to.appendVarInt(places.length << 1);
  else writeRleBitPackedHybrid(to, places, width);
}

/** The same with as much room again. */
export function twice<Numbers extends Float64Array | Int32Array | Uint8Array>(numbers: Numbers): Numbers {
  const larger = new (numbers.constructor as new (length: number) => Numbers)(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
