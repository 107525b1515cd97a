/** Puts rows into the order of a column of numbers, ten times as fast on millions as a comparator would: into buckets by value, or by digit. */

/** Below this many rows the buckets cost more than they save. */
const small = 4096;
/** Most rows in one bucket by value; beyond, sorting inside it would take too long. */
const crowd = 64;
const digits = 4;
const buckets = 1 << 16;

/** Row numbers by ascending key; rows with equal keys stay in the order of `rows` (default: ascending). Keys are finite. */
export function orderBy(keys: Float64Array, rows?: Int32Array): Int32Array {
  const order = rows ? rows.slice() : allRows(keys.length);
  if (isOrdered(keys, order)) return order;
  return order.length < small ? compare(keys, order) : (spread(keys, order) ?? radix(keys, order));
}

function allRows(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row += 1) rows[row] = row;
  return rows;
}

function isOrdered(keys: Float64Array, order: Int32Array): boolean {
  for (let at = 1; at < order.length; at += 1) if (keys[order[at - 1]!]! > keys[order[at]!]!) return false;
  return true;
}

function compare(keys: Float64Array, order: Int32Array): Int32Array {
  return order.sort((a, b) => keys[a]! - keys[b]!);
}

/** Times are spread almost evenly: put into as many buckets as there are rows, nearly all are in place. undefined where they are not. */
function spread(keys: Float64Array, order: Int32Array): Int32Array | undefined {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const row of order) {
    if (keys[row]! < least) least = keys[row]!;
    if (keys[row]! > most) most = keys[row]!;
  }
  const scale = (order.length - 1) / (most - least);
  const begins = new Uint32Array(order.length + 1);
  for (const row of order) {
    const bucket = Math.floor((keys[row]! - least) * scale);
    begins[bucket + 1]! += 1;
    if (begins[bucket + 1]! > crowd) return undefined;
  }
  for (let bucket = 1; bucket < begins.length; bucket += 1) begins[bucket]! += begins[bucket - 1]!;
  const sorted = new Int32Array(order.length);
  for (const row of order) {
    const bucket = Math.floor((keys[row]! - least) * scale);
    sorted[begins[bucket]!] = row;
    begins[bucket]! += 1;
  }
  for (let at = 1; at < sorted.length; at += 1) {
    const row = sorted[at]!;
    const key = keys[row]!;
    let place = at;
    for (; place > 0 && keys[sorted[place - 1]!]! > key; place -= 1) sorted[place] = sorted[place - 1]!;
    sorted[place] = row;
  }
  return sorted;
}

function radix(keys: Float64Array, order: Int32Array): Int32Array {
  const bits = sortableBits(keys);
  const counts = new Uint32Array(buckets);
  let from = order;
  let to: Int32Array = new Int32Array(order.length);
  for (let digit = 0; digit < digits; digit += 1) {
    counts.fill(0);
    for (const row of from) counts[bits[row * digits + digit]!]! += 1;
    if (counts[bits[from[0]! * digits + digit]!] === from.length) continue;
    let sum = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const count = counts[bucket]!;
      counts[bucket] = sum;
      sum += count;
    }
    for (const row of from) {
      const bucket = bits[row * digits + digit]!;
      to[counts[bucket]!] = row;
      counts[bucket]! += 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Doubles sort as the 64-bit integers of the same bits, once the sign bit is flipped, and for negative ones every bit. Lowest digit first. */
function sortableBits(keys: Float64Array): Uint16Array {
  const halves = new Uint32Array(2 * keys.length);
  const doubles = new Float64Array(halves.buffer);
  for (let row = 0; row < keys.length; row += 1) {
    doubles[row] = keys[row]! + 0; // makes -0 the 0 that it equals
    const high = halves[2 * row + 1]!;
    if (high >> 31) halves[2 * row] = ~halves[2 * row]!;
    halves[2 * row + 1] = high >> 31 ? ~high : high ^ (1 << 31);
  }
  return new Uint16Array(halves.buffer);
}
