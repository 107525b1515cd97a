/** What the analysis says of a trace, in the words of an `analysis` block of a scenario. */

import { parseDuration } from '../../cmd/duration.ts';
import { type AnalyseOptions, type Analysis, analyse, clientSplits, type Explanation, poolKeys } from '../../src/analysis/index.ts';
import { millisecond } from '../../src/time.ts';
import type { Trace } from '../../src/trace/index.ts';

/** `settings` stand behind the word: ```analysis idle limit 10s, pool key host, split clients ua, in all */
export function analysisTold(trace: Trace, settings: string): string[] {
  const analysis = analyse(trace, optionsOf(settings));
  return settings.includes('in all') ? [...told(trace, analysis), inAll(analysis)] : told(trace, analysis);
}

function optionsOf(settings: string): Partial<AnalyseOptions> {
  const limit = /idle limit ([\w.]+)/.exec(settings)?.[1];
  return {
    ...(limit === undefined ? {} : { idleTimeout: parseDuration(limit, 'idle limit') }),
    poolKey: poolKeys.find((key) => settings.includes(`pool key ${key}`)) ?? 'authority',
    splitClients: clientSplits.find((split) => settings.includes(`split clients ${split}`)),
  };
}

function inAll({ totals: { avoidableLow, avoidableHigh, pool, wasted, wastedBlocking } }: Analysis): string {
  const bounds = avoidableLow === avoidableHigh ? '' : ` (${avoidableLow} to ${avoidableHigh})`;
  const counts = `${pool.actual} opened, ${pool.min} needed, ${pool.lifo} last-used, ${pool.avoidable} avoidable${bounds}, ${pool.surplus} surplus`;
  return `in all: ${counts}; ${wasted / millisecond} ms wasted, ${wastedBlocking / millisecond} ms waited for`;
}

function told(trace: Trace, analysis: Analysis): string[] {
  const lines: string[] = [];
  for (let each = 0; each < trace.size; each += 1) {
    const verdict = analysis.verdict(each);
    const perhaps = verdict.avoidableHigh && !verdict.avoidable ? ', perhaps avoidable' : '';
    lines.push(`connection ${each}: ${verdict.opening ?? 'no class'}${verdict.avoidable ? ', avoidable' : perhaps}`);
    if (verdict.reason !== undefined) lines.push(`  opened: ${inWords(verdict.reason)}`);
    if (verdict.close !== undefined) lines.push(`  closed: ${inWords(verdict.close)}`);
    const retried = verdict.raceRetriedOn === undefined ? '' : `, sent again on connection ${verdict.raceRetriedOn}`;
    if (verdict.race !== undefined) lines.push(`  race: ${verdict.race}${retried}`);
  }
  return lines;
}

const inWords = ({ code, confidence, frames, text }: Explanation): string =>
  `${code} (${confidence}, ${frames.length === 1 ? 'frame' : 'frames'} ${frames.join(' ')}): ${text}`;
