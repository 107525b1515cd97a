/** What stands on the right of an operator: numbers, durations, yes and no, texts, addresses; read for the field on the left. */

import type { FilterField, Value } from './names.ts';
import { networkOf } from './network.ts';
import { patternOf } from './pattern.ts';

export type Test = (value: Value) => boolean;
export type Operator = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'contains' | 'matches';

/** Of a second. */
const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, min: 60, h: 3600, d: 86_400 };
const perUnit = { ms: 1e-3, s: 1 } as const;
const amount = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)([a-zµ]*)$/i;

/** In the field's unit. Throws a text that says what was expected. */
export function numberOf(field: FilterField, text: string): number {
  if (/^0x[\da-f]+$/i.test(text)) return Number(text);
  const [, digits, unit = ''] = amount.exec(text) ?? [];
  if (digits === undefined) throw `a number${field.unit ? ' or a duration (1.5s, 20ms)' : ''}`;
  if (unit === '') return Number(digits);
  const seconds = units[unit];
  if (seconds === undefined) throw field.unit ? 'a duration in ns, us, ms, s, min, h or d' : 'a number without a unit';
  if (field.unit === undefined) throw `a plain number: ${field.name} is no time`;
  // Twelve digits: 0.3 s are 300 ms, not 299.99999999999994.
  return Number(((Number(digits) * seconds) / perUnit[field.unit]).toPrecision(12));
}

const yes = new Set(['true', '1', 'yes']);
const no = new Set(['false', '0', 'no']);

function booleanOf(text: string): boolean {
  const word = text.toLowerCase();
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  throw 'true or false';
}

function compare<T extends number | string>(operator: Operator, wanted: T): (value: T) => boolean {
  switch (operator) {
    case 'eq':
      return (value) => value === wanted;
    case 'ne':
      return (value) => value !== wanted;
    case 'gt':
      return (value) => value > wanted;
    case 'lt':
      return (value) => value < wanted;
    case 'ge':
      return (value) => value >= wanted;
    default:
      return (value) => value <= wanted;
  }
}

/** Throws a text that says what was expected instead. */
export function testOf(field: FilterField, operator: Operator, text: string): Test {
  if (field.type === 'flag') throw `nothing: ${field.name} is there or not, and has no value`;
  if (operator === 'contains') return containsTest(field, text);
  if (operator === 'matches') return matchesTest(field, text);
  if (field.type === 'number') return compare(operator, numberOf(field, text)) as Test;
  if (field.type === 'string') {
    checkListed(field, operator, text);
    return compare(operator, text) as Test;
  }
  if (operator !== 'eq' && operator !== 'ne') throw `== or !=: ${field.name} has no order`;
  const expected = operator === 'eq';
  if (field.type === 'boolean') {
    const wanted = booleanOf(text);
    return (value) => (value === wanted) === expected;
  }
  const network = networkOf(text);
  if (network === undefined) throw 'an address or a network (10.0.0.0/8, fe80::1)';
  return (value) => network(String(value)) === expected;
}

/** A value that can never be is a mistake. */
function checkListed(field: FilterField, operator: Operator, text: string): void {
  if (field.values === undefined || (operator !== 'eq' && operator !== 'ne')) return;
  if (!field.values.includes(text)) throw `one of ${field.values.join(', ')}`;
}

function containsTest(field: FilterField, text: string): Test {
  if (field.type !== 'string') throw `a comparison: only texts contain something, and ${field.name} is none`;
  return (value) => String(value).includes(text);
}

function matchesTest(field: FilterField, text: string): Test {
  if (field.type !== 'string') throw `a comparison: only texts match a pattern, and ${field.name} is none`;
  try {
    return patternOf(text) as Test;
  } catch (reason) {
    if (typeof reason !== 'string') throw reason;
    throw `a regular expression, but ${reason}`;
  }
}

/** `80`, `8000..8100`, `10.0.0.0/8`: a member of a set. */
export function memberTest(field: FilterField, from: string, to: string | undefined): Test {
  if (to === undefined) return testOf(field, 'eq', from);
  if (field.type === 'number') {
    const least = numberOf(field, from);
    const most = numberOf(field, to);
    if (most < least) throw `a range upwards, not ${from}..${to}`;
    return (value) => (value as number) >= least && (value as number) <= most;
  }
  if (field.type === 'string') return (value) => (value as string) >= from && (value as string) <= to;
  throw `single values: ${field.name} has no ranges`;
}
