/** Reads a filter: a Pratt parser, each connective with its binding power, that makes tests as it goes. */

import { nearest } from '../../nearest.ts';
import type { Exchange } from '../../trace/index.ts';
import { type Expected, type Filter, type FilterError, Refusal } from './filter.ts';
import { memberTest, type Operator, type Test, testOf } from './literal.ts';
import { type FilterField, instead, known, type Value } from './names.ts';
import { Scanner, type Token } from './scanner.ts';
import { Subject } from './subject.ts';

type Condition = (subject: Subject) => boolean;

const longest = 20_000;
const deepest = 100;

/** As in Wireshark: `not` binds closest, then `and`, `xor`, `or`. */
const connectives: Readonly<Record<string, { readonly power: number; readonly join: (a: Condition, b: Condition) => Condition }>> = {
  or: { power: 1, join: (a, b) => (subject) => a(subject) || b(subject) },
  xor: { power: 2, join: (a, b) => (subject) => a(subject) !== b(subject) },
  and: { power: 3, join: (a, b) => (subject) => a(subject) && b(subject) },
};
const spelled: Readonly<Record<string, string>> = { '||': 'or', '&&': 'and', '^^': 'xor', or: 'or', and: 'and', xor: 'xor' };

const operators: Readonly<Record<string, Operator>> = {
  '==': 'eq',
  '===': 'eq',
  eq: 'eq',
  '!=': 'ne',
  '!==': 'ne',
  ne: 'ne',
  '>': 'gt',
  gt: 'gt',
  '<': 'lt',
  lt: 'lt',
  '>=': 'ge',
  ge: 'ge',
  '<=': 'le',
  le: 'le',
  contains: 'contains',
  matches: 'matches',
  '~': 'matches',
};

/** An empty text is an error at 0; ask for no filter instead. */
export function parseFilter(text: string): Filter | FilterError {
  try {
    const condition = new Parser(text).whole();
    let subject: Subject | undefined;
    return {
      text,
      test: (trace, analysis, row) => {
        if (subject?.trace !== trace || subject.analysis !== analysis) subject = new Subject(trace, analysis);
        return condition(subject.at(row));
      },
    };
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.error;
    throw refusal;
  }
}

