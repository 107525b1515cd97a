/** The table of timers, and the naming of observed times by it. */

import { describe, expect, it } from 'vitest';
import {
  type Circumstances,
  knownTimers,
  nameBracket,
  nameProbes,
  nameTime,
  readTimers,
  type TimerMatch,
  wheelStep,
  withTimers,
} from '../../src/analysis/index.ts';
import { millisecond, second } from '../../src/time.ts';
import type { KeepAliveTimes } from '../../src/trace/index.ts';

const ids = (matches: readonly TimerMatch[]): string[] => matches.map(({ timer }) => timer.id);

describe('the table', () => {
  it('says of every row where it was read', () => {
    for (const { id, source, verified } of knownTimers)
      expect([id, source, verified]).toEqual([id, expect.stringMatching(/\w{3}/), expect.any(Boolean)]);
    expect(knownTimers.length).toBeGreaterThan(100);
  });

  it('marks what nobody has looked up', () => {
    const unverified = knownTimers.filter(({ verified }) => !verified).map(({ id }) => id);
    expect(unverified).toEqual(expect.arrayContaining(['macos-keep-alive-idle', 'varnish-idle', 'httpx-idle', 'aws-nlb-keep-alive-idle']));
    expect(unverified).not.toEqual(expect.arrayContaining(['nginx-idle']));
  });

  it.each<[what: string, document: unknown, message: string]>([
    ['no array', { timers: [] }, 'an array of timers is expected, not an object'],
    ['a row that is none', ['nginx'], 'timer 1: an object such as {"id"'],
    ['a role of no kind', [{ id: 'x', software: 'x', role: 'idle' }], "timer 1 ('x'): role must be one of tcp_keep_alive_idle"],
    [
      'a value as text',
      [{ id: 'x', software: 'x', role: 'server_idle', value: '5' }],
      `timer 1 ('x'): value must be a number above 0, found "5"`,
    ],
    ['a value of nothing', [{ id: 'x', software: 'x', role: 'server_idle', value: 0 }], 'value must be a number above 0, found 0'],
    ['no source', [{ id: 'x', software: 'x', role: 'server_idle', value: 5 }], "timer 1 ('x'): source must be a text, found nothing"],
    ['a member of no meaning', [{ id: 'x', seconds: 5 }], "timer 1 ('x'): there is no member 'seconds' (there are: id, software"],
    [
      'a range of no form',
      [{ id: 'x', software: 'x', role: 'server_idle', versions: '7+', source: 's' }],
      "versions must be like '>=1.19.10'",
    ],
  ])('refuses %s, and says what is right', (_, document, message) => {
    expect(() => readTimers(document)).toThrow(message);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['lazy', { lazy: 'yes' }, 'lazy must be true or false, found "yes"'],
    ['octet', { octet: 1 }, 'octet must be true or false, found 1'],
    ['verified', { verified: null }, 'verified must be true or false, found null'],
    ['products', { products: 'x' }, 'products must be an array of texts, found "x"'],
    ['products', { products: ['x', ''] }, 'products must be an array of texts, found an array'],
    ['products', { products: ['x', 5] }, 'products must be an array of texts, found an array'],
    ['late', { late: {} }, 'late must be a number above 0, found an object'],
    ['late', { late: Number.POSITIVE_INFINITY }, 'late must be a number above 0, found null'],
    ['protocol', { protocol: 'h3' }, 'protocol must be one of http/1, h2, found "h3"'],
    ['source', { source: ' ' }, 'source must be a text, found " "'],
    ['note', { note: 'n'.repeat(70).split('') }, 'note must be a text, found an array'],
    ['note', { note: 7 }, 'note must be a text, found 7'],
    ['versions', { versions: '>=1.x' }, `versions must be like '>=1.19.10' or '<7', found ">=1.x"`],
    ['id', { id: 7 }, 'timer 1: id must be a text, found 7'],
    ['role', { role: 'y'.repeat(70) }, `found "${'y'.repeat(59)};`],
  ])('refuses a %s of another kind: %j', (_, member, message) => {
    const row = { id: 'x', software: 'x', role: 'server_idle', value: 5, source: 's' };
    expect(() => readTimers([{ ...row, ...member }])).toThrow(message);
  });

  it.each<[string, unknown, string]>([
    ['nothing', null, 'an array of timers is expected, not null'],
    ['a text', 'x', 'an array of timers is expected, not "x"'],
    ['a row of nothing', [null], 'is expected, not null'],
    ['a row that is an array', [[]], 'is expected, not an array'],
  ])('refuses %s', (_, document, message) => {
    expect(() => readTimers(document)).toThrow(message);
    expect(() => readTimers(document)).toThrow(expect.objectContaining({ name: 'TimersFault' }));
  });

  it('reads every member of a row, and has values for those that are left out', () => {
    const least = { id: 'x', software: 'X', role: 'server_idle', source: 's' };
    const nothing = { value: undefined, octet: undefined, protocol: undefined, versions: undefined, announces: undefined, note: undefined };
    expect(readTimers([least])).toEqual([{ ...least, ...nothing, late: 0, lazy: false, products: [], verified: true }]);
    const most = {
      ...least,
      value: 5,
      late: 2,
      lazy: true,
      octet: false,
      protocol: 'h2',
      products: ['x'],
      versions: '<7',
      announces: 'timeout',
      note: 'n',
      verified: false,
    };
    expect(readTimers([most])).toEqual([{ ...most, late: 2 * second }]);
  });

  it('refuses an id that is given twice', () => {
    const row = { id: 'x', software: 'x', role: 'server_idle', value: 5, source: 's' };
    expect(() => readTimers([row, row])).toThrow("timer 2: the id 'x' is taken by a row before it");
  });

  it("a user's row takes the place of ours with its id", () => {
    const own = readTimers([{ id: 'nginx-idle', software: 'our nginx', role: 'server_idle', value: 33, source: 'nginx.conf' }]);
    const all = withTimers(own);
    expect(all).toHaveLength(knownTimers.length);
    expect(ids(nameTime(all, 'server_idle', 33 * second))).toEqual(['nginx-idle']);
    expect(ids(nameTime(all, 'server_idle', 75 * second))).not.toContain('nginx-idle');
  });
});

