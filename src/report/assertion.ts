/** Conditions on the totals of a report, such as `reuse_ratio >= 0.8`: how they are read, and whether they hold. */

import { type Analysis, isLowerBound } from '../analysis/index.ts';
import { nearest } from '../nearest.ts';
import type { Trace } from '../trace/index.ts';
import { totalsPart } from './document.ts';
import { jsonOf } from './json-text.ts';
import { totalNames } from './schema.ts';
import { tool, version } from './version.ts';

const operators = {
  '>=': (value: number, wanted: number): boolean => value >= wanted,
  '<=': (value: number, wanted: number): boolean => value <= wanted,
  '==': (value: number, wanted: number): boolean => value === wanted,
  '!=': (value: number, wanted: number): boolean => value !== wanted,
  '>': (value: number, wanted: number): boolean => value > wanted,
  '<': (value: number, wanted: number): boolean => value < wanted,
} as const;

type Operator = keyof typeof operators;

export interface Assertion {
  /** As it was written, without superfluous spaces. */
  readonly text: string;
  /** A member of `totals`; one of a group is `openings.churn`. */
  readonly name: string;
  readonly operator: Operator;
  /** In the unit of the member. */
  readonly wanted: number;
}

/** What became of an assertion. A value that is unknown satisfies nothing. */
export interface Outcome {
  readonly assertion: Assertion;
  readonly value: number | undefined;
  readonly holds: boolean;
  /** Something is missing from the capture: the real value of a count or a sum may be greater. */
  readonly isLowerBound: boolean;
}

/** An assertion that cannot be read; its message says what was expected. */
export class AssertionSyntax extends Error {
  override readonly name = 'AssertionSyntax';
}

const form = /^\s*([a-z][a-z0-9_.]*)\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)?|\.\d+)\s*(%|ms|s|min|h)?\s*$/;

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Reads `reuse_ratio >= 80%`, `wasted_ms < 1.5s`, `races == 0`. @throws AssertionSyntax */
export function parseAssertion(written: string): Assertion {
  const match = form.exec(written);
  if (match === null)
    throw new AssertionSyntax(`a name, one of ${Object.keys(operators).join(' ')} and a number were expected, as in 'reuse_ratio >= 0.8'`);
  const [, name, operator, number, unit] = match as unknown as [string, string, Operator, string, string | undefined];
  const names = totalNames();
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    throw new AssertionSyntax(
      `no total is called '${name}'${meant === undefined ? ` (there are: ${names.join(', ')})` : `; did you mean '${meant}'?`}`,
    );
  }
  const wanted = Number(number) * scaleOf(name, unit);
  return { text: `${name} ${operator} ${number}${unit ?? ''}`, name, operator, wanted };
}

function scaleOf(name: string, unit: string | undefined): number {
  if (unit === undefined) return 1;
  if (unit === '%' && name.endsWith('_ratio')) return 0.01;
  const scale = milliseconds[unit];
  if (scale !== undefined && name.endsWith('_ms')) return scale;
  if (scale !== undefined && name.endsWith('_s')) return scale / 1000;
  throw new AssertionSyntax(`${name} has no unit '${unit}': it is ${name.endsWith('_ratio') ? 'a ratio' : 'a plain number'}`);
}

export function outcomesOf(assertions: readonly Assertion[], trace: Trace, analysis: Analysis): readonly Outcome[] {
  const lowerBound = isLowerBound(trace);
  const values = new Map(numbersIn(totalsPart(analysis.totals, analysis, lowerBound)));
  return assertions.map((assertion) => {
    const value = values.get(assertion.name);
    const holds = value !== undefined && operators[assertion.operator](value, assertion.wanted);
    return { assertion, value, holds, isLowerBound: lowerBound };
  });
}

/** A line per assertion, those that do not hold marked. */
export function outcomesText(outcomes: readonly Outcome[]): string {
  const width = Math.max(...outcomes.map(({ assertion }) => assertion.text.length));
  return outcomes
    .map(({ assertion, value, holds, isLowerBound: atLeast }) => {
      const found = value === undefined ? 'unknown: nothing of the kind was seen' : `${atLeast ? 'at least ' : ''}${value}`;
      return `${holds ? 'ok  ' : 'FAIL'}  ${assertion.text.padEnd(width)}  ${found}\n`;
    })
    .join('');
}

export const outcomesJson = (outcomes: readonly Outcome[]): string =>
  `${jsonOf({
    schema: 'warmwire/check/1',
    tool,
    version,
    holds: outcomes.every(({ holds }) => holds),
    assertions: outcomes.map(({ assertion, value, holds, isLowerBound: atLeast }) => ({
      assertion: assertion.text,
      value,
      holds,
      lower_bound: atLeast || undefined,
    })),
  })}\n`;

/** `connections` 12, `openings.churn` 11: every number of a part, those of its groups with the group's name in front. */
function* numbersIn(part: object, group = ''): Generator<[string, number]> {
  for (const [name, value] of Object.entries(part)) {
    if (typeof value === 'number') yield [group + name, value];
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) yield* numbersIn(value, `${group}${name}.`);
  }
}
