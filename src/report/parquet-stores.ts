/** Where a column's values wait for their row group: in typed arrays, a tenth of what as many values take as objects. */

import type { FieldValue } from '../analysis/fields.ts';

export interface ColumnStore {
  set(row: number, value: FieldValue | undefined): void;
  /** Of the rows before `rows`, undefined where nothing is known; the store may be filled again from row 0. */
  values(rows: number): unknown[];
}

const smallest = 1024;

/** An array that has room for place `row`: itself, or a larger copy. */
function roomFor<Numbers extends Float64Array | Int32Array | Uint8Array | BigInt64Array>(numbers: Numbers, row: number): Numbers {
  if (row < numbers.length) return numbers;
  const Larger = numbers.constructor as new (length: number) => Numbers;
  const larger = new Larger(Math.max(2 * numbers.length, row + 1));
  larger.set(numbers as never);
  return larger;
}

/** `Array.from` takes ten times as long. */
function spread<Kept>(kept: ArrayLike<Kept>, rows: number, restored: (value: Kept) => unknown): unknown[] {
  const values = new Array<unknown>(rows);
  for (let row = 0; row < rows; row += 1) values[row] = restored(kept[row]!);
  return values;
}

/** NaN stands for what is unknown: nothing known is not a number. */
export class NumberStore implements ColumnStore {
  #numbers = new Float64Array(smallest);

  set(row: number, value: FieldValue | undefined): void {
    this.#numbers = roomFor(this.#numbers, row);
    this.#numbers[row] = Number.isFinite(value) ? (value as number) : Number.NaN;
  }

  values(rows: number): unknown[] {
    return spread(this.#numbers, rows, (value) => (Number.isNaN(value) ? undefined : value));
  }
}

/** 64 bits in the file; here every count is below 2^53. */
export class WideStore implements ColumnStore {
  readonly #numbers = new NumberStore();

  set(row: number, value: FieldValue | undefined): void {
    this.#numbers.set(row, value);
  }

  values(rows: number): unknown[] {
    return this.#numbers.values(rows).map((value) => (value === undefined ? undefined : BigInt(value as number)));
  }
}

const noInteger = -0x8000_0000;

export class IntegerStore implements ColumnStore {
  #numbers = new Int32Array(smallest);

  set(row: number, value: FieldValue | undefined): void {
    this.#numbers = roomFor(this.#numbers, row);
    this.#numbers[row] = typeof value === 'number' ? value : noInteger;
  }

  values(rows: number): unknown[] {
    return spread(this.#numbers, rows, (value) => (value === noInteger ? undefined : value));
  }
}

const unknown = 2;

export class BooleanStore implements ColumnStore {
  #bits = new Uint8Array(smallest);

  set(row: number, value: FieldValue | undefined): void {
    this.#bits = roomFor(this.#bits, row);
    this.#bits[row] = typeof value === 'boolean' ? Number(value) : unknown;
  }

  values(rows: number): unknown[] {
    return spread(this.#bits, rows, (bit) => (bit === unknown ? undefined : bit === 1));
  }
}

const noTime = -(2n ** 63n);

export class TimeStore implements ColumnStore {
  readonly #unitsOf: (iso: string) => bigint;
  #units = new BigInt64Array(smallest);

  constructor(unitsOf: (iso: string) => bigint) {
    this.#unitsOf = unitsOf;
  }

  set(row: number, value: FieldValue | undefined): void {
    this.#units = roomFor(this.#units, row);
    this.#units[row] = typeof value === 'string' ? this.#unitsOf(value) : noTime;
  }

  values(rows: number): unknown[] {
    return spread(this.#units, rows, (units) => (units === noTime ? undefined : units));
  }
}

/** Texts repeat: each is kept once. */
export class TextStore implements ColumnStore {
  #texts: (string | undefined)[] = [];
  #known = new Map<string, string>();
  #last: string | undefined = undefined;

  set(row: number, value: FieldValue | undefined): void {
    if (row === 0) this.#known = new Map();
    if (typeof value !== 'string') {
      this.#texts[row] = undefined;
      return;
    }
    if (value !== this.#last) this.#last = this.#only(value);
    this.#texts[row] = this.#last;
  }

  #only(value: string): string {
    const known = this.#known.get(value);
    if (known === undefined) this.#known.set(value, value);
    return known ?? value;
  }

  values(rows: number): unknown[] {
    return this.#texts.slice(0, rows);
  }
}

export class ListStore implements ColumnStore {
  #lists: (FieldValue | undefined)[] = [];

  set(row: number, value: FieldValue | undefined): void {
    this.#lists[row] = value;
  }

  values(rows: number): unknown[] {
    return this.#lists.slice(0, rows);
  }
}
