/** Timers and caps of known software, as data: one row for each, with where it was read. Users add rows of their own. */

import { type Duration, second } from '../time.ts';
import shipped from './timers.json' with { type: 'json' };

/** What a row's value limits. Times are in seconds, counts are plain. */
export const timerRoles = [
  /** TCP keep-alive: idle time before the first probe, time to the next one while there is no answer, and how many before giving up. */
  'tcp_keep_alive_idle',
  'tcp_keep_alive_interval',
  'tcp_keep_alive_probes',
  /** How long a server, a client keeps an idle connection. */
  'server_idle',
  'client_idle',
  /** Requests, seconds after which a server closes a connection however busy. */
  'request_cap',
  'age_cap',
  /** How long a NAT, firewall or load balancer remembers a silent flow. */
  'network_idle',
  /** Connections that a client keeps for one host, for all. */
  'pool_per_host',
  'pool_total',
] as const;
export type TimerRole = (typeof timerRoles)[number];

export interface Timer {
  /** Unique; a user's row with the same id takes the place of ours. */
  readonly id: string;
  readonly software: string;
  readonly role: TimerRole;
  /** Seconds or a count; undefined where the software has none of its own (`note` says what it does). */
  readonly value: number | undefined;
  /** How much later than its time it may act, beside what the kernel's timers are late. */
  readonly late: Duration;
  /** Looked at only on some other occasion: it acts at any time after. */
  readonly lazy: boolean;
  /** Probes carry the one byte that Windows and old BSDs send, or never do; undefined: either. */
  readonly octet: boolean | undefined;
  readonly protocol: 'http/1' | 'h2' | undefined;
  /** Product names (RFC 9110 §10.1.5) by which it shows itself in Server or User-Agent. */
  readonly products: readonly string[];
  /** Versions of that product to which it applies: `>=1.19.10`, `<7`. */
  readonly versions: string | undefined;
  /** What it tells in the Keep-Alive header. */
  readonly announces: string | undefined;
  readonly note: string | undefined;
  readonly source: string;
  /** False: nobody has looked at the source yet. Such a row may name a timer; it never drives advice. */
  readonly verified: boolean;
}

/** A table of timers that cannot be used; the message says where and why. */
export class TimersFault extends Error {
  override readonly name = 'TimersFault';
}

const versionRange = /^(?:>=|<)\d+(?:\.\d+)*$/;
const members = new Set('id software role value late lazy octet protocol products versions announces note source verified'.split(' '));

/** The rows of a parsed JSON document: an array of objects. @throws TimersFault naming the row and the member */
export function readTimers(document: unknown): readonly Timer[] {
  if (!Array.isArray(document)) throw new TimersFault(`an array of timers is expected, not ${kindOf(document)}`);
  const ids = new Set<string>();
  return document.map((row: unknown, index) => {
    const timer = readTimer(row, index + 1);
    if (ids.has(timer.id)) throw new TimersFault(`timer ${index + 1}: the id '${timer.id}' is taken by a row before it`);
    ids.add(timer.id);
    return timer;
  });
}

/** Those that come with warmwire. */
export const knownTimers: readonly Timer[] = readTimers(shipped);

/** `own` rows come first, and take the place of those of ours with the same id. */
export function withTimers(own: readonly Timer[], base: readonly Timer[] = knownTimers): readonly Timer[] {
  const ids = new Set(own.map(({ id }) => id));
  return [...own, ...base.filter(({ id }) => !ids.has(id))];
}

function readTimer(row: unknown, number: number): Timer {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new TimersFault(`timer ${number}: an object such as ${example} is expected, not ${kindOf(row)}`);
  const given = new Map<string, unknown>(Object.entries(row));
  const name = typeof given.get('id') === 'string' ? ` ('${given.get('id')}')` : '';
  const fail = (member: string, expected: string): never => {
    const found = given.has(member) ? kindOf(given.get(member)) : 'nothing';
    throw new TimersFault(`timer ${number}${name}: ${member} must be ${expected}, found ${found}; a whole row: ${example}`);
  };
  for (const member of given.keys())
    if (!members.has(member))
      throw new TimersFault(`timer ${number}${name}: there is no member '${member}' (there are: ${[...members].join(', ')})`);
  const text = (member: string): string => {
    const value = given.get(member);
    return typeof value === 'string' && value.trim() !== '' ? value : fail(member, 'a text');
  };
  const oneOf = <T extends string>(member: string, values: readonly T[]): T =>
    values.find((value) => value === given.get(member)) ?? fail(member, `one of ${values.join(', ')}`);
  const number_ = (member: string): number => {
    const value = given.get(member);
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fail(member, 'a number above 0');
  };
  const truth = (member: string): boolean => {
    const value = given.get(member);
    return typeof value === 'boolean' ? value : fail(member, 'true or false');
  };
  const texts = (member: string): readonly string[] => {
    const value = given.get(member);
    return Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '')
      ? value
      : fail(member, 'an array of texts');
  };
  const maybe = <T>(member: string, read: (member: string) => T): T | undefined => (given.has(member) ? read(member) : undefined);
  return {
    id: text('id'),
    software: text('software'),
    role: oneOf('role', timerRoles),
    value: maybe('value', number_),
    late: (maybe('late', number_) ?? 0) * second,
    lazy: maybe('lazy', truth) ?? false,
    octet: maybe('octet', truth),
    protocol: maybe('protocol', (member) => oneOf(member, ['http/1', 'h2'])),
    products: maybe('products', texts) ?? [],
    versions: maybe('versions', (member) => (versionRange.test(text(member)) ? text(member) : fail(member, "like '>=1.19.10' or '<7'"))),
    announces: maybe('announces', text),
    note: maybe('note', text),
    source: text('source'),
    verified: maybe('verified', truth) ?? true,
  };
}

const example = '{"id": "our-gateway-idle", "software": "our gateway", "role": "server_idle", "value": 42, "source": "its configuration"}';

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 60);
}
