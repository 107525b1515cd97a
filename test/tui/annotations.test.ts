/** Host names, comments and dropped frames of a pcapng on the screens. */

import { expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { annotatedCapture } from '../support/annotated.ts';
import { inspectBytes } from '../support/inspect.ts';
import { enter, Stage } from './stage.ts';

test('what a capture tells besides its packets is shown', async () => {
  const trace = inspectBytes(annotatedCapture);
  const progress = { bytes: 500, totalBytes: 500, frames: 8, done: true };
  const stage = new Stage({ trace, analysis: analyse(trace), progress }, 220, 30);
  await stage.shows('12 dropped');
  await stage.shows(/conns ≥ ?1/);
  await stage.press('2');
  await stage.shows(/10\.0\.0\.1:\d+ \(laptop\)/);
  await stage.press('g', '5');
  expect(await stage.shows('taken at')).toMatch(/comment +capture: taken at the <b>proxy<\/b>[\s\S]*comment +frame 4: slow again/);
  await stage.press('g', '1');
  await stage.shows('MAIN REASON');
  await stage.press(enter);
  await stage.press(enter);
  await stage.shows(/10\.0\.0\.1:\d+ \(laptop\)/);
  expect(await stage.shows('slow again')).toMatch(/\(shop\)[\s\S]*comment +slow again[\s\S]*=here/);
  await stage.press('q', 'q', 'q');
  await stage.left;
});
