/** Small things that all pictures share: numbers as SVG writes them, round steps of an axis. */

/** Two decimals at most. */
export const fixed = (value: number): string => String(Math.round(value * 100) / 100);

/** `12.34%` of the width of a picture. */
export const share = (value: number): string => `${Math.round(value * 1e5) / 1e3}%`;

/** The round step (1, 2 or 5 times a power of ten) that divides `span` into at most `most` parts. */
export function stepOf(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const factor of [1, 2, 5]) if (factor * power >= rough) return factor * power;
  return 10 * power;
}
