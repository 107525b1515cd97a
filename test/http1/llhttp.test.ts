/**
 * Holds our reading of llhttp's vectors against llhttp's: the same ones refused, and the same number of heads and messages before.
 *
 * llhttp stops at the first byte that it does not like. We read captures of what others have accepted, so we never stop: whatever a
 * strict receiver would have refused leaves a note, and reading goes on as well as it can. See outcome.ts for what counts.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ExchangeLog, HeadPool } from '../../src/http/index.ts';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { patience } from '../support/runs.ts';
import { outcome, shown } from './outcome.ts';
import { Recorder } from './recorder.ts';
import { hasVectors, readVectors, type Vector } from './vectors.ts';

const log = new ExchangeLog();
const heads = new HeadPool(log.texts);

function recorded(vector: Vector, cuts: readonly number[]): Recorder {
  const recorder = new Recorder(false, undefined, log, heads);
  const side = vector.isRequest ? CLIENT : SERVER;
  if (vector.skipsBody && !vector.isRequest) recorder.say(CLIENT, 'HEAD / HTTP/1.1\r\n\r\n'.repeat(2));
  recorder.told.length = 0;
  return recorder.say(side, vector.bytes, cuts);
}

/** `vector;llhttp;ours;reason`, the title of a vector being free of semicolons. */
function listed(): ReadonlyMap<string, string> {
  const lines = readFileSync(new URL('./llhttp-differences.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return new Map(lines.map((line) => [line.split(';')[0]!, line.split(';').slice(1, 3).join(';')]));
}

describe.skipIf(!hasVectors)(`llhttp's vectors${hasVectors ? '' : ' (skipped: the vectors are absent)'}`, () => {
  const vectors = hasVectors ? readVectors() : [];
  const plain = vectors.filter(({ lenient }) => lenient === '');

  it('plain ones: at least 99 in 100 as llhttp reads them, every other one listed with its reason', () => {
    const different = new Map<string, string>();
    for (const vector of plain) {
      const [ours, llhttps] = [shown(outcome(recorded(vector, []))), shown(vector)];
      if (ours !== llhttps) different.set(vector.name, `${llhttps};${ours}`);
    }
    expect(plain.length).toBeGreaterThan(200);
    expect(different).toEqual(listed());
    expect(1 - different.size / plain.length).toBeGreaterThanOrEqual(0.99);
  });

  it('all, lenient ones too: the same however the bytes are cut', { timeout: patience }, () => {
    for (const vector of vectors) {
      const told = (cuts: readonly number[]): unknown => {
        const recorder = recorded(vector, cuts);
        return [recorder.told, recorder.exchanges()];
      };
      const whole = told([]);
      for (let cut = 1; cut < vector.bytes.length; cut += 1) expect(told([cut]), `${vector.name} cut at ${cut}`).toEqual(whole);
      const everywhere = Array.from({ length: vector.bytes.length }, (_, index) => index);
      expect(told(everywhere), `${vector.name} byte by byte`).toEqual(whole);
    }
  });
});