describe('how late the kernel is', () => {
  it.each<[seconds: number, worst: number]>([
    [0.1, 0.01],
    [1, 0.08],
    [15, 1.7],
    [45, 5.12],
    [60, 5.12],
    [75, 5.12],
    [7200, 873.8],
  ])('%d s: up to %d s', (seconds, worst) => {
    expect(wheelStep(seconds * second) / second).toBeCloseTo(worst, 1);
  });
});

describe('an exact time', () => {
  const server = (seconds: number, circumstances: Circumstances = {}): string[] =>
    ids(nameTime(knownTimers, 'server_idle', seconds * second, circumstances));

  it('the least late comes first, all that fit are given', () => {
    expect(server(65.003)[0]).toMatch(/^(nginx-idle-shipped|puma-idle|oci-lb-idle)$/);
    expect(server(65.003)).toEqual(expect.arrayContaining(['nginx-idle-shipped', 'puma-idle', 'aws-alb-idle']));
    expect(server(65.003).indexOf('aws-alb-idle')).toBeGreaterThan(2);
  });

  it('is never early', () => {
    expect(server(74.97)).not.toContain('nginx-idle');
    expect(server(74.985)).toContain('nginx-idle');
  });

  it('a round trip may come on top', () => {
    expect(server(5.75, { roundTrip: 300 * millisecond })).toContain('apache-idle');
    expect(server(5.75)).not.toContain('apache-idle');
  });

  it('the end that names its product is believed', () => {
    const [first] = nameTime(knownTimers, 'server_idle', 75.001 * second, { product: 'Python/3.11 aiohttp/3.9.1' });
    expect(first).toMatchObject({ timer: { id: 'aiohttp-server-idle' }, confidence: 'observed', late: 1 * millisecond });
    expect(nameTime(knownTimers, 'server_idle', 75.001 * second)[0]).toMatchObject({ confidence: 'inferred' });
    expect(nameTime(knownTimers, 'server_idle', 5 * second, { product: 'Apache' })[0]).toMatchObject({
      timer: { id: 'apache-idle' },
      confidence: 'observed',
    });
    expect(nameTime(knownTimers, 'server_idle', 5 * second, { product: 'Apache-Coyote/1.1' })[0]).toMatchObject({ confidence: 'inferred' });
  });

  it('rows are for versions', () => {
    const caps = (product: string): (number | undefined)[] =>
      knownTimers
        .filter((timer) => timer.role === 'request_cap')
        .flatMap((timer) =>
          nameTime([timer], 'request_cap', (timer.value ?? 0) * second, { product })
            .filter(({ confidence }) => confidence === 'observed')
            .map((match) => match.timer.value),
        );
    expect(caps('nginx/1.22.1')).toEqual([1000]);
    expect(caps('nginx/1.18.0 (Ubuntu)')).toEqual([100]);
    expect(caps('nginx')).toEqual([1000, 100]);
  });

  it('rows are for protocols', () => {
    const client = (protocol: 'http/1' | 'h2'): string[] => ids(nameTime(knownTimers, 'client_idle', 180 * second, { protocol }));
    expect(client('h2')).toContain('firefox-h2-idle');
    expect(client('http/1')).not.toContain('firefox-h2-idle');
  });
});