class Parser {
  readonly #scanner: Scanner;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#scanner = new Scanner(text);
  }

  whole(): Condition {
    if (this.#text.length > longest)
      this.#refuse('nothing', { at: longest, end: this.#text.length }, `a filter has at most ${longest} characters`);
    const condition = this.#expression(0, 0);
    const rest = this.#scanner.peek();
    if (rest.kind !== 'end') this.#refuse('connective', rest, `'and' or 'or' was expected, not ${quoted(rest)}`);
    return condition;
  }

  #expression(power: number, depth: number): Condition {
    let left = this.#operand(depth);
    for (;;) {
      const next = this.#scanner.peek();
      const name = next.kind === 'text' ? undefined : spelled[next.value.toLowerCase()];
      const connective = name === undefined ? undefined : connectives[name];
      if (!connective || connective.power <= power) return left;
      this.#scanner.next();
      left = connective.join(left, this.#expression(connective.power, depth));
    }
  }

  #operand(depth: number): Condition {
    const token = this.#scanner.next();
    if (depth > deepest) this.#refuse('nothing', token, `more than ${deepest} brackets lie in one another`);
    if (token.kind === 'sign' && token.value === '(') {
      const inside = this.#expression(0, depth + 1);
      const close = this.#scanner.peek();
      if (!this.#scanner.take(')'))
        this.#refuse('connective', close, `a ) was expected for the ( at ${token.at + 1}, not ${quoted(close)}`);
      return inside;
    }
    if ((token.kind === 'sign' && token.value === '!') || (token.kind === 'word' && token.value.toLowerCase() === 'not')) {
      const inside = this.#operand(depth + 1);
      return (subject) => !inside(subject);
    }
    return this.#comparison(this.#field(token));
  }

  #field(token: Token): FilterField {
    const field = token.kind === 'word' ? (known.get(token.value) ?? known.get(token.value.toLowerCase())) : undefined;
    if (field) return field;
    if (token.kind !== 'word') this.#refuse('field', token, `the name of a field was expected, not ${quoted(token)}`);
    const other = instead.get(token.value.toLowerCase());
    if (other !== undefined) this.#refuse('field', token, `${token.value} is of single packets, which are not kept; there is ${other}`);
    const names = [...known.keys()];
    const meant = names.find((name) => name.endsWith(`.${token.value.toLowerCase()}`)) ?? nearest(token.value, names);
    const question = meant === undefined ? '' : `; did you mean ${meant}?`;
    return this.#refuse('field', token, `no field is called '${token.value}'${question}`, meant);
  }

  #comparison(field: FilterField): Condition {
    const next = this.#scanner.peek();
    const word = next.value.toLowerCase();
    if (next.kind === 'word' && word === 'not') {
      this.#scanner.next();
      const after = this.#scanner.peek();
      if (!this.#scanner.take('in')) this.#refuse('operator', after, `'in' was expected behind 'not', not ${quoted(after)}`);
      const inside = this.#membership(field);
      return (subject) => !inside(subject);
    }
    if (next.kind === 'word' && word === 'in') {
      this.#scanner.next();
      return this.#membership(field);
    }
    const operator = next.kind === 'text' || !Object.hasOwn(operators, word) ? undefined : operators[word]!;
    if (operator === undefined) {
      if (next.kind === 'sign' && next.value === '=') this.#refuse('operator', next, 'equality is written ==');
      if (next.kind === 'word' && spelled[word] === undefined)
        this.#refuse(
          'operator',
          next,
          `an operator was expected (== != > < >= <= contains matches in), not ${quoted(next)}`,
          nearest(word, Object.keys(operators)),
        );
      return exists(field);
    }
    this.#scanner.next();
    return this.#against(field, operator);
  }

  #against(field: FilterField, operator: Operator): Condition {
    const token = this.#value();
    const other = token.kind === 'word' ? known.get(token.value) : undefined;
    if (other) return this.#againstField(field, operator, other, token);
    return lifted(
      field,
      this.#tested(token, () => testOf(field, operator, token.value), field),
      operator === 'ne',
    );
  }

  #againstField(field: FilterField, operator: Operator, other: FilterField, token: Token): Condition {
    const fits = field.type === other.type && (field.unit === undefined) === (other.unit === undefined) && field.type !== 'flag';
    if (!fits || operator === 'matches') this.#refuse('value', token, `${field.name} cannot be compared with ${other.name}`);
    const scale = field.unit === other.unit ? 1 : field.unit === 'ms' ? 1000 : 0.001;
    const plain: FilterField = { ...field, unit: undefined, values: undefined };
    const testWith = (right: Value): Test => testOf(plain, operator, String(typeof right === 'number' ? right * scale : right));
    const both = field.scope === 'exchange' && other.scope === 'exchange';
    return (subject) => {
      const holds = (exchange: Exchange | undefined): boolean => {
        const right = both ? listed(other.of(subject, exchange)) : valuesOf(other, subject);
        const left = both ? listed(field.of(subject, exchange)) : valuesOf(field, subject);
        if (left.length === 0 || right.length === 0) return false;
        return operator === 'ne' ? right.every((value) => left.every(testWith(value))) : right.some((value) => left.some(testWith(value)));
      };
      return both ? subject.exchanges.find(holds) !== undefined : holds(undefined);
    };
  }

  /** `{80, 443, 8000..8100}`; commas may be left out. */
  #membership(field: FilterField): Condition {
    const open = this.#scanner.next();
    if (open.kind !== 'sign' || open.value !== '{')
      this.#refuse('value', open, `a set was expected, such as {80, 443, 8000..8100}, not ${quoted(open)}`);
    const tests: Test[] = [];
    for (;;) {
      if (tests.length > 0) this.#scanner.take(',');
      const next = this.#scanner.peek();
      if (next.kind === 'sign' && next.value === '}') break;
      const token = this.#value();
      const [from = '', to] = token.kind === 'text' ? [token.value] : token.value.split(/\.\.(?!\.)/, 2);
      tests.push(this.#tested(token, () => memberTest(field, from, to), field));
    }
    const close = this.#scanner.next();
    if (tests.length === 0) this.#refuse('value', close, 'the set is empty');
    return lifted(field, (value) => tests.some((test) => test(value)), false);
  }

  #value(): Token {
    const token = this.#scanner.next();
    if (token.open) this.#refuse('value', token, 'a quoted text is not closed');
    if (token.kind === 'text' || token.kind === 'word') return token;
    return this.#refuse('value', token, `a value was expected, not ${quoted(token)}`);
  }

  #tested(token: Token, make: () => Test, field: FilterField): Test {
    try {
      return make();
    } catch (expected) {
      if (typeof expected !== 'string') throw expected;
      const meant = field.values && nearest(token.value, field.values);
      const question = meant === undefined ? '' : `; did you mean ${meant}?`;
      return this.#refuse('value', token, `${expected} was expected for ${field.name}, not ${quoted(token)}${question}`, meant);
    }
  }

  #refuse(expected: Expected, { at, end }: { readonly at: number; readonly end: number }, message: string, meant?: string): never {
    throw new Refusal({ at, end, expected, message, nearest: meant });
  }
}

const quoted = ({ kind, value }: Token): string =>
  kind === 'end' ? 'the end' : `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;

const listed = (value: Value | readonly Value[] | undefined): readonly Value[] =>
  value === undefined ? [] : typeof value === 'object' ? value : [value];

function valuesOf(field: FilterField, subject: Subject): readonly Value[] {
  return field.scope === 'connection'
    ? listed(field.of(subject, undefined))
    : Array.from(subject.exchanges, (each) => listed(field.of(subject, each))).flat();
}

function exists(field: FilterField): Condition {
  return lifted(field, field.holdsWhenTrue ? (value) => value === true : () => true, false);
}

/** A test of one value becomes a test of the connection. `all`: of several values at one place (the two ends of a packet) none may differ. */
function lifted(field: FilterField, test: Test, all: boolean): Condition {
  const holds = (value: Value | readonly Value[] | undefined): boolean => {
    if (value === undefined) return false;
    if (typeof value !== 'object') return test(value);
    return all ? value.length > 0 && value.every(test) : value.some(test);
  };
  if (field.scope === 'connection') return (subject) => holds(field.of(subject, undefined));
  return (subject) => subject.exchanges.find((exchange) => holds(field.of(subject, exchange))) !== undefined;
}
