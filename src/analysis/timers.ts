/** Names the software behind an observed time: timers are never early, and late by what the kernel's timer wheel allows. */

import { type Duration, millisecond, second } from '../time.ts';
import type { KeepAliveTimes } from '../trace/index.ts';
import type { Timer, TimerRole } from './timer-table.ts';

/** What is known of the end whose timer it is; each only makes the name surer. */
export interface Circumstances {
  readonly roundTrip?: Duration | undefined;
  /** Its Server or User-Agent header. */
  readonly product?: string | undefined;
  readonly protocol?: 'http/1' | 'h2' | undefined;
}

/** One row that fits. */
export interface TimerMatch {
  readonly timer: Timer;
  /** How much later than the row says; up to 20 ms before it counts as on time. */
  readonly late: Duration;
  /** The end names that product itself; or only its timer fits. */
  readonly confidence: 'observed' | 'inferred';
}

/** Both ends of what is known of a limit: an idle time that was survived, if any was, and the shortest that was not. */
export interface Bracket {
  readonly low: Duration | undefined;
  readonly high: Duration;
}

/** Clocks and rounding: this much before its time is on time. */
const early: Duration = 20 * millisecond;

/** All rows of these roles that fit an exact time, the most convincing first. */
export function nameTime(
  timers: readonly Timer[],
  role: TimerRole,
  observed: Duration,
  circumstances: Circumstances = {},
): readonly TimerMatch[] {
  return nameBracket(timers, role, { low: undefined, high: observed }, circumstances);
}

/** All rows that can have survived `low` and not `high`: high is their time, or any later one of those that look lazily. */
export function nameBracket(
  timers: readonly Timer[],
  role: TimerRole,
  { low, high }: Bracket,
  circumstances: Circumstances = {},
): readonly TimerMatch[] {
  const matches: Ranked[] = [];
  for (const timer of timers) {
    if (timer.role !== role || timer.value === undefined || !applies(timer, circumstances)) continue;
    const time = timer.value * second;
    const latest = latestOf(timer, circumstances);
    if (high < time - early || (high > latest && !timer.lazy)) continue;
    if (low !== undefined && low > latest && !timer.lazy) continue;
    matches.push({ timer, late: lateness(high, time), evidence: 1, ...kinship(timer, circumstances) });
  }
  return ranked(matches);
}

/** All software whose TCP keep-alive timers fit everything that the probes show; the row is that of its idle time or, without it, of its interval. */
export function nameProbes(timers: readonly Timer[], times: KeepAliveTimes, circumstances: Circumstances = {}): readonly TimerMatch[] {
  const bySoftware = new Map<string, Timer[]>();
  for (const timer of timers) {
    if (!timer.role.startsWith('tcp_keep_alive_') || timer.value === undefined || !applies(timer, circumstances)) continue;
    if (timer.octet !== undefined && times.octet !== undefined && timer.octet !== times.octet) continue;
    bySoftware.set(timer.software, [...(bySoftware.get(timer.software) ?? []), timer]);
  }
  const matches: Ranked[] = [];
  for (const rows of bySoftware.values()) {
    const of = (role: TimerRole): readonly Timer[] => rows.filter((row) => row.role === role);
    const counts = of('tcp_keep_alive_probes');
    const { givenUpAfter } = times;
    if (givenUpAfter !== undefined && counts.length > 0 && !counts.some(({ value }) => value === givenUpAfter)) continue;
    const intervals = of('tcp_keep_alive_interval');
    const fits = of('tcp_keep_alive_idle').flatMap((idle) =>
      (intervals.length > 0 ? intervals : [undefined]).map((interval) => fitOf(idle, interval, times, circumstances)),
    );
    const best = fits.filter((fit) => fit !== undefined).sort(byConviction)[0];
    if (best !== undefined) matches.push(best);
  }
  return ranked(matches);
}

/**
 * How late a timer of the Linux kernel may be: one step of its wheel, whose levels are coarser by eight (kernel/time/timer.c),
 * at the worst of the tick rates that kernels are built with.
 */
