/** What an opening class says is true of the connections around it: held against the plain facts of thousands of small random traces. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import type { Duration, Time } from '../../src/time.ts';
import { madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';
import { type PlainConnection, plainConnection } from '../support/plain-connection.ts';

const isMutated = '$mutation' in globalThis;

const connection = plainConnection({ latest: 80, idle: 1, length: 1 });
const connections = fc.array(connection, { minLength: 2, maxLength: 8 });

/** From its opening to the end of its first exchange, then from request to response. */
const spans = ({ at, exchanges }: PlainConnection): { from: Time; to: Time }[] =>
  exchanges.map(([from, to], place) => ({ from: place === 0 ? at : from, to }));
const isBusy = (each: PlainConnection, time: Time): boolean => spans(each).some(({ from, to }) => from < time && time < to);
/** When it was last of use before that time. */
const lastUse = (each: PlainConnection, time: Time): Time => Math.max(...spans(each).flatMap(({ to }) => (to <= time ? [to] : [])));
const isClosed = ({ closed }: PlainConnection, time: Time): boolean => closed !== undefined && closed <= time;

interface Judged {
  readonly opening: string | undefined;
  readonly previous: number | undefined;
  readonly avoidable: boolean;
}

function judged(list: readonly PlainConnection[], idleTimeout: Duration): Judged[] {
  const analysis = analyse(madeUpTrace(list), { idleTimeout });
  return list.map((_, row) => analysis.verdict(row));
}

const law = (check: (list: readonly PlainConnection[], verdicts: readonly Judged[], idleTimeout: Duration) => void): void =>
  fc.assert(
    fc.property(connections, fc.constantFrom(ms(5), ms(30), seconds(1)), (list, idleTimeout) =>
      check(list, judged(list, idleTimeout), idleTimeout),
    ),
    { numRuns: isMutated ? 60 : 3000 },
  );

describe('an opening class says what is so', () => {
  it('first: exactly one, none was opened before it', () => {
    law((list, verdicts) => {
      const first = verdicts.flatMap(({ opening }, row) => (opening === 'first' ? [list[row]!.at] : []));
      expect(first).toEqual([Math.min(...list.map(({ at }) => at))]);
    });
  });

  it('missed reuse: the previous one had served, was open, and was not busy', () => {
    law((list, verdicts, idleTimeout) => {
      for (const [row, { opening, previous }] of verdicts.entries()) {
        if (opening !== 'missed_reuse') continue;
        const { at } = list[row]!;
        const open = list[previous!]!;
        expect([isBusy(open, at), isClosed(open, at)]).toEqual([false, false]);
        expect(lastUse(open, at)).toBeGreaterThan(Number.NEGATIVE_INFINITY);
        expect(verdicts[row]!.avoidable).toBe(true);
        expect(idleTimeout).toBeGreaterThan(0);
      }
    });
  });

  it('missed reuse: what one of them could have used, no other claims until that is done', () => {
    law((list, verdicts) => {
      for (const [row, { opening, previous }] of verdicts.entries()) {
        for (const [other, verdict] of verdicts.entries()) {
          if (opening !== 'missed_reuse' || verdict.opening !== 'missed_reuse' || other === row || verdict.previous !== previous) continue;
          const [from, to] = [list[row]!.at, list[row]!.exchanges[0]![1]];
          expect(from < list[other]!.at && list[other]!.at < to).toBe(false);
        }
      }
    });
  });

  it('churn: the previous one had been closed, and had served within the idle limit; it explains no other', () => {
    law((list, verdicts, idleTimeout) => {
      const explaining: number[] = [];
      for (const [row, { opening, previous }] of verdicts.entries()) {
        if (opening !== 'churn') continue;
        const { at } = list[row]!;
        explaining.push(previous!);
        expect(isClosed(list[previous!]!, at)).toBe(true);
        expect(at - lastUse(list[previous!]!, at)).toBeLessThanOrEqual(idleTimeout);
        expect(verdicts[row]!.avoidable).toBe(true);
      }
      expect(new Set(explaining).size).toBe(explaining.length);
    });
  });

  it('churn: no other one was open, idle and unclaimed', () => {
    law((list, verdicts) => {
      const isClaimed = (connection: number, time: Time): boolean =>
        verdicts.some(({ opening, previous }, row) => {
          const { at, exchanges } = list[row]!;
          return opening === 'missed_reuse' && previous === connection && at <= time && time <= exchanges[0]![1];
        });
      for (const [row, { opening }] of verdicts.entries()) {
        if (opening !== 'churn') continue;
        const { at } = list[row]!;
        for (const [other, each] of list.entries()) {
          const hasServed = lastUse(each, at - 1) > Number.NEGATIVE_INFINITY;
          const isIdle = hasServed && !spans(each).some(({ from, to }) => from <= at && at <= to);
          if (other !== row && isIdle && !isClosed(each, at) && !isClaimed(other, at)) expect.fail(`${other} was there for ${row}`);
        }
      }
    });
  });

  it('late: none was busy, and none had served within the idle limit', () => {
    law((list, verdicts, idleTimeout) => {
      for (const [row, { opening, previous, avoidable }] of verdicts.entries()) {
        if (opening !== 'late') continue;
        const { at } = list[row]!;
        const others = list.filter((_, other) => other !== row);
        expect(others.map((each) => isBusy(each, at))).toEqual(others.map(() => false));
        const latest = Math.max(...others.map((each) => lastUse(each, at)));
        expect(at - latest).toBeGreaterThan(idleTimeout);
        expect(lastUse(list[previous!]!, at)).toBe(latest);
        expect(avoidable).toBe(false);
      }
    });
  });

  it('parallel: the previous one was busy, or had just been; nobody is late while another is busy', () => {
    law((list, verdicts, idleTimeout) => {
      for (const [row, { opening, previous }] of verdicts.entries()) {
        if (opening !== 'parallel') continue;
        const { at } = list[row]!;
        const before = list[previous!]!;
        const inUse = spans(before).some(({ from, to }) => from <= at && at <= to);
        expect(inUse || at - lastUse(before, at) <= idleTimeout).toBe(true);
      }
    });
  });

  it('what is avoidable is missed reuse, churn, or one of several at a time', () => {
    law((_, verdicts) => {
      for (const { opening, avoidable } of verdicts) {
        if (avoidable) expect(['missed_reuse', 'churn', 'parallel']).toContain(opening);
        else expect(['first', 'parallel', 'late']).toContain(opening);
      }
    });
  });
});
