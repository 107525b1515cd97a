/** Time inside warmwire: float64 nanoseconds since the trace's first frame, exact for captures up to 104 days long (2^53 ns). */

export type Time = number;
export type Duration = number;

export const microsecond: Duration = 1e3;
export const millisecond: Duration = 1e6;
export const second: Duration = 1e9;

/**
 * What a field of a time begins with. Beginning with 0 it would be one of small integers to V8, which throws away all compiled code that
 * reads such objects when the first time beyond 2^31 ns comes.
 */
export const noTime: Time = Number.NaN;

/** For the border (reports, flags), where the unit ends the name: `handshake_ms`. Rounded to the nanosecond. */
export const toMilliseconds = (duration: Duration): number => Math.round(duration) / millisecond;

/** A time (nanoseconds since 1970 of frame 1, plus an offset) as ISO 8601 UTC with `digits` decimals of a second, or undefined outside the years 0-9999. */
export function toIso8601(epoch: bigint, time: Time, digits: 6 | 9): string | undefined {
  const total = epoch + BigInt(Math.round(time));
  const perSecond = 1_000_000_000n;
  let seconds = total / perSecond;
  let nanoseconds = total % perSecond;
  if (nanoseconds < 0n) {
    nanoseconds += perSecond;
    seconds -= 1n;
  }
  if (seconds < -62_167_219_200n || seconds > 253_402_300_799n) return undefined;
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${date}.${nanoseconds.toString().padStart(9, '0').slice(0, digits)}Z`;
}
