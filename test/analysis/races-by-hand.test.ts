/** Every race that is found in real captures, confirmed, near or possible, was looked up in the packets: test/golden/races-by-hand.csv. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { Inspector } from '../../src/trace/index.ts';
import { shared } from '../support/shared.ts';

const captures = shared('captures/dev');
const rows = readFileSync(new URL('../golden/races-by-hand.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').slice(0, 3).join(' '));

describe.skipIf(!existsSync(captures))('races as a person judged them', () => {
  it('are those of the table, and no others', () => {
    const found: string[] = [];
    for (const name of readdirSync(captures).filter((file) => /\.pcap(ng)?(\.gz)?$/.test(file))) {
      const bytes = readFileSync(`${captures}/${name}`);
      const keys = `${captures}/${name}.keys`;
      const inspector = new Inspector({ name, ...(existsSync(keys) ? { keyLog: readFileSync(keys, 'utf8') } : {}) });
      inspector.push(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
      inspector.end();
      for (const { code, connections } of analyse(inspector.trace()).findings)
        if (/race/.test(code)) found.push(`${name} ${connections.join(' ')} ${code}`);
    }
    expect(found.toSorted()).toEqual(rows.toSorted());
  });
});
