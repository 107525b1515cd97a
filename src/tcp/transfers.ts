/** How much a connection had under way and how soon it was confirmed: for those connections where there is something to measure. */

import { limits } from '../limits.ts';
import { firstRows, GrowingMemory } from '../memory.ts';
import type { Notes } from '../note.ts';
import { type At, CLIENT, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';
import * as R from './record-layout.ts';
import type { ConnectionRecords } from './records.ts';
import { distance } from './sequence.ts';
import * as T from './transfer-layout.ts';

/** Round trips between the capture point and whoever confirms a side's bytes. */
export interface RoundTripFigures {
  readonly samples: number;
  readonly least: Duration;
  /** Within an eighth. */
  readonly p50: Duration;
  readonly p95: Duration;
}

export class Transfers {
  readonly #records: ConnectionRecords;
  readonly #notes: Notes;
  readonly #memory = new GrowingMemory();
  #i32 = this.#memory.i32;
  #f64 = this.#memory.f64;
  #bytes = new Uint8Array(this.#f64.buffer);
  /** Row of a connection + 1. */
  #rows = new Int32Array(firstRows);
  #size = 0;

  constructor(records: ConnectionRecords, notes: Notes) {
    this.#records = records;
    this.#notes = notes;
  }

  /** New bytes of `side`, up to number `end`; what is under way with them is measured where there is much of it, or many frames. `own` is its half. */
  fresh(c: number, side: Side, own: number, end: number, at: At): void {
    const words = this.#records.i32;
    const flags = words[own + R.HALF_FLAGS]!;
    const underWay = flags & R.ACKNOWLEDGED_SET ? distance(words[own + R.ACKNOWLEDGED]!, end) : 0;
    if (flags & R.MEASURED || underWay > T.NOT_MUCH || words[own + R.FRAMES]! >= T.MANY_FRAMES) this.#sent(c, side, end, underWay, at);
  }

  #sent(c: number, side: Side, end: number, underWay: number, at: At): void {
    const slot = this.#side(c, side);
    if (slot < 0) return;
    const i32 = this.#i32;
    const f64 = this.#f64;
    const word = slot * 2;
    if (underWay > i32[word + T.UNDER_WAY]!) i32[word + T.UNDER_WAY] = underWay;
    const timed = i32[word + T.TIMED]!;
    // Enough is known of long transfers by every eighth segment or so.
    if (timed === T.MOST_TIMED || (i32[word + T.SAMPLES]! >= T.ENOUGH && (end & 0x7000) !== 0)) return;
    f64[slot + T.SENT_AT + timed] = at.time;
    i32[word + T.TIMED_END + timed] = end;
    i32[word + T.TIMED] = timed + 1;
  }

  /** The peer has everything of `side` below `acknowledged`. */
  confirmed(c: number, side: Side, acknowledged: number, at: At): void {
    const slot = this.#side(c, side);
    if (slot < 0) return;
    const i32 = this.#i32;
    const f64 = this.#f64;
    const word = slot * 2;
    const timed = i32[word + T.TIMED]!;
    let over = 0;
    while (over < timed && distance(i32[word + T.TIMED_END + over]!, acknowledged) >= 0) over += 1;
    if (over === 0) return;
    if (i32[word + T.TIMED_END + over - 1] === acknowledged) this.#sample(slot, over - 1, at);
    for (let each = over; each < timed; each += 1) {
      f64[slot + T.SENT_AT + each - over] = f64[slot + T.SENT_AT + each]!;
      i32[word + T.TIMED_END + each - over] = i32[word + T.TIMED_END + each]!;
    }
    i32[word + T.TIMED] = timed - over;
  }

  /** Bytes of `side` were sent again: an ACK no longer tells which copy it confirms (Karn and Partridge, 1987). */
  again(c: number, side: Side, bytes: number): void {
    const slot = this.#side(c, side);
    if (slot < 0) return;
    const f64 = this.#f64;
    this.#i32[slot * 2 + T.TIMED] = 0;
    f64[slot + T.AGAIN_BYTES] = f64[slot + T.AGAIN_BYTES]! + bytes;
  }

  windowClosed(c: number, side: Side, at: At): void {
    const slot = this.#side(c, side);
    const f64 = this.#f64;
    if (slot >= 0 && Number.isNaN(f64[slot + T.CLOSED_SINCE]!)) f64[slot + T.CLOSED_SINCE] = at.time;
  }

  windowOpened(c: number, side: Side, at: At): void {
    const slot = this.#side(c, side);
    if (slot < 0) return;
    const f64 = this.#f64;
    const since = f64[slot + T.CLOSED_SINCE]!;
    if (Number.isNaN(since)) return;
    f64[slot + T.CLOSED_FOR] = f64[slot + T.CLOSED_FOR]! + Math.max(0, at.time - since);
    f64[slot + T.CLOSED_SINCE] = Number.NaN;
  }

  /** Where the figures of a side are; -1 where nothing was measured. */
  place(c: number, side: Side): number {
    const row = c < this.#rows.length ? this.#rows[c]! - 1 : -1;
    return row < 0 ? -1 : (row * 2 + side) * T.SIDE_SLOTS;
  }

  /** Most bytes that were sent and not confirmed yet; undefined where that was never much. */
  underWay(place: number): number | undefined {
    const most = place < 0 ? 0 : this.#i32[place * 2 + T.UNDER_WAY]!;
    return most > T.NOT_MUCH ? most : undefined;
  }

  againBytes(place: number): number {
    return place < 0 ? 0 : this.#f64[place + T.AGAIN_BYTES]!;
  }

  /** For how long this side's window was closed, up to `end` where it still is. */
  closedFor(place: number, end: Time): Duration {
    if (place < 0) return 0;
    const since = this.#f64[place + T.CLOSED_SINCE]!;
    return this.#f64[place + T.CLOSED_FOR]! + (Number.isNaN(since) ? 0 : Math.max(0, end - since));
  }

  roundTrips(place: number): RoundTripFigures | undefined {
    return place < 0 || this.#i32[place * 2 + T.SAMPLES] === 0 ? undefined : this.#roundTrips(place);
  }

  // Times come in an object: a number with a fraction that is passed by itself is a new object for each call.
  #sample(slot: number, timed: number, at: At): void {
    const i32 = this.#i32;
    const f64 = this.#f64;
    const roundTrip = at.time - f64[slot + T.SENT_AT + timed]!;
    if (roundTrip < 0) return;
    if (i32[slot * 2 + T.SAMPLES] === 0 || roundTrip < f64[slot + T.LEAST]!) f64[slot + T.LEAST] = roundTrip;
    if (roundTrip > f64[slot + T.MOST]!) f64[slot + T.MOST] = roundTrip;
    i32[slot * 2 + T.SAMPLES] = i32[slot * 2 + T.SAMPLES]! + 1;
    const bucket = slot * 8 + T.HISTOGRAM + bucketOf(roundTrip);
    if (this.#bytes[bucket] === 255) this.#halve(slot);
    this.#bytes[bucket] = this.#bytes[bucket]! + 1;
  }

  #roundTrips(slot: number): RoundTripFigures {
    const i32 = this.#i32;
    const f64 = this.#f64;
    const histogram = slot * 8 + T.HISTOGRAM;
    const least = f64[slot + T.LEAST]!;
    const most = f64[slot + T.MOST]!;
    const within = (time: Duration): Duration => Math.max(least, Math.min(most, time));
    let total = 0;
    for (let at = histogram; at < histogram + T.BUCKETS; at += 1) total += this.#bytes[at]!;
    const p50 = within(percentileOf(this.#bytes, histogram, (total * 50) / 100));
    const p95 = within(percentileOf(this.#bytes, histogram, (total * 95) / 100));
    return { samples: i32[slot * 2 + T.SAMPLES]!, least, p50, p95 };
  }

  /** Place of a side's figures; a row is made for a connection that has none. -1 where there are too many. */
  #side(c: number, side: Side): number {
    const known = c < this.#rows.length ? this.#rows[c]! : 0;
    if (known > 0) return ((known - 1) * 2 + side) * T.SIDE_SLOTS;
    const words = this.#records.i32;
    const client = c * R.WORDS + R.CLIENT_HALF + R.HALF_FLAGS;
    const server = c * R.WORDS + R.SERVER_HALF + R.HALF_FLAGS;
    if (words[client]! & R.MEASURED) return -1;
    words[client] = words[client]! | R.MEASURED;
    words[server] = words[server]! | R.MEASURED;
    if (this.#size === limits.measured) {
      this.#notes.add('measure-limit', words[c * R.WORDS + R.LAST_FRAME]!);
      return -1;
    }
    return this.#add(c, side);
  }

  #add(c: number, side: Side): number {
    const row = this.#size;
    this.#size += 1;
    if (this.#size * 2 * T.SIDE_BYTES > this.#memory.bytes) {
      this.#memory.grow();
      this.#i32 = this.#memory.i32;
      this.#f64 = this.#memory.f64;
      this.#bytes = new Uint8Array(this.#f64.buffer);
    }
    if (c >= this.#rows.length) {
      const rows = new Int32Array(Math.max(c + 1, this.#rows.length * 2));
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[c] = row + 1;
    const f64 = this.#f64;
    for (const each of [CLIENT, SERVER]) {
      const slot = (row * 2 + each) * T.SIDE_SLOTS;
      f64[slot + T.CLOSED_SINCE] = Number.NaN;
    }
    return (row * 2 + side) * T.SIDE_SLOTS;
  }

  /** The proportions are kept. */
  #halve(slot: number): void {
    for (let at = slot * 8 + T.HISTOGRAM; at < slot * 8 + T.HISTOGRAM + T.BUCKETS; at += 1) this.#bytes[at] = this.#bytes[at]! >> 1;
  }
}

const number = new Float64Array(1);
const halves = new Uint32Array(number.buffer);

/** By the exponent and the first bits of the fraction: a logarithm for each would cost as much as all the rest. */
function bucketOf(roundTrip: Duration): number {
  number[0] = roundTrip / T.SHORTEST;
  const high = halves[1]!;
  const fraction = high & 0xfffff;
  const bucket = ((high >>> 20) - 1023) * T.PER_OCTAVE + (fraction >= T.SECOND_THIRD ? 2 : fraction >= T.FIRST_THIRD ? 1 : 0);
  return bucket < 0 ? 0 : bucket < T.BUCKETS ? bucket : T.BUCKETS - 1;
}

/** Of the histogram that begins at `from`, so many from the shortest; within its bucket in proportion. */
function percentileOf(bytes: Uint8Array, from: number, rank: number): Duration {
  let left = rank;
  for (let bucket = 0; bucket < T.BUCKETS; bucket += 1) {
    const count = bytes[from + bucket]!;
    if (left <= count) return T.SHORTEST * 2 ** ((bucket + left / count) / T.PER_OCTAVE);
    left -= count;
  }
  return Number.POSITIVE_INFINITY;
}