export function wheelStep(time: Duration): Duration {
  let worst = 0;
  for (const rate of [100, 250, 300, 1000]) {
    const ticks = (time / second) * rate;
    let step = 1;
    while (ticks >= 63 * step) step *= 8;
    worst = Math.max(worst, (step / rate) * second);
  }
  return worst;
}

interface Ranked extends TimerMatch {
  /** 2: it names itself; 1: nothing speaks against it; 0: it names itself otherwise. */
  readonly kin: 0 | 1 | 2;
  /** How many of the times fit. */
  readonly evidence: number;
}

/** The one pair of idle time and interval, against everything that was measured; undefined where something does not fit. */
function fitOf(idle: Timer, interval: Timer | undefined, times: KeepAliveTimes, circumstances: Circumstances): Ranked | undefined {
  const longer = interval !== undefined && interval.value! > idle.value! ? interval : idle;
  const measured: [observed: Duration | undefined, row: Timer | undefined][] = [
    [times.idle, idle],
    [times.period, longer],
    [times.interval, interval],
  ];
  let late = 0;
  let evidence = 0;
  for (const [observed, row] of measured) {
    if (observed === undefined || row === undefined) continue;
    const time = row.value! * second;
    if (observed < time - early || observed > latestOf(row, circumstances)) return undefined;
    late += lateness(observed, time);
    evidence += 1;
  }
  if (evidence === 0) return undefined;
  const timer = times.idle === undefined && times.period === undefined && interval !== undefined ? interval : idle;
  return { timer, late, evidence, ...kinship(timer, circumstances) };
}

const latestOf = (timer: Timer, { roundTrip = 0 }: Circumstances): Duration =>
  timer.value! * second + wheelStep(timer.value! * second) + timer.late + Math.max(roundTrip, early);

const lateness = (observed: Duration, time: Duration): Duration => Math.max(0, observed - time);

function ranked(matches: readonly Ranked[]): readonly TimerMatch[] {
  return [...matches].sort(byConviction).map(({ timer, late, confidence }) => ({ timer, late, confidence }));
}

/** Who names itself comes first, then who explains more, then who is least late; a row that was checked before one that was not. */
function byConviction(a: Ranked, b: Ranked): number {
  return b.kin - a.kin || b.evidence - a.evidence || a.late - b.late || Number(b.timer.verified) - Number(a.timer.verified);
}

function kinship(timer: Timer, { product }: Circumstances): Pick<Ranked, 'kin' | 'confidence'> {
  if (product === undefined || timer.products.length === 0) return { kin: 1, confidence: 'inferred' };
  return productOf(timer, product) === undefined ? { kin: 0, confidence: 'inferred' } : { kin: 2, confidence: 'observed' };
}

/** Whether the row is about this protocol, and about the version that the end names, if it does. */
function applies(timer: Timer, { product, protocol }: Circumstances): boolean {
  if (timer.protocol !== undefined && protocol !== undefined && timer.protocol !== protocol) return false;
  const version = product === undefined || timer.versions === undefined ? '' : (productOf(timer, product) ?? '');
  return version === '' || timer.versions === undefined || isInRange(version, timer.versions);
}

/** The version that a header gives for the row's product, '' where it gives none; undefined where it does not name the product. */
function productOf({ products }: Timer, header: string): string | undefined {
  const wanted = products.map((name) => name.toLowerCase());
  if (wanted.includes(header.trim().toLowerCase())) return '';
  for (const word of header.split(/[\s();,]+/)) {
    const [name = '', version = ''] = word.split('/', 2);
    if (wanted.includes(name.toLowerCase())) return /^\d/.test(version) ? version : '';
  }
  return undefined;
}

/** `>=1.19.10` or `<7`, number by number. */
function isInRange(version: string, range: string): boolean {
  const isFrom = range.startsWith('>=');
  const numbers = (text: string): number[] => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [have, limit] = [numbers(version), numbers(range.slice(isFrom ? 2 : 1))];
  for (let at = 0; at < limit.length; at += 1) {
    const difference = (have[at] ?? 0) - limit[at]!;
    if (difference !== 0) return isFrom ? difference > 0 : difference < 0;
  }
  return isFrom;
}
