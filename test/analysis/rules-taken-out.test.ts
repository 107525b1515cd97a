/** Every rule counts: with one taken out, so that it never holds, at least one scenario is told otherwise. */

import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RaceKind, raceKinds } from '../../src/analysis/index.ts';
import { closeRules } from '../../src/analysis/reasons/close-rules.ts';
import { openRules } from '../../src/analysis/reasons/open-rules.ts';
import { analysisTold } from '../support/analysis-told.ts';
import { blockOf, play } from '../support/scenario.ts';

/** The kind of race that is not to be found; -1: all are. */
const unseen = vi.hoisted(() => ({ kind: -1 }));
vi.mock('../../src/analysis/race.ts', async (original) => {
  const module = await original<typeof import('../../src/analysis/race.ts')>();
  class Races extends module.Races {
    #seesNone = false;

    constructor(...seen: ConstructorParameters<typeof module.Races>) {
      super(...seen);
      for (const [connection, kind] of this.kind.entries()) {
        if (kind !== unseen.kind) continue;
        this.kind[connection] = 0;
        this.#seesNone = true;
      }
    }

    override retriedOn(connection: number): number {
      return this.#seesNone ? -1 : super.retriedOn(connection);
    }

    override retryOf(connection: number): number {
      return this.#seesNone ? -1 : super.retryOf(connection);
    }
  }
  return { ...module, Races };
});

const folder = new URL('./scenarios/', import.meta.url);
const scenarios = readdirSync(folder)
  .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split(/^(?=# )/m))
  .map((part) => {
    const { lines, settings } = blockOf(part, 'analysis');
    return { title: /^# (.+)$/m.exec(part)?.[1] ?? '', trace: play(part), settings, lines };
  });

/** What is told otherwise than the scenarios have it, as `title: line`; whose lines begin with `about`. */
const missed = (about: string): string[] =>
  scenarios.flatMap(({ title, trace, settings, lines }) => {
    let found: readonly string[] = [];
    try {
      found = analysisTold(trace, settings);
    } catch {
      // The last rule holds always: without it there is no answer.
    }
    return lines.filter((line) => line.trimStart().startsWith(about) && !found.includes(line)).map((line) => `${title}: ${line}`);
  });

const never = (rule: { holds(of: never): boolean }): void => void vi.spyOn(rule, 'holds').mockReturnValue(false);

afterEach(() => {
  vi.restoreAllMocks();
  unseen.kind = -1;
});

it('with all of them the scenarios are told as they are', () => {
  expect(scenarios.length).toBeGreaterThan(90);
  expect(missed('')).toEqual([]);
});

describe('why a connection was opened, without', () => {
  it.each(openRules.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
    never(rule);
    expect(missed(`opened: ${code}`)).not.toEqual([]);
  });
});

describe('why a connection was closed, without', () => {
  it.each(closeRules.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
    never(rule);
    expect(missed(`closed: ${code}`)).not.toEqual([]);
  });
});

/** Never of use, still open, not to be read without keys (openings.test.ts): nothing that a scenario could have before another connection. */
const neverBefore: readonly string[] = ['unused', 'open_at_end', 'tls_alert'];

describe('why the connection before was not used again, without', () => {
  it.each(closeRules.filter(({ code }) => !neverBefore.includes(code)).map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
    never(rule);
    expect(missed(`opened: ${code}`)).not.toEqual([]);
  });
});

describe('races, without those that are', () => {
  it.each(raceKinds.map((kind, place) => [kind, place + 1] as const))('%s', (kind: RaceKind, code) => {
    unseen.kind = code;
    expect(missed(`race: ${kind}`)).not.toEqual([]);
  });
});
