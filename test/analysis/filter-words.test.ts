/** The words of the filter language one by one: names and what they mean, literals and units, patterns, what is offered next, and every refusal. */

import { describe, expect, test } from 'vitest';
import { completions, displayFilter, filterFields, isFilterError, parseFilter } from '../../src/analysis/filter/index.ts';
import { patternOf } from '../../src/analysis/filter/pattern.ts';
import { analyse } from '../../src/analysis/index.ts';
import type { Connection, TcpAnalysis } from '../../src/trace/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

/** The connections of a list that a filter finds. */
function finds(list: readonly MadeUpConnection[], text: string): number[] {
  const filter = parseFilter(text);
  if (isFilterError(filter)) throw new Error(`${text}: ${filter.message}`);
  const trace = madeUpTrace(list);
  const analysis = analyse(trace);
  return list.flatMap((_, row) => (filter.test(trace, analysis, row) ? [row] : []));
}

/** One connection, with these facts. */
const holds = (text: string, rest: Partial<Connection>, more: Partial<MadeUpConnection> = {}): boolean =>
  finds([{ at: 0, ...more, rest }], text).length === 1;

function refusal(text: string) {
  const filter = parseFilter(text);
  if (!isFilterError(filter)) throw new Error(`${text} is accepted`);
  return filter;
}

const http1: MadeUpConnection = {
  at: 0,
  exchanges: [{ start: ms(40), end: ms(60), target: '/a', rest: { authority: 'shop', userAgent: 'curl/8', server: 'nginx' } }],
};
const http2: MadeUpConnection = {
  ...http1,
  at: seconds(1),
  http2: true,
  exchanges: [{ start: seconds(1.04), end: seconds(2), target: '/b', status: 404, rest: { authority: 'api' } }],
};
const v6: MadeUpConnection = { at: seconds(2), client: '[fe80::1]:4000', server: '[fe80::2]:443', tls: true };
const list = [http1, http2, v6];

