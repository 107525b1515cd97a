/** What two traces of the same happenings must agree on (the laws of equality), and what every trace must fulfil. */

import { analyse } from '../../src/analysis/index.ts';
import { json } from '../../src/report/json.ts';
import type { Accounting, Connection, Exchange, Trace } from '../../src/trace/index.ts';

export interface FactsOptions {
  /** Times depend on the order of arrival. */
  readonly withoutTimes?: boolean;
}

/** Connections, set-up times, delivered bytes, exchanges, persistence, probes, opening classes and waste; no frame numbers, no counters of frames. */
export function factsOf(trace: Trace, { withoutTimes = false }: FactsOptions = {}): unknown {
  const analysis = analyse(trace);
  const connections = connectionsOf(trace).map((c) => {
    const verdict = analysis.verdict(c.id);
    return {
      ends: `${c.client.address}:${c.client.port} ${c.server.address}:${c.server.port}`,
      ...pick(c, [
        'clientGuessed',
        'protocol',
        'authority',
        'handshakeComplete',
        'state',
        'closedBy',
        'closedWith',
        'requests',
        'responses',
        'reuses',
      ]),
      ...pick(c, ['persistent', 'persistenceBecause', 'keepAliveTimeoutSeconds', 'keepAliveMax', 'closeHeaderBy', 'previousOnFlow']),
      probes: {
        ...pick(c.probes, ['client', 'server', 'acks', 'unanswered']),
        ...(c.probes.peerLost && pick(c.probes.peerLost, ['by', 'how', 'unanswered'])),
      },
      ...pick(c, ['fastOpen', 'notes']),
      missing: c.losses && pick(c.losses, ['capture', 'snapLength', 'network']),
      rounds: c.transfers?.slowStart?.roundTrips,
      ...(withoutTimes ? {} : pick(c, ['start', 'handshake', 'synToSynAck', 'setup', 'closed', 'idleTotal', 'idleBeforeClose'])),
      ...(withoutTimes
        ? {}
        : {
            interval: c.probes.interval,
            times: [c.probes.clientTimes, c.probes.serverTimes].map(
              (times) => times && pick(times, ['idle', 'period', 'interval', 'givenUpAfter']),
            ),
            ...pick(c, ['synWait', 'handshakeClient', 'vantage', 'rttClient', 'rttServer']),
            ...pick(verdict, ['opening', 'avoidable', 'wasted', 'wastedBlocking', 'previous']),
          }),
      exchanges: trace.exchanges(c.id).map((e) => ({
        ...pick(e, ['method', 'target', 'authority', 'version', 'status', 'requestBytes', 'responseBytes', 'persistence', 'informational']),
        ...(withoutTimes ? {} : pick(e, ['requestStart', 'requestEnd', 'responseStart', 'responseEnd', 'idleBefore'])),
      })),
    };
  });
  return { delivered: trace.accounting.payload.delivered, connections };
}

export const connectionsOf = (trace: Trace): Connection[] => Array.from({ length: trace.size }, (_, index) => trace.connection(index));
export const exchangesOf = (trace: Trace): Exchange[] => Array.from({ length: trace.size }, (_, index) => trace.exchanges(index)).flat();

/** The whole report, every exchange in it. */
export const jsonReport = (trace: Trace): string => [...json.render(trace, analyse(trace), { exchanges: true })].join('');

/** Sums that do not add up, as sentences. */
export function unaccounted(accounting: Accounting): string[] {
  const { bytes, frames, payload, connections } = accounting;
  const sums: [what: string, seen: number, parts: number][] = [
    ['bytes read', bytes.read, bytes.used + total(bytes.skipped)],
    ['frames seen', frames.seen, frames.tcp + total(frames.other) + total(frames.unusable)],
    ['payload seen', payload.seen, payload.delivered + payload.duplicate + payload.conflicting + total(payload.givenUp)],
    ['connections seen', connections.seen, connections.listed + total(connections.evicted)],
  ];
  const parts = [bytes.used, ...Object.values(bytes.skipped), payload.delivered, payload.duplicate, payload.conflicting];
  const negative = [...parts, ...Object.values(payload.givenUp)].some((part) => part < 0 || !Number.isSafeInteger(part));
  const wrong = sums
    .filter(([, seen, all]) => seen !== all)
    .map(([what, seen, all]) => `${what}: ${seen} of which ${all} are accounted for`);
  return negative ? [...wrong, `a part is negative or no whole number: ${JSON.stringify(accounting)}`] : wrong;
}

const durations = ['duration', 'handshake', 'synToSynAck', 'synAckToAck', 'handshakeClient', 'setup', 'rttClient', 'rttServer'] as const;
const idles = ['idleMax', 'idleTotal', 'idleBeforeClose'] as const;
const counts = ['framesClient', 'framesServer', 'bytesClient', 'bytesServer', 'requests', 'responses', 'reuses', 'pipelined'] as const;
const times = ['requestStart', 'requestEnd', 'responseStart', 'responseEnd'] as const;

/** Numbers in records and verdicts that cannot be true, as sentences. */
export function impossible(trace: Trace): string[] {
  const wrong: string[] = [];
  const check = (where: string, name: string, value: number | undefined, least: number): void => {
    if (value !== undefined && !(Number.isFinite(value) && value >= least)) wrong.push(`${where}: ${name} is ${value}`);
  };
  const analysis = analyse(trace);
  let setups = 0;
  for (const c of connectionsOf(trace)) {
    const where = `connection ${c.id}`;
    for (const name of [...durations, ...idles, ...counts]) check(where, name, c[name], 0);
    check(where, 'start', c.start, Number.NEGATIVE_INFINITY);
    check(where, 'closed', c.closed, Number.NEGATIVE_INFINITY);
    for (const name of ['client', 'server', 'acks', 'unanswered', 'interval'] as const)
      check(where, `probes.${name}`, c.probes[name], name === 'interval' ? Number.NEGATIVE_INFINITY : 0);
    if (c.reuses > Math.max(0, c.requests - 1)) wrong.push(`${where}: ${c.reuses} reuses of ${c.requests} requests`);
    const verdict = analysis.verdict(c.id);
    check(where, 'wasted', verdict.wasted, 0);
    check(where, 'wastedBlocking', verdict.wastedBlocking, 0);
    setups += c.setup ?? 0;
    for (const e of trace.exchanges(c.id)) {
      const inside = `${where} exchange ${e.index}`;
      check(inside, 'idleBefore', e.idleBefore, 0);
      check(inside, 'requestBytes', e.requestBytes, 0);
      check(inside, 'responseBytes', e.responseBytes, 0);
      for (const name of times) check(inside, name, e[name], Number.NEGATIVE_INFINITY);
    }
  }
  const { totals } = analysis;
  check('totals', 'wasted', totals.wasted, 0);
  check('totals', 'wastedBlocking', totals.wastedBlocking, 0);
  if (totals.wasted > setups + 1) wrong.push(`totals: ${totals.wasted} ns wasted of ${setups} ns of set-up`);
  return wrong;
}

const total = (parts: Readonly<Record<string, number>>): number => Object.values(parts).reduce((sum, part) => sum + part, 0);

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}
