/** The filter: what it accepts, what it means, what it says of mistakes, and that no text makes it slow or throw. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completions, displayFilter, filterFields, isFilterError, parseFilter } from '../../src/analysis/filter/index.ts';
import { analyse } from '../../src/analysis/index.ts';
import { millisecond, second } from '../../src/time.ts';
import { type MadeUpConnection, madeUpTrace } from '../support/made-up-trace.ts';

const list: readonly MadeUpConnection[] = [
  {
    at: 0,
    client: '10.1.0.1:40000',
    server: '10.0.0.2:80',
    authority: 'shop.example',
    closed: 8 * second,
    closedBy: 'server',
    exchanges: [
      { start: 50 * millisecond, end: 90 * millisecond, target: '/cart?id=7', status: 200 },
      { start: second, end: 2 * second, method: 'POST', target: '/pay', status: 500 },
    ],
  },
  {
    at: 12 * second,
    client: '10.1.0.2:40001',
    server: '10.0.0.2:80',
    authority: 'api.example',
    exchanges: [[12.1 * second, 12.2 * second]],
  },
  { at: 20 * second, client: '[fe80::1]:40002', server: '[fe80::2]:25', other: true },
];
/** With mutants it is run for hundreds of them. */
const isMutated = '$mutation' in globalThis;
const trace = madeUpTrace(list);
const analysis = analyse(trace);

/** The connections that satisfy it. */
function found(text: string): number[] {
  const filter = parseFilter(text);
  if (isFilterError(filter)) throw new Error(`${text}: ${filter.message}`);
  return list.map((_, row) => row).filter((row) => filter.test(trace, analysis, row));
}

function wrong(text: string): { at: number; message: string; nearest: string | undefined } {
  const filter = parseFilter(text);
  if (!isFilterError(filter)) throw new Error(`${text} is accepted`);
  return filter;
}

describe('what it means', () => {
  test.each<[string, number[]]>([
    ['tcp', [0, 1, 2]],
    ['http', [0, 1]],
    ['!http', [2]],
    ['not http', [2]],
    ['http2', []],
    ['ipv6', [2]],
    ['tcp.stream == 1', [1]],
    ['tcp.stream in {0 2}', [0, 2]],
    ['tcp.stream in {0, 2}', [0, 2]],
    ['tcp.stream not in {0}', [1, 2]],
    ['tcp.port eq 80', [0, 1]],
    ['tcp.port in {25, 8000..8100}', [2]],
    ['tcp.port != 80', [2]],
    ['tcp.port > 30000', [0, 1, 2]],
    ['ip.addr == 10.1.0.0/24', [0, 1]],
    ['ip.addr == 10.1.0.1', [0]],
    ['ip.addr != 10.1.0.1', [1]],
    ['ipv6.addr == fe80::/10', [2]],
    ['ipv6.addr == fe80:0::2', [2]],
    ['http.host == "shop.example"', [0]],
    ['http.host == api.example', [1]],
    ['http.host contains "example"', [0, 1]],
    ['http.host matches "^API\\\\."', [1]],
    ['http.host matches r"^(shop|api)\\.example$"', [0, 1]],
    ['http.host matches "(?-i)^API"', []],
    ['http.request.method == POST', [0]],
    ['http.request.method != POST', [0, 1]],
    ['!(http.request.method == POST)', [1, 2]],
    ['http.response.code >= 500', [0]],
    ['http.response.code in {200..299}', [0, 1]],
    ['http.request.method == GET && http.response.code == 500', [0]],
    ['http.request.uri contains "id="', [0]],
    ['conn.requests == 2 or tcp.port == 25', [0, 2]],
    ['conn.requests == 2 xor http', [1]],
    ['tcp.port == 25 or http and conn.requests == 1', [1, 2]],
    ['(tcp.port == 25 or http) and conn.requests == 1', [1]],
    ['conn.idle_max_ms > 0.5s', [0]],
    ['conn.idle_max_ms > 910', []],
    ['conn.idle_max_ms == 910ms', [0]],
    ['conn.idle_max_ms', [0]],
    ['conn.client_address == 10.1.0.0/16', [0, 1]],
    ['conn.avoidable', []],
    ['conn.avoidable == false', [0, 1]],
    ['not conn.avoidable', [0, 1, 2]],
    ['conn.opening == first', [0, 1]],
    ['exchange.index == 1', [0]],
    ['conn.first_frame < conn.last_frame', [0, 1, 2]],
    ['conn.requests > conn.reuses', [0, 1]],
    ['conn.closed_by == server', [0]],
    ['CONN.REQUESTS == 2', [0]],
  ])('%s', (text, rows) => {
    expect(found(text)).toEqual(rows);
  });

  test('every column of the report is a field', () => {
    for (const { name, type } of filterFields) {
      expect(found(name).every((row) => row < list.length)).toBe(true);
      if (type === 'number') expect(isFilterError(parseFilter(`${name} >= 0 || ${name} < 0`))).toBe(false);
    }
  });
});