describe('names of Wireshark', () => {
  test.each<[string, number[]]>([
    ['tcp', [0, 1, 2]],
    ['ip', [0, 1]],
    ['ipv6', [2]],
    ['tls', [2]],
    ['http', [0]],
    ['http2', [1]],
    ['http.request', [0]],
    ['http.response', [0]],
    ['http.host == shop', [0]],
    ['http.request.method == GET', [0]],
    ['http.request.uri == "/a"', [0]],
    ['http.response.code == 200', [0]],
    ['http.user_agent contains curl', [0]],
    ['http.server == nginx', [0]],
    ['http2.streamid == 1', [1]],
    ['http2.headers.authority == api', [1]],
    ['http2.headers.method == GET', [1]],
    ['http2.headers.path == "/b"', [1]],
    ['http2.headers.status == 404', [1]],
    ['ip.src == 10.0.0.1', [0, 1]],
    ['ip.dst == 10.0.0.2', [0, 1]],
    ['ip.addr == fe80::1', []],
    ['ipv6.src == fe80::2', [2]],
    ['ipv6.dst == fe80::1', [2]],
    ['ipv6.addr == [fe80::1]', [2]],
    ['tcp.srcport == 4000', [2]],
    ['tcp.dstport == 80', [0, 1]],
    ['conn.client_address == fe80::/16', [2]],
    ['conn.server_address == 10.0.0.2', [0, 1]],
    ['conn.avoidable == true', []],
    ['exchange.status >= 400', [1]],
    ['exchange.persistent', [0, 1]],
  ])('%s', (text, rows) => {
    expect(finds(list, text)).toEqual(rows);
  });

  test('of facts of a connection', () => {
    expect(holds('websocket', { protocol: 'websocket' })).toBe(true);
    expect(holds('websocket', {})).toBe(false);
    expect(holds('vlan.id == 7', { vlan: [3, 7] })).toBe(true);
    expect(holds('frame.interface_id == 0', { interface: 0 })).toBe(true);
    expect(holds('tcp.analysis.initial_rtt > 0.3', { initialRtt: ms(300) + 1 })).toBe(true);
    expect(holds('tcp.analysis.initial_rtt > 300ms', { initialRtt: ms(300) })).toBe(false);
    expect(holds('tcp.analysis.initial_rtt', { initialRtt: undefined })).toBe(false);
    expect(holds('tls.handshake.extensions_server_name == a', { serverName: 'a' })).toBe(true);
    expect(holds('tls.handshake.ja4 == x', { tlsClientFingerprint: 'x' })).toBe(true);
    const offered = { tls: { protocolsOffered: 'h2,http/1.1' } as NonNullable<Connection['tls']> };
    expect(holds('tls.handshake.extensions_alpn_str == "http/1.1"', offered)).toBe(true);
    expect(holds('tls.handshake.extensions_alpn_str == "h3"', { ...offered, alpn: 'h3' })).toBe(true);
    expect(holds('tls.handshake.extensions_alpn_str', { alpn: undefined })).toBe(false);
    expect(holds('tls.handshake.extensions_alpn_str', { alpn: 'h2' })).toBe(true);
  });

  test('of packets with a flag of TCP, and without it', () => {
    for (const [name, bit] of [
      ['syn', 1],
      ['fin', 16],
      ['reset', 32],
    ] as const) {
      expect(holds(`tcp.flags.${name} == 1`, { completeness: bit })).toBe(true);
      expect(holds(`tcp.flags.${name} == 1`, { completeness: 63 - bit })).toBe(false);
      expect(holds(`tcp.flags.${name} == 0`, { completeness: bit })).toBe(true);
    }
    // Nothing but SYNs: no packet was without.
    expect(holds('tcp.flags.syn == 0', { completeness: 1, state: 'S0' })).toBe(false);
    expect(holds('tcp.flags.fin == 0', { completeness: 17, state: 'S0' })).toBe(true);
    expect(holds('tcp.flags.syn == 0', { completeness: 3, state: 'SF' })).toBe(true);
    expect(holds('tcp.completeness == 31', { completeness: 31 })).toBe(true);
  });

  test("of Wireshark's own findings", () => {
    const flags = filterFields
      .filter(({ name, type }) => name.startsWith('tcp.analysis.') && type === 'flag')
      .map(({ name }) => name.slice(13));
    expect(flags).toHaveLength(15);
    const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    for (const name of flags) {
      const counted = (count: number): Partial<Connection> => ({ tcpAnalysis: { [camel(name)]: count } as unknown as TcpAnalysis });
      expect([0, 1].map((count) => holds(`tcp.analysis.${name}`, counted(count)))).toEqual([false, true]);
      expect(holds(`tcp.analysis.${name}`, {})).toBe(false);
    }
  });

  test('have a type, a sentence, and the unit of their column', () => {
    const flags = filterFields.flatMap(({ name, type }) => (name.startsWith('tcp.analysis.') && type === 'flag' ? [name] : []));
    const own = filterFields.filter(({ name }) => !/^(conn|exchange)\./.test(name));
    const ofType = (type: string): string =>
      own.flatMap((field) => (field.type === type && !flags.includes(field.name) ? [field.name] : [])).join(' ');
    expect(ofType('flag')).toBe('tcp ip ipv6 tls websocket http http2 http.request http.response');
    expect(ofType('address')).toBe('ip.addr ip.src ip.dst ipv6.addr ipv6.src ipv6.dst');
    expect(ofType('boolean')).toBe('tcp.flags.syn tcp.flags.fin tcp.flags.reset');
    expect(ofType('number')).toBe(
      'tcp.stream tcp.port tcp.srcport tcp.dstport vlan.id frame.interface_id tcp.analysis.initial_rtt tcp.completeness http.response.code http2.streamid http2.headers.status',
    );
    expect(ofType('string')).toBe(
      'http.host http.request.method http.request.uri http.user_agent http.server http2.headers.authority http2.headers.method http2.headers.path tls.handshake.extensions_server_name tls.handshake.extensions_alpn_str tls.handshake.ja4',
    );
    for (const { name, meaning } of filterFields) expect(meaning, name).toMatch(/^\S.+\.$/);
    const unit = (name: string) => filterFields.find((field) => field.name === name)!.unit;
    expect(
      ['conn.setup_ms', 'conn.http_keep_alive_timeout_s', 'conn.requests', 'tcp.analysis.initial_rtt', 'exchange.idle_before_ms'].map(unit),
    ).toEqual(['ms', 's', undefined, 's', 'ms']);
    const type = (name: string) => filterFields.find((field) => field.name === name)!.type;
    expect(
      ['conn.avoidable', 'conn.notes', 'conn.authority', 'conn.vlan', 'conn.setup_ms', 'exchange.persistent', 'exchange.notes'].map(type),
    ).toEqual(['boolean', 'string', 'string', 'number', 'number', 'boolean', 'string']);
  });

  test('that are of single packets are told with what there is instead', () => {
    const told: Record<string, string> = {
      'frame.number': 'conn.first_frame and conn.last_frame',
      'frame.time': 'conn.start_time',
      'frame.time_relative': 'conn.start_ms',
      'frame.time_delta': 'conn.idle_max_ms',
      'frame.len': 'conn.bytes_client and conn.bytes_server',
      'tcp.len': 'conn.bytes_client and conn.bytes_server',
      'tcp.time_delta': 'conn.idle_max_ms',
      'tcp.time_relative': 'conn.duration_ms',
      'http.time': 'exchange.time_to_first_byte_ms',
      'http.connection': 'conn.http_close_by',
      'tls.handshake.version': 'conn.tls_version',
      'tls.handshake.ciphersuite': 'conn.tls_cipher',
    };
    for (const [name, other] of Object.entries(told))
      expect(refusal(`${name} == 1`).message).toBe(`${name} is of single packets, which are not kept; there is ${other}`);
  });
});

