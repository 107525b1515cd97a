/** Idle limits of real servers and clients, from captures of them: bracketed, and named right. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse, type IdleTimer } from '../../src/analysis/index.ts';
import { second } from '../../src/time.ts';
import { inspectFile } from '../support/inspect.ts';

const folder = new URL('../idle-limits/', import.meta.url);
const table = new URL('table.csv', folder);

/** Seconds that the program's documentation or source says, and a word of its name. */
const truth: Readonly<Record<string, readonly [limit: number, name: string]>> = {
  'aiohttp-client': [15, 'aiohttp'],
  'aiohttp-server': [75, 'aiohttp'],
  'apache-server': [5, 'Apache'],
  'caddy-server': [300, 'Caddy'],
  'chromium-client': [300, 'Chrome'],
  'curl-client': [118, 'curl'],
  'lighttpd-server': [5, 'lighttpd'],
  'nginx-server': [75, 'nginx'],
  'node-agent-client': [5, 'Node.js'],
  'node-server': [6, 'Node.js'],
  'undici-client': [4, 'undici'],
  'uvicorn-server': [5, 'uvicorn'],
};

const captures = readdirSync(folder)
  .filter((file) => file.endsWith('.pcap'))
  .map((file) => file.replace('.pcap', ''));

const seconds = (time: number | undefined): string => (time! / second).toFixed(2);

const traces = new Map(captures.map((name) => [name, inspectFile(new URL(`${name}.pcap`, folder).pathname)]));

function timerOf(name: string): IdleTimer | undefined {
  const { origins } = analyse(traces.get(name)!);
  const used = origins.find((origin) => origin.requests > 0);
  return name.endsWith('client') ? used?.clientTimer : used?.serverTimer;
}

describe('idle limits of real programs', () => {
  it.each(captures)('%s', (name) => {
    const [limit, word] = truth[name]!;
    const { low, high, named, several, closes } = timerOf(name)!;
    expect(low! / second).toBeGreaterThan(0.85 * limit);
    expect(low! / second).toBeLessThan(limit);
    // Those that look only when they are asked again close later: curl, Chrome.
    expect(high! / second).toBeGreaterThanOrEqual(limit - 0.02);
    expect(high! / second).toBeLessThan(1.12 * limit + 1);
    expect(named).toContain(word);
    expect(several).toBe(false);
    expect(closes).toBeGreaterThan(0);
  });

  it('covers every program of the table', () => {
    expect(captures.toSorted()).toEqual(Object.keys(truth).toSorted());
  });

  it('is what the table says', () => {
    const rows = captures.map((name) => {
      const { low, high, named, announcedSeconds } = timerOf(name)!;
      return [name, truth[name]![0], seconds(low), seconds(high), announcedSeconds ?? '', `"${named}"`].join(',');
    });
    const text = `program,documented_s,kept_s,closed_after_s,announced_s,named\n${rows.join('\n')}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(table, text);
    expect(readFileSync(table, 'utf8')).toBe(text);
  });
});