describe('what it says of mistakes', () => {
  test.each<[string, number, string | RegExp, string?]>([
    ['', 0, /name of a field/],
    ['http.hots == "a"', 0, /did you mean http\.host\?/, 'http.host'],
    ['http && conn.avoidabel', 8, /did you mean conn\.avoidable\?/, 'conn.avoidable'],
    ['method == GET', 0, /did you mean/, 'http.request.method'],
    ['tcp.port = 80', 9, 'equality is written =='],
    ['tcp.port == ', 12, /value was expected, not the end/],
    ['tcp.port == eighty', 12, /a number was expected for tcp\.port, not 'eighty'/],
    ['tcp.port == 1.5s', 12, /plain number/],
    ['conn.idle_max_ms > 5 parsecs', 21, /'and' or 'or'/],
    ['ip.addr == 300.1.1.1', 11, /an address or a network/],
    ['ip.addr == 10.0.0.0/99', 11, /an address or a network/],
    ['ip.addr > 10.0.0.1', 10, /no order/],
    ['tcp.port in 80', 12, /a set was expected/],
    ['tcp.port in {}', 13, /empty/],
    ['tcp.port in {9..1}', 13, /upwards/],
    ['(http', 5, /a \) was expected for the \( at 1/],
    ['http)', 4, /'and' or 'or'/],
    ['http.host == "abc', 13, /not closed/],
    ['http.host matches "(a"', 18, /a \( is not closed/],
    ['http.host matches "(?=a)"', 18, /not supported/],
    ['tcp.port contains 8', 18, /only texts/],
    ['tcp.analysis.retransmission == 1', 31, /is there or not/],
    ['frame.number == 3', 0, /conn\.first_frame/],
    ['conn.opening == chrun', 16, /did you mean churn/, 'churn'],
    ['http.host == conn.requests', 13, /cannot be compared/],
    ['__proto__ == 1', 0, /no field/],
    ['constructor', 0, /no field/],
    ['http.host toString "a"', 10, /an operator was expected/],
  ])('%s', (text, at, message, meant) => {
    const error = wrong(text);
    expect(error.message).toMatch(message);
    expect(error.at).toBe(at);
    if (meant !== undefined) expect(error.nearest).toBe(meant);
  });

  test('no text makes it throw, and its place lies in the text', () => {
    const piece = fc.constantFrom(
      'tcp.port',
      'http',
      'conn.wasted_ms',
      '==',
      '!=',
      '(',
      ')',
      '{',
      '}',
      'in',
      'not',
      'and',
      '"',
      '\\',
      '80',
      '1.5s',
      ' ',
      'matches',
      '[a-',
      ',',
      '\u0000',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(' ')),
        ),
        (text) => {
          const filter = parseFilter(text);
          if (isFilterError(filter)) return filter.at >= 0 && filter.at <= filter.end && filter.end <= text.length;
          return list.every((_, row) => typeof filter.test(trace, analysis, row) === 'boolean');
        },
      ),
      { numRuns: isMutated ? 40 : 2000 },
    );
  });

  test('depth and length are bounded', () => {
    expect(wrong(`${'('.repeat(5000)}http${')'.repeat(5000)}`).message).toMatch(/brackets/);
    expect(wrong('!'.repeat(5000)).message).toMatch(/brackets/);
    expect(wrong(`http.host == "${'a'.repeat(30_000)}"`).message).toMatch(/at most/);
    expect(wrong('http.host matches "((((a{900}){900}){900}){900})"').message).toMatch(/too large/);
  });
});

