/** Plays every scenario beside it: what warmwire says of the reasons, races and costs of a conversation, line by line. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../cmd/duration.ts';
import { type Analysis, analyse, type Explanation } from '../../src/analysis/index.ts';
import type { Trace } from '../../src/trace/index.ts';
import { blockOf, play } from '../support/scenario.ts';

const folder = new URL('./scenarios/', import.meta.url);

describe.each(readdirSync(folder).filter((name) => name.endsWith('.md')))('%s', (file) => {
  for (const part of readFileSync(new URL(file, folder), 'utf8').split(/^(?=# )/m)) {
    it(/^# (.+)$/m.exec(part)?.[1] ?? '', () => {
      const { lines, settings } = blockOf(part, 'analysis');
      const trace = play(part);
      const limit = /idle limit (\S+)/.exec(settings)?.[1];
      expect(told(trace, analyse(trace, limit === undefined ? {} : { idleTimeout: parseDuration(limit, 'idle limit') }))).toEqual(lines);
    });
  }
});

function told(trace: Trace, analysis: Analysis): string[] {
  const lines: string[] = [];
  for (let each = 0; each < trace.size; each += 1) {
    const verdict = analysis.verdict(each);
    lines.push(`connection ${each}: ${verdict.opening ?? 'no class'}${verdict.avoidable ? ', avoidable' : ''}`);
    if (verdict.reason !== undefined) lines.push(`  opened: ${inWords(verdict.reason)}`);
    if (verdict.close !== undefined) lines.push(`  closed: ${inWords(verdict.close)}`);
    const retried = verdict.raceRetriedOn === undefined ? '' : `, sent again on connection ${verdict.raceRetriedOn}`;
    if (verdict.race !== undefined) lines.push(`  race: ${verdict.race}${retried}`);
  }
  return lines;
}

const inWords = ({ code, confidence, frames, text }: Explanation): string =>
  `${code} (${confidence}, ${frames.length === 1 ? 'frame' : 'frames'} ${frames.join(' ')}): ${text}`;
