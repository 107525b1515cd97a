/** Percentiles by nearest rank: always a value that was really seen. */

/** Of numbers in ascending order; undefined of none. */
export function percentile(ascending: ArrayLike<number>, percent: number): number | undefined {
  const rank = Math.ceil((percent / 100) * ascending.length);
  return ascending[Math.max(0, rank - 1)];
}