describe('a bracket', () => {
  it('what was survived rules out shorter timers', () => {
    const between = (low: number, high: number): string[] =>
      ids(nameBracket(knownTimers, 'server_idle', { low: low * second, high: high * second }));
    expect(between(4, 5.01)).toContain('node-idle');
    expect(between(5.9, 6.0)).toEqual(['node-idle-buffer']);
    expect(between(66, 65)).toContain('nginx-idle-shipped');
    expect(between(75, 65)).not.toContain('nginx-idle-shipped');
  });

  it('who looks only now and then may be found closing at any later time', () => {
    expect(ids(nameBracket(knownTimers, 'client_idle', { low: 100 * second, high: 200 * second }, { product: 'curl/7.88.1' }))[0]).toBe(
      'curl-idle',
    );
  });
});

describe('probes', () => {
  const named = (times: KeepAliveTimes, circumstances?: Circumstances): string[] =>
    nameProbes(knownTimers, times, circumstances).map(({ timer }) => timer.software);

  it.each<[what: string, times: KeepAliveTimes, software: string]>([
    ['Linux', { idle: 7209 * second, interval: 75.4 * second, givenUpAfter: 9, octet: false }, 'Linux'],
    ['FreeBSD', { idle: 7200.1 * second, interval: 75 * second, givenUpAfter: 8, octet: false }, 'FreeBSD, OpenBSD, NetBSD'],
    ['Windows', { idle: 7200 * second, interval: 1 * second, givenUpAfter: 10, octet: true }, 'Windows'],
    ['Go', { idle: 15.1 * second, period: 15.1 * second }, 'Go'],
    ['Chrome', { idle: 46.76 * second, period: 45.06 * second }, 'Chrome'],
    ['curl', { idle: 61.44 * second, period: 61.4 * second }, 'curl'],
    ["Node's Agent", { idle: 1.02 * second, period: 1.02 * second }, 'Node.js http.Agent with keepAlive'],
    ['Firefox, later', { idle: 602 * second, period: 602 * second }, 'Firefox'],
  ])('%s', (_, times, software) => {
    expect(named(times)[0]).toBe(software);
  });

  it('where idle time and interval differ, answered probes come at the longer one', () => {
    expect(named({ idle: 7205 * second, period: 7205 * second })).toContain('Linux');
    expect(named({ idle: 7205 * second, period: 75 * second })).toEqual([]);
  });

  it('one time that does not fit is enough to rule out', () => {
    expect(named({ idle: 15.1 * second, interval: 75 * second })).toEqual([]);
  });

  it('nothing measured names nothing', () => {
    expect(named({})).toEqual([]);
    expect(named({ givenUpAfter: 9, octet: false })).toEqual([]);
  });
});
