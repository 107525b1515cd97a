/** A column of the file while a row group is collected: of each row whether something is known, and what is. */

import type { SchemaElement } from 'hyparquet';
import type { Field } from '../../analysis/fields.ts';
import type { Trace } from '../../trace/index.ts';
import { twice, type Values } from './values.ts';

/** How a column is taken from a row. */
export type FromRow = Field<unknown>['value'];

/** A column in the schema of the file. */
export interface Place {
  /** Itself, and what it is made of. */
  readonly schema: readonly SchemaElement[];
  /** Names from it down to what holds the values. */
  readonly path: string[];
  readonly type: NonNullable<SchemaElement['type']>;
}

export interface Column {
  readonly place: Place;
  readonly values: Values;
  /** Of each value, and of each row without one: how much of it there is, at most all of its path that may be missing. */
  readonly definitions: Levels;
  /** Of the same, in a column of lists: 1 where a list goes on, 0 where the next row begins. */
  readonly repetitions?: Levels;
  /** Of the first so many rows. */
  fill(rows: readonly unknown[], count: number, trace: Trace): void;
}

export class PlainColumn implements Column {
  readonly place: Place;
  readonly values: Values;
  readonly definitions: Levels;
  readonly #fromRow: FromRow;

  constructor(place: Place, values: Values, fromRow: FromRow) {
    this.place = place;
    this.values = values;
    this.definitions = new Levels(1);
    this.#fromRow = fromRow;
  }

  fill(rows: readonly unknown[], count: number, trace: Trace): void {
    const { values, definitions } = this;
    const fromRow = this.#fromRow;
    for (let row = 0; row < count; row += 1) {
      const value = fromRow(rows[row], trace);
      definitions.add(value !== undefined && values.add(value) ? 1 : 0);
    }
  }
}

/** Each value is a list of values: none, an empty one, or one with elements. */
export class ListColumn implements Column {
  readonly place: Place;
  readonly values: Values;
  readonly definitions: Levels;
  readonly repetitions: Levels;
  readonly #fromRow: FromRow;

  constructor(place: Place, elements: Values, fromRow: FromRow) {
    this.place = place;
    this.values = elements;
    this.definitions = new Levels(2);
    this.repetitions = new Levels(1);
    this.#fromRow = fromRow;
  }

  fill(rows: readonly unknown[], count: number, trace: Trace): void {
    for (let row = 0; row < count; row += 1) this.#add(this.#fromRow(rows[row], trace));
  }

  #add(list: ReturnType<FromRow>): void {
    const isList = typeof list === 'object';
    let goesOn = 0;
    for (const element of isList ? list : []) {
      if (!this.values.add(element)) continue;
      this.repetitions.add(goesOn);
      this.definitions.add(2);
      goesOn = 1;
    }
    if (goesOn === 1) return;
    this.repetitions.add(0);
    this.definitions.add(isList ? 1 : 0);
  }
}

/** A small number for each value. */
export class Levels {
  readonly most: number;
  count = 0;
  first = 0;
  /** All are like the first. */
  isUniform = true;
  #levels = new Uint8Array(1024);

  constructor(most: number) {
    this.most = most;
  }

  add(level: number): void {
    if (this.count === this.#levels.length) this.#levels = twice(this.#levels);
    if (this.count === 0) this.first = level;
    else if (level !== this.first) this.isUniform = false;
    this.#levels[this.count] = level;
    this.count += 1;
  }

  /** Those since the last time; they lie where the next ones will. */
  take(): Uint8Array {
    const levels = this.#levels.subarray(0, this.count);
    this.count = 0;
    this.isUniform = true;
    return levels;
  }
}
