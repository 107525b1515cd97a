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
  if (epoch !== lastEpoch) [lastEpoch, epochSeconds, epochNanoseconds] = [epoch, ...split(epoch)];
  const total = epochNanoseconds + Math.round(time);
  if (Number.isSafeInteger(total)) {
    const past = Math.floor(total / second);
    return written(epochSeconds + past, total - past * second, digits);
  }
  // A clock that was set by decades: no number holds it exactly.
  return written(...split(epoch + BigInt(Math.round(time))), digits);
}

function split(nanoseconds: bigint): [seconds: number, nanoseconds: number] {
  const seconds = (nanoseconds - (nanoseconds < 0n ? 999_999_999n : 0n)) / 1_000_000_000n;
  return [Number(seconds), Number(nanoseconds - seconds * 1_000_000_000n)];
}

function written(seconds: number, nanoseconds: number, digits: 6 | 9): string | undefined {
  if (seconds < -62_167_219_200 || seconds > 253_402_300_799) return undefined;
  if (seconds !== lastSecond) [lastSecond, lastDate] = [seconds, new Date(seconds * 1000).toISOString().slice(0, 19)];
  return `${lastDate}.${`${nanoseconds}`.padStart(9, '0').slice(0, digits)}Z`;
}

// What was asked for last, split up and written: a report asks for the same second again and again.
let lastEpoch = 0n;
let epochSeconds = 0;
let epochNanoseconds = 0;
let lastSecond = 0;
let lastDate = '1970-01-01T00:00:00';
