/** Pass 2: says of each connection whether it was needed and what it cost, and sums that up by origin and in all. */

import { allAtOnce, type Steps } from '../steps.ts';
import { second } from '../time.ts';
import type { Trace } from '../trace/index.ts';
import { type Advised, advising } from './advice/advise.ts';
import type { Advice, AnalyseOptions, Analysis, Finding } from './analysis.ts';
import { type Coalescable, coalescables } from './coalescing.ts';
import { findingsOf } from './findings.ts';
import { type Judgement, judge, narrowed } from './judgement.ts';
import { originsOf } from './origins.ts';
import { simulating } from './simulate.ts';
import { knownTimers } from './timer-table.ts';
import { totalsOf } from './totals.ts';
import { verdictOf } from './verdict.ts';

export const defaultAnalyseOptions: Omit<Required<AnalyseOptions>, 'now'> = {
  idleTimeout: 60 * second,
  poolKey: 'authority',
  splitClients: undefined,
  timers: knownTimers,
  adviseFor: [],
};

/** Works from the columns; verdicts, origins' figures and the curve are made when they are asked for. */
export const analyse = (trace: Trace, options: Partial<AnalyseOptions> = {}): Analysis => allAtOnce(analysing(trace, options));

/** The same in steps; the trace must not grow meanwhile. */
export function* analysing(trace: Trace, options: Partial<AnalyseOptions> = {}): Steps<Analysis> {
  const settings = { now: trace.lastTime, ...defaultAnalyseOptions, ...options };
  return yield* analysisOf(yield* judge(trace, settings), coalescables(trace.columns));
}

function* analysisOf(judgement: Judgement, coalescable: (connection: number) => Coalescable | undefined): Steps<Analysis> {
  const { totals, curving } = yield* totalsOf(judgement);
  let findings: readonly Finding[] | undefined;
  let problems: readonly Finding[] | undefined;
  let advised: Advised | undefined;
  const find = function* (): Steps<readonly Finding[]> {
    findings ??= yield* findingsOf(judgement, coalescable);
    return findings;
  };
  return {
    options: judgement.options,
    totals,
    origins: originsOf(judgement),
    get findings(): readonly Finding[] {
      return allAtOnce(find());
    },
    get problems(): readonly Finding[] {
      problems ??= findings?.filter(({ severity }) => severity === 'problem') ?? allAtOnce(findingsOf(judgement, coalescable, 'problems'));
      return problems;
    },
    get advice(): readonly Advice[] {
      advised ??= allAtOnce(advising(judgement));
      return advised.advice;
    },
    get adviceMissing(): readonly string[] {
      advised ??= allAtOnce(advising(judgement));
      return advised.missing;
    },
    selected: judgement.rows,
    reasoning: () => judgement.why.making(),
    *explaining(): Steps<void> {
      yield* judgement.why.making();
      yield* find();
      advised ??= yield* advising(judgement);
      yield* curving();
      yield* judgement.bounding();
      judgement.memory.settle();
    },
    verdict: (connection) => verdictOf(judgement, connection, coalescable(connection)),
    simulate: (settings) => allAtOnce(simulating(judgement, settings)),
    simulating: (settings) => simulating(judgement, settings),
    select: (rows) => allAtOnce(analysisOf(narrowed(judgement, rows), coalescable)),
    selecting: (rows) => analysisOf(narrowed(judgement, rows), coalescable),
  };
}
