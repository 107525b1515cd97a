/** Plays every scenario beside it: what warmwire says of the reasons, races and costs of a conversation, line by line. UPDATE_GOLDEN=1 writes them anew: read the difference. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { analysisTold } from '../support/analysis-told.ts';
import { blockOf, play } from '../support/scenario.ts';

const folder = new URL('./scenarios/', import.meta.url);
const isUpdated = process.env.UPDATE_GOLDEN === '1';

describe.each(readdirSync(folder).filter((name) => name.endsWith('.md')))('%s', (file) => {
  const path = new URL(file, folder);
  const parts = readFileSync(path, 'utf8').split(/^(?=# )/m);
  for (const [place, part] of parts.entries()) {
    const trace = play(part);
    it(/^# (.+)$/m.exec(part)?.[1] ?? '', () => {
      const { lines, settings } = blockOf(part, 'analysis');
      const found = analysisTold(trace, settings);
      const block = [`\`\`\`analysis ${settings}`.trimEnd(), ...found, '```', '', ''];
      if (isUpdated) parts[place] = part.slice(0, part.indexOf('```analysis')) + block.join('\n');
      else expect(found).toEqual(lines);
    });
  }
  if (isUpdated) afterAll(() => writeFileSync(path, `${parts.join('').trimEnd()}\n`));
});
