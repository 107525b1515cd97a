/** Counts as people read them. */

/** `1,204` */
export const grouped = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 request`, `1,204 requests` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${grouped(count)} ${count === 1 ? one : many}`;

/** `21 connection-seconds`; little of it to its first digit, so that it is not said to be none: `0.06 connection-seconds`. */
export const connectionSeconds = (held: number): string =>
  `${held >= 10 || held === 0 ? grouped(held) : held.toFixed(held < 0.1 ? 2 : 1)} connection-seconds`;
