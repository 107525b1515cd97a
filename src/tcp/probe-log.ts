/** Keep-alive probes and what became of them; kept only for the few connections that have any. */

import { type At, CLIENT, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';

export interface Probe {
  readonly side: Side;
  readonly frame: number;
  readonly time: Time;
  /** It follows something else than a probe of its side, answered or not. */
  readonly first: boolean;
  /** Since the last segment of the peer; NaN where none was seen, or where that was a probe as well. */
  readonly quiet: Duration;
  /** It carried a byte. */
  readonly octet: boolean;
  /** The ACK that answered it; undefined for a lost one. */
  readonly answerFrame: number | undefined;
  readonly answerTime: Time | undefined;
}

/** Why a side's probing came to an end: its sender gave up (reset), the peer did not know the connection (reset), the network could not reach it (ICMP). */
export type ProbeEnding = 'gave_up' | 'forgotten' | 'unreachable';

export interface ProbesEnded {
  readonly side: Side;
  readonly how: ProbeEnding;
  /** Probes without an answer before it. */
  readonly unanswered: number;
  readonly frame: number;
  readonly time: Time;
  /** Whatever the network said, the side reset the connection in the end. */
  readonly gaveUp: boolean;
}

/** What a side's probes show of its timers; undefined where nothing shows it. Medians. */
export interface ProbeTimes {
  /** From the last segment of the peer to the first probe. */
  readonly idle: Duration | undefined;
  /** From a probe that was answered to the next: Linux takes the greater of idle time and interval. */
  readonly period: Duration | undefined;
  /** From a probe that was not answered to the next. */
  readonly interval: Duration | undefined;
  /** Unanswered probes after which the side gave up. */
  readonly givenUpAfter: number | undefined;
  /** They carried a byte. */
  readonly octet: boolean;
}

/** A probe as it is seen, with what tells whether it goes on a run: its numbers. */
export interface ProbeSeen {
  readonly frame: number;
  readonly time: Time;
  readonly quiet: Duration;
  readonly octet: boolean;
  readonly sequence: number;
  readonly acknowledgment: number;
}

type Noted = { -readonly [K in keyof Probe]: Probe[K] };

/** Of one side. */
interface Probes {
  sent: number;
  answered: number;
  /** Without an answer, since the last one; and of the run that goes on. */
  pending: number;
  inRow: number;
  lastTime: Time;
  sequence: number;
  acknowledgment: number;
  /** The last one, while it is listed. */
  latest: Noted | undefined;
}

interface Log {
  readonly sides: readonly [Probes, Probes];
  readonly list: Noted[];
  ended: ProbesEnded | undefined;
}

/** Probes listed per connection; more are counted only. */
const LISTED = 1000;

export class ProbeLog {
  readonly #logs = new Map<number, Log>();

  add(connection: number, side: Side, seen: ProbeSeen): void {
    let log = this.#logs.get(connection);
    if (!log) {
      log = { sides: [noProbes(), noProbes()], list: [], ended: undefined };
      this.#logs.set(connection, log);
    }
    const own = log.sides[side];
    const first = own.sent === 0 || own.sequence !== seen.sequence || own.acknowledgment !== seen.acknowledgment;
    own.sent += 1;
    own.pending += 1;
    own.inRow = first ? 1 : own.inRow + 1;
    own.lastTime = seen.time;
    own.sequence = seen.sequence;
    own.acknowledgment = seen.acknowledgment;
    const { frame, time, quiet, octet } = seen;
    const isListed = log.list.length < LISTED;
    own.latest = isListed ? { side, frame, time, first, quiet, octet, answerFrame: undefined, answerTime: undefined } : undefined;
    if (own.latest) log.list.push(own.latest);
  }

  /** An acknowledgement answers the latest probe; those before it that still waited were lost. */
  answer(connection: number, side: Side, at: At): void {
    const own = this.#logs.get(connection)?.sides[side];
    if (!own || own.pending === 0) return;
    own.pending = 0;
    own.inRow = 0;
    own.answered += 1;
    if (!own.latest) return;
    own.latest.answerFrame = at.frame;
    own.latest.answerTime = at.time;
  }

  /** A reset or an ICMP error; it tells of the probes of `side` if its peer (last heard of at `heard`) has been silent since the last one. */
  end(connection: number, side: Side, how: ProbeEnding, heard: Time, at: At): void {
    const log = this.#logs.get(connection);
    const own = log?.sides[side];
    if (!log || !own || own.inRow === 0 || heard > own.lastTime) return;
    const { ended } = log;
    // The network's first word is how the side came to know; what comes after it only adds to the probes.
    const known = ended?.how === 'unreachable' && ended.side === side && how !== 'forgotten' && !(heard > ended.time) ? ended : undefined;
    log.ended = { ...(known ?? { side, how, frame: at.frame, time: at.time }), unanswered: own.inRow, gaveUp: how === 'gave_up' };
  }

  ended(connection: number): ProbesEnded | undefined {
    return this.#logs.get(connection)?.ended;
  }

  list(connection: number): readonly Probe[] {
    return this.#logs.get(connection)?.list ?? [];
  }

  sent(connection: number, side: Side): number {
    return this.#logs.get(connection)?.sides[side].sent ?? 0;
  }

  answered(connection: number, side: Side): number {
    return this.#logs.get(connection)?.sides[side].answered ?? 0;
  }

  /** Probes of the run that goes on without an answer, and the time of the last one. */
  inRow(connection: number, side: Side): number {
    return this.#logs.get(connection)?.sides[side].inRow ?? 0;
  }

  lastTime(connection: number, side: Side): Time {
    return this.#logs.get(connection)?.sides[side].lastTime ?? 0;
  }

  /** Median time from one probe to the next of its run, of the side that sent more of them. */
  interval(connection: number): Duration | undefined {
    const side = this.sent(connection, CLIENT) >= this.sent(connection, SERVER) ? CLIENT : SERVER;
    const { answered, unanswered } = this.#gaps(connection, side);
    return median([...answered, ...unanswered]);
  }

  times(connection: number, side: Side): ProbeTimes | undefined {
    const log = this.#logs.get(connection);
    if (!log || log.sides[side].sent === 0) return undefined;
    const own = log.list.filter((probe) => probe.side === side);
    const { answered, unanswered } = this.#gaps(connection, side);
    const idle = own.filter(({ first, quiet }) => first && !Number.isNaN(quiet)).map(({ quiet }) => quiet);
    return {
      idle: median(idle),
      period: median(answered),
      interval: median(unanswered),
      givenUpAfter: log.ended?.side === side && log.ended.gaveUp ? log.ended.unanswered : undefined,
      octet: own.some(({ octet }) => octet),
    };
  }

  /** From each probe to the next of its run, by whether the first of the two was answered. */
  #gaps(connection: number, side: Side): { answered: Duration[]; unanswered: Duration[] } {
    const answered: Duration[] = [];
    const unanswered: Duration[] = [];
    let before: Probe | undefined;
    for (const probe of this.list(connection)) {
      if (probe.side !== side) continue;
      if (before && !probe.first) (before.answerTime === undefined ? unanswered : answered).push(probe.time - before.time);
      before = probe;
    }
    return { answered, unanswered };
  }
}

const noProbes = (): Probes => ({
  sent: 0,
  answered: 0,
  pending: 0,
  inRow: 0,
  lastTime: 0,
  sequence: 0,
  acknowledgment: 0,
  latest: undefined,
});

/** The lower of two in the middle: a timer may be late, never early. */
function median(values: Duration[]): Duration | undefined {
  return values.sort((a, b) => a - b)[(values.length - 1) >> 1];
}