describe('literals', () => {
  const idle = (rest: number): Partial<Connection> => ({ idleMax: rest });

  test('numbers, decimal and hexadecimal, and times in their units', () => {
    const equal: Record<string, number> = {
      '1500': seconds(1.5),
      '0x10': ms(16),
      '1.5s': seconds(1.5),
      '250ms': ms(250),
      '250us': 250_000,
      '250µs': 250_000,
      '5000ns': 5000,
      '2m': seconds(120),
      '2min': seconds(120),
      '1h': seconds(3600),
      '1d': seconds(86_400),
      '0.3s': ms(300),
      '1e3': seconds(1),
      '+5': ms(5),
      '.5': 500_000,
    };
    for (const [text, time] of Object.entries(equal)) {
      expect([text, holds(`conn.idle_max_ms == ${text}`, idle(time))]).toEqual([text, true]);
      expect([text, holds(`conn.idle_max_ms == ${text}`, idle(time + 1000))]).toEqual([text, false]);
    }
    expect(holds('conn.http_keep_alive_timeout_s == 1m', { keepAliveTimeoutSeconds: 60 })).toBe(true);
    expect(holds('conn.http_keep_alive_timeout_s == 500ms', { keepAliveTimeoutSeconds: 0.5 })).toBe(true);
  });

  test.each<[string, string]>([
    ['conn.idle_max_ms == x', "a number or a duration (1.5s, 20ms) was expected for conn.idle_max_ms, not 'x'"],
    ['conn.requests == x', "a number was expected for conn.requests, not 'x'"],
    ['conn.idle_max_ms == 5w', "a duration in ns, us, ms, s, min, h or d was expected for conn.idle_max_ms, not '5w'"],
    ['conn.requests == 5w', "a number without a unit was expected for conn.requests, not '5w'"],
    ['conn.requests == 5s', "a plain number: conn.requests is no time was expected for conn.requests, not '5s'"],
    ['conn.avoidable == perhaps', "true or false was expected for conn.avoidable, not 'perhaps'"],
    ['conn.avoidable > true', "== or !=: conn.avoidable has no order was expected for conn.avoidable, not 'true'"],
    ['conn.closed_by != nobody', "one of client, server was expected for conn.closed_by, not 'nobody'"],
    [
      'conn.requests matches "5"',
      "a comparison: only texts match a pattern, and conn.requests is none was expected for conn.requests, not '5'",
    ],
    [
      'conn.requests contains "5"',
      "a comparison: only texts contain something, and conn.requests is none was expected for conn.requests, not '5'",
    ],
    ['conn.avoidable in {true..false}', 'single values: conn.avoidable has no ranges'],
    ['http.host matches "*"', 'a regular expression, but nothing stands before the * at 1 was expected for http.host'],
  ])('%s', (text, message) => {
    expect(refusal(text).message).toContain(message);
  });

  test('yes and no, in three words each', () => {
    for (const word of ['true', '1', 'yes', 'TRUE']) expect(finds(list, `exchange.persistent == ${word}`)).toEqual([0, 1]);
    for (const word of ['false', '0', 'no']) expect(finds(list, `exchange.persistent == ${word}`)).toEqual([]);
    expect(finds(list, 'exchange.persistent != false')).toEqual([0, 1]);
  });

  test('every comparison, at its limit', () => {
    const at = (operator: string): boolean[] => [4, 5, 6].map((requests) => holds(`conn.requests ${operator} 5`, { requests }));
    for (const [word, sign] of [
      ['eq', '=='],
      ['ne', '!='],
      ['gt', '>'],
      ['lt', '<'],
      ['ge', '>='],
      ['le', '<='],
    ] as const)
      expect(at(word)).toEqual(at(sign));
    expect(['==', '!=', '>', '<', '>=', '<='].map(at)).toEqual([
      [false, true, false],
      [true, false, true],
      [false, false, true],
      [true, false, false],
      [false, true, true],
      [true, true, false],
    ]);
    expect([at('==='), at('!==')]).toEqual([at('=='), at('!=')]);
    expect(
      ['>', '>=', '<', '<='].map((operator) => ['a', 'b', 'c'].map((authority) => holds(`conn.authority ${operator} b`, { authority }))),
    ).toEqual([
      [false, false, true],
      [false, true, true],
      [true, false, false],
      [true, true, false],
    ]);
    expect(finds(list, 'http.request.uri ~ "^/A$"')).toEqual([0]);
    // A value that can never be is a mistake only where it is to be equal.
    expect(holds('conn.closed_by > a', { closedBy: 'client' })).toBe(true);
  });

  test('sets: single values and ranges, both ends included', () => {
    expect([4, 5, 7, 9, 10].map((requests) => holds('conn.requests in {4 5..9}', { requests }))).toEqual([true, true, true, true, false]);
    expect([4, 5].map((requests) => holds('conn.requests in {5..5}', { requests }))).toEqual([false, true]);
    expect(['a', 'b', 'm', 'p', 'q'].map((authority) => holds('conn.authority in {b..p}', { authority }))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(holds('conn.authority in {"a..z"}', { authority: 'm' })).toBe(false);
    expect(holds('conn.authority in {"a..z"}', { authority: 'a..z' })).toBe(true);
    expect(refusal('conn.requests in [5]').message).toBe("a set was expected, such as {80, 443, 8000..8100}, not '[5]'");
    expect(refusal('conn.requests not 5').message).toBe("'in' was expected behind 'not', not '5'");
    expect(refusal('conn.requests in {,5}').message).toBe("a value was expected, not ','");
  });

  test('texts in quotes, with and without escapes', () => {
    const is = (text: string, authority: string): boolean => holds(`conn.authority == ${text}`, { authority });
    expect(is('"a\\"b"', 'a"b')).toBe(true);
    expect(is("'a\"b'", 'a"b')).toBe(true);
    expect(is('"a\\n\\r\\t\\0b"', 'a\n\r\t\0b')).toBe(true);
    expect(is('"\\x41\\x6ab"', 'Ajb')).toBe(true);
    expect(is('"\\x4"', '\\x4')).toBe(true);
    expect(is('"\\q"', '\\q')).toBe(true);
    expect(is('"\\\\"', '\\')).toBe(true);
    expect(is('r"\\n"', '\\n')).toBe(true);
    expect(is('r"a\\"b"', 'a\\"b')).toBe(true);
    expect(refusal('conn.authority == "a\\').message).toBe('a quoted text is not closed');
  });

  test('addresses and networks, to the bit', () => {
    const on = (network: string, server: string): boolean =>
      finds([{ at: 0, server: `${server}:80` }], `conn.server_address == ${network}`).length === 1;
    expect(['10.0.7.255', '10.0.8.0', '10.0.15.255', '10.0.16.0'].map((server) => on('10.0.8.0/21', server))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(on('10.0.0.1/32', '10.0.0.1')).toBe(true);
    expect(on('10.0.0.1/31', '10.0.0.2')).toBe(false);
    expect(on('0.0.0.0/0', '99.1.2.3')).toBe(true);
    expect(on('::/0', '99.1.2.3')).toBe(false);
    expect(refusal('ip.addr == 10.0.0.1/33').message).toMatch(/an address or a network/);
    expect(refusal('ip.addr == [10.0.0.1').message).toMatch(/expected/);
  });
});

describe('fields against fields', () => {
  test('in their units, exchange by exchange, all differing', () => {
    expect(holds('conn.idle_max_ms >= conn.http_keep_alive_timeout_s', { idleMax: seconds(5), keepAliveTimeoutSeconds: 5 })).toBe(true);
    expect(holds('conn.idle_max_ms >= conn.http_keep_alive_timeout_s', { idleMax: seconds(5) - 1000, keepAliveTimeoutSeconds: 5 })).toBe(
      false,
    );
    expect(holds('conn.http_keep_alive_timeout_s <= conn.idle_max_ms', { idleMax: seconds(5), keepAliveTimeoutSeconds: 5 })).toBe(true);
    expect(holds('conn.idle_max_ms == conn.idle_total_ms', { idleMax: ms(7), idleTotal: ms(7) })).toBe(true);
    expect(holds('conn.requests == conn.reuses', { requests: undefined as unknown as number, reuses: 1 })).toBe(false);
    const two: MadeUpConnection = {
      at: 0,
      exchanges: [
        { start: ms(40), end: ms(60), method: 'A', target: 'B' },
        { start: ms(70), end: ms(80), method: 'B', target: 'A' },
      ],
    };
    expect(finds([two], 'http.request.method == http.request.uri')).toEqual([]);
    expect(finds([two], 'http.request.method != http.request.uri')).toEqual([0]);
    expect(finds([two], 'conn.authorities == http.request.uri')).toEqual([]);
    expect(holds('conn.vlan == conn.requests', { vlan: [1, 5], requests: 5 })).toBe(true);
    expect(holds('conn.vlan != conn.requests', { vlan: [1, 5], requests: 5 })).toBe(false);
    expect(holds('conn.vlan != conn.requests', { vlan: [1, 4], requests: 5 })).toBe(true);
    expect(refusal('http.host matches http.server').message).toBe('http.host cannot be compared with http.server');
    expect(refusal('conn.idle_max_ms > conn.requests').message).toBe('conn.idle_max_ms cannot be compared with conn.requests');
    expect(refusal('tls == http').message).toBe('tls cannot be compared with http');
  });
});

describe('connectives', () => {
  test('bind as in Wireshark: not, and, xor, or; from left to right', () => {
    const truth = (text: string): boolean => finds([http1], text.replaceAll('T', 'http').replaceAll('F', 'tls')).length === 1;
    expect(
      [
        'F and F or T',
        'T or T and F',
        'T xor T or T',
        'T or T xor T',
        'F and T xor T',
        'T xor T and F',
        'not F and F',
        'T ^^ F',
        'T || F',
        'T && F',
      ].map(truth),
    ).toEqual([true, true, true, true, true, true, false, true, true, false]);
    expect(truth('! ! T')).toBe(true);
    expect(truth('(T or T) xor T')).toBe(false);
  });

  test('and what else is refused, where and what was expected', () => {
    const told = (text: string) => {
      const { at, end, expected, message, nearest } = refusal(text);
      return { at, end, expected, message, ...(nearest === undefined ? {} : { nearest }) };
    };
    expect(told('http http')).toMatchObject({ at: 5, expected: 'operator' });
    expect(told('(http')).toMatchObject({ expected: 'connective' });
    expect(told('tcp.port == 1 5')).toMatchObject({ at: 14, expected: 'connective', message: "'and' or 'or' was expected, not '5'" });
    expect(told('"x"')).toMatchObject({ at: 0, end: 3, expected: 'field', message: "the name of a field was expected, not 'x'" });
    expect(told('zzzzzz')).toEqual({ at: 0, end: 6, expected: 'field', message: "no field is called 'zzzzzz'" });
    expect(told('uri')).toMatchObject({ nearest: 'http.request.uri' });
    expect(told('tcp.port =')).toMatchObject({ expected: 'operator', message: 'equality is written ==' });
    expect(told('tcp.port contians 8')).toMatchObject({ expected: 'operator', nearest: 'contains' });
    expect(told('tcp.port ==')).toMatchObject({ expected: 'value' });
    expect(told('tcp.port in')).toMatchObject({ expected: 'value' });
    expect(told('tcp.port in {}')).toMatchObject({ expected: 'value' });
    expect(told('tcp.port == "8')).toMatchObject({ expected: 'value' });
    expect(told(`tcp.port == ${'x'.repeat(41)}`).message).toContain(`'${'x'.repeat(40)}…'`);
    expect(told(`tcp.port == ${'x'.repeat(40)}`).message).toContain(`'${'x'.repeat(40)}'`);
    expect(told(`tcp.port ==${' '.repeat(20_000)}`)).toMatchObject({
      at: 20_000,
      expected: 'nothing',
      message: 'a filter has at most 20000 characters',
    });
    expect(isFilterError(parseFilter(`http${' '.repeat(19_996)}`))).toBe(false);
    expect(isFilterError(parseFilter(`${'('.repeat(100)}http${')'.repeat(100)}`))).toBe(false);
    expect(told(`${'('.repeat(101)}http${')'.repeat(101)}`)).toMatchObject({ expected: 'nothing' });
  });
});

describe('patterns', () => {
  const everyCharacter = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

  test.each([
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '.',
    '[a-f]',
    '[^a-f]',
    '[A-F]',
    '[\\d_]',
    '[]a]',
    '[^]a]',
    '[a-]',
    '[-a]',
    '[\\x41-\\x43]',
    '[Y-b]',
    '\\x41',
    '\\n',
    '\\r',
    '\\t',
    '\\f',
    '\\v',
    '\\0',
    '\\.',
    '\\[',
    'a',
    'Z',
    '[z]',
    '@',
    '[@-A]',
    '`',
    '{',
  ])('%s fits the characters that it fits in the language', (pattern) => {
    const inLanguage = pattern.startsWith('[]') ? '[\\]a]' : pattern.startsWith('[^]') ? '[^\\]a]' : pattern === '{' ? '\\{' : pattern;
    for (const flags of ['', 'i']) {
      const fits = patternOf(flags === '' ? `(?-i)${pattern}` : pattern);
      const wanted = new RegExp(inLanguage, `s${flags}`);
      const differing = everyCharacter.filter((char) => fits(char) !== (pattern === '.' ? char !== '\n' : wanted.test(char)));
      expect(differing).toEqual([]);
    }
  });

  test.each<[string, string[], string[]]>([
    ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
    ['^a{2}$', ['aa'], ['a', 'aaa']],
    ['^a{2,}$', ['aa', 'aaaaa'], ['a']],
    ['^(ab){1,2}?$', ['ab', 'abab'], ['', 'ababab']],
    ['^a{0}$', [''], ['a']],
    ['^(a|bc|d)*$', ['', 'abcd', 'bca'], ['b', 'ac']],
    ['\\bab\\b', ['ab', 'x ab.', '-ab'], ['abx', 'xab', '_ab']],
    ['\\Bb\\B', ['abc'], ['b', 'ab', 'bc']],
    ['^a{,2}$', ['a{,2}'], ['a', 'aa']],
    ['^a{1', ['a{1'], ['a']],
    ['(?:a|b)+?c', ['abc', 'ac'], ['c']],
    ['(?i)A', ['a'], ['b']],
    ['a||b', ['', 'x'], []],
    ['^(a*)*$', ['', 'aaa'], ['b']],
  ])('%s', (pattern, fit, others) => {
    const fits = patternOf(pattern);
    expect([...fit, ...others].map(fits)).toEqual([...fit.map(() => true), ...others.map(() => false)]);
  });

  test.each<[string, string]>([
    ['a)', 'there is no ( for the ) at 2'],
    ['(a', 'a ( is not closed'],
    ['*', 'nothing stands before the * at 1'],
    ['a|+', 'nothing stands before the + at 3'],
    ['?', 'nothing stands before the ? at 1'],
    ['a\\', 'it ends with a backslash'],
    ['\\x4', 'two hexadecimal digits are missing behind \\x'],
    ['(a)\\1', 'references to groups (\\1) are not supported'],
    ['(?=a)', 'groups with (? are not supported, except (?:'],
    ['[a', 'a [ is not closed'],
    ['[b-a]', 'a range in [ ] runs backwards'],
    ['[a-\\d]', 'a range in [ ] runs backwards'],
    ['a{2,1}', '{2,1} counts backwards'],
    ['a{1001}', 'a repetition of more than 1000'],
    ['a{1,1001}', 'a repetition of more than 1000'],
    ['a{1001,}', 'a repetition of more than 1000'],
    ['(((((a{10}){10}){10}){10}){10})', 'it is too large'],
    ['a'.repeat(1001), 'it has more than 1000 characters'],
    [`${'('.repeat(51)}${')'.repeat(51)}`, 'more than 50 nested groups'],
  ])('%.30s is none', (pattern, why) => {
    let said: unknown;
    try {
      patternOf(pattern);
    } catch (reason) {
      said = reason;
    }
    expect(said).toBe(why);
  });

  test('may be as long, as deep and as often as is said', () => {
    expect(patternOf('a'.repeat(1000))('a'.repeat(1000))).toBe(true);
    expect(patternOf('a{1000}')('a'.repeat(1000))).toBe(true);
    expect(patternOf(`${'('.repeat(50)}a${')'.repeat(50)}`)('a')).toBe(true);
  });
});

describe('what is offered next', () => {
  const offered = (text: string): (readonly [string, string])[] =>
    completions(text).words.map((word) => [word.text, word.meaning] as const);
  const comparisons = [
    ['==', 'equal'],
    ['!=', 'not equal'],
    ['>', 'greater'],
    ['<', 'less'],
    ['>=', 'greater or equal'],
    ['<=', 'less or equal'],
  ];
  const membership = ['in', 'is one of {…}'];
  const connectives = [
    ['and', 'both'],
    ['or', 'either'],
  ];

  test('by the type of the field before', () => {
    expect(offered('tcp.port ')).toEqual([...comparisons, membership, ...connectives]);
    expect(offered('http.host ')).toEqual([
      ...comparisons.slice(0, 2),
      ['contains', 'has this text in it'],
      ['matches', 'fits this regular expression'],
      membership,
      ...connectives,
    ]);
    expect(offered('conn.avoidable ')).toEqual([...comparisons.slice(0, 2), ...connectives]);
    expect(offered('ip.addr ')).toEqual([...comparisons.slice(0, 2), ...connectives]);
    expect(offered('http ')).toEqual(connectives);
    expect(offered('(http')).not.toEqual(connectives);
    expect(offered('(http) ')).toEqual(connectives);
    expect(offered('http and(tls)')).toEqual(connectives);
    expect(offered('tcp.port == 80')).toEqual([]);
    for (const operator of ['==', '!=', '>', '<', '>=', '<=', 'eq', 'ne', 'gt', 'lt', 'ge', 'le'])
      expect(offered(`tcp.port ${operator} 80 `)).toEqual(connectives);
    expect(offered('http.host contains a ')).toEqual(connectives);
    expect(offered('http.host contains a a')).toEqual([['and', 'both']]);
    expect(offered('tcp.port con')).toEqual([]);
    expect(offered('http) x')).toEqual([]);
  });

  test('values that can be listed, and names that begin or contain what is typed', () => {
    expect(offered('conn.closed_by == ')).toEqual([
      ['client', ''],
      ['server', ''],
    ]);
    expect(offered('conn.avoidable == ')).toEqual([
      ['true', ''],
      ['false', ''],
    ]);
    expect(offered('tcp.port == ')).toEqual([]);
    expect(offered('').length).toBe(filterFields.length);
    expect(offered('  ').length).toBe(filterFields.length);
    expect(offered('ip.a').map(([name]) => name)).toEqual(['ip.addr']);
    expect(offered('websocke')).toEqual([['websocket', 'WebSocket, after an upgrade.']]);
    expect(offered('vlan.i')).toEqual([['vlan.id', 'VLAN ids.']]);
    const within = offered('an.id').map(([name]) => name);
    expect(within).toEqual(['vlan.id']);
    expect(offered('q')).toEqual([]);
  });
});

test('a display filter names streams in ranges, and others by their two ends', () => {
  const rows = (count: number): Partial<Connection>[] => Array.from({ length: count }, (_, tcpStream) => ({ tcpStream }));
  const trace = madeUpTrace([
    ...rows(9).map((rest, at) => ({ at, rest })),
    { at: 9, client: '10.1.0.1:4000', rest: { tcpStream: undefined } },
    { at: 10, client: '[fe80::1]:4001', server: '[fe80::2]:443', rest: { tcpStream: undefined } },
  ]);
  expect(displayFilter(trace, [0, 1])).toBe('tcp.stream in {0, 1}');
  expect(displayFilter(trace, [8, 0, 1, 2, 4, 6, 7, 4])).toBe('tcp.stream in {0..2, 4, 6..8}');
  expect(displayFilter(trace, [3, 9])).toBe(
    'tcp.stream eq 3 || (ip.addr == 10.1.0.1 && tcp.port == 4000 && ip.addr == 10.0.0.2 && tcp.port == 80)',
  );
  expect(displayFilter(trace, [10])).toBe('ipv6.addr == fe80::1 && tcp.port == 4001 && ipv6.addr == fe80::2 && tcp.port == 443');
});

test('a filter looks at each analysis by itself', () => {
  const filter = parseFilter('conn.opening == churn');
  if (isFilterError(filter)) throw new Error(filter.message);
  const trace = madeUpTrace([
    { at: 0, exchanges: [[ms(40), ms(60)]], closed: ms(90) },
    { at: seconds(5), exchanges: [[seconds(5.04), seconds(6)]] },
  ]);
  const [patient, hasty] = [analyse(trace, { idleTimeout: seconds(60) }), analyse(trace, { idleTimeout: seconds(1) })];
  expect([patient, hasty, patient].map((analysis) => filter.test(trace, analysis, 1))).toEqual([true, false, true]);
});