test('patterns agree with those of the language, case apart, and need no backtracking', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '.',
    '\\d',
    '\\w',
    '[ab]',
    '[^a]',
    '^',
    '$',
    '\\b',
    '(a|b)',
    '(?:ab)',
    'a*',
    'b+',
    '(ab)?',
    'a{2}',
    'b{1,2}',
    '|',
    '\\.',
    '-',
  );
  fc.assert(
    fc.property(
      fc.array(atom, { minLength: 1, maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '.', '-'), maxLength: 12 }),
      (atoms, text) => {
        const pattern = atoms.join('');
        const wanted = new RegExp(pattern, 'i').test(text);
        const filter = parseFilter(`http.request.uri matches r"${pattern}"`);
        if (isFilterError(filter)) throw new Error(filter.message);
        const made = madeUpTrace([{ at: 0, exchanges: [{ start: 1, end: 2, target: text }] }]);
        return filter.test(made, analyse(made), 0) === wanted;
      },
    ),
    { numRuns: isMutated ? 150 : 3000 },
  );
  const made = madeUpTrace([{ at: 0, exchanges: [{ start: 1, end: 2, target: 'a'.repeat(5000) }] }]);
  const evil = parseFilter('http.request.uri matches "^(a+)+(a+)+$b"');
  expect(!isFilterError(evil) && evil.test(made, analyse(made), 0)).toBe(false);
});

describe('completion', () => {
  const offered = (text: string): string[] => completions(text).words.map((word) => word.text);

  test('names, operators, values, connectives', () => {
    expect(offered('http.re').slice(0, 3)).toEqual(['http.request', 'http.response', 'http.request.method']);
    expect(offered('http && conn.was')).toEqual(['conn.wasted_ms', 'conn.wasted_blocking_ms', 'conn.wasted_bytes', 'conn.wasted_rtts']);
    expect(completions('http && conn.was').from).toBe(8);
    expect(offered('tcp.port ')).toContain('==');
    expect(offered('conn.opening == ')).toContain('churn');
    expect(offered('conn.opening == ch')).toEqual(['churn']);
    expect(offered('conn.avoidable == ')).toEqual(['true', 'false']);
    expect(offered('tcp.port == 80 ')).toEqual(['and', 'or']);
    expect(offered('http ')).toEqual(['and', 'or']);
    expect(offered('(http) ')).toEqual(['and', 'or']);
    expect(offered('http) x')).toEqual([]);
  });
});

test('connections as a display filter of Wireshark', () => {
  expect(displayFilter(trace, [])).toBe('');
  expect(displayFilter(trace, [1])).toBe('tcp.stream eq 1');
  expect(displayFilter(trace, [2, 0, 1])).toBe('tcp.stream in {0..2}');
  expect(displayFilter(trace, [0, 2])).toBe('tcp.stream in {0, 2}');
  const unknown = madeUpTrace([{ at: 0, client: '10.1.0.1:4000', rest: { tcpStream: undefined } }]);
  expect(displayFilter(unknown, [0])).toBe('ip.addr == 10.1.0.1 && tcp.port == 4000 && ip.addr == 10.0.0.2 && tcp.port == 80');
});
