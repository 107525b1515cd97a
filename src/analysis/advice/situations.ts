/** What could be set otherwise, and for which server or client: avoidable connections, gathered by what would have avoided them. */

import { KeyTable } from '../../key-table.ts';
import { inBlocks, type Steps } from '../../steps.ts';
import type { Duration } from '../../time.ts';
import { type AdviceSetting, adviceSettings, openingClasses } from '../analysis.ts';
import { known } from '../before-close.ts';
import type { Judgement } from '../judgement.ts';
import { atOnce } from '../reasons/ending.ts';
import type { Role } from './software.ts';

/** One setting of one server or client. */
export interface Situation {
  readonly setting: AdviceSetting;
  readonly role: Role;
  /** Pool keys that it concerns, each once. */
  readonly keys: number[];
  /** A connection that shows it: its predecessor, where there is one. */
  readonly example: number;
  connections: number;
  saves: Duration;
  /** Requests that met a close, where that is what is to be cured. */
  races: number;
}

/** Situations looked at for each setting: those that cost most. */
const perSetting = 20;

type Cure = readonly [setting: AdviceSetting, role: Role];

export function* situationsOf(judgement: Judgement): Steps<readonly Situation[]> {
  const { costs, keys, openings, rows, trace, why } = judgement;
  const { closes, limits, usage } = why;
  const found: Situation[] = [];
  /** Numbers of situations: by setting, role and end; and which keys each has. */
  const numbers = new KeyTable();
  const keysOf = new KeyTable();
  const note = (setting: AdviceSetting, role: Role, example: number, connection: number): Situation => {
    const isServer = role === 'server';
    const end = isServer ? limits.serverOf(example) : limits.clientOf(example);
    const number = numbers.of(adviceSettings.indexOf(setting), isServer ? 1 : 0, end);
    if (number === found.length) found.push({ setting, role, keys: [], example, connections: 0, saves: 0, races: 0 });
    const situation = found[number]!;
    const key = keys.of[connection]!;
    const before = keysOf.count;
    keysOf.of(number, key, 0);
    if (keysOf.count > before) situation.keys.push(key);
    return situation;
  };
  const size = rows?.length ?? trace.size;
  yield* inBlocks(size, (from, to) => {
    for (let at = from; at < to; at += 1) {
      const each = rows === undefined ? at : rows[at]!;
      if (usage.isRaced(each)) note('client_idle_timeout', 'client', each, each).races += 1;
      const opening = openingClasses[openings.opening[each]!];
      if (opening === 'parallel' && trace.columns.encrypted(each) && !trace.columns.multiplexes(each))
        note('http_2', 'server', each, each).connections += 1;
      if (closes.code(each) === 'nat_drop') note('tcp_keep_alive', 'client', each, each).connections += 1;
      if (costs.avoidable[each] !== 1) continue;
      const previous = openings.previous[each]!;
      if (previous < 0) continue;
      const cure = opening === 'missed_reuse' ? sharing(judgement, previous, each) : cureOf(judgement, previous);
      if (cure === undefined) continue;
      const situation = note(cure[0], cure[1], previous, each);
      situation.connections += 1;
      situation.saves += known(costs.wasted(each));
    }
  });
  const bySetting = new Map<AdviceSetting, Situation[]>();
  for (const situation of found) {
    const alike = bySetting.get(situation.setting);
    if (alike) alike.push(situation);
    else bySetting.set(situation.setting, [situation]);
  }
  return [...bySetting.values()].flatMap((alike) =>
    alike.sort((a, b) => b.saves - a.saves || b.connections + b.races - a.connections - a.races).slice(0, perSetting),
  );
}

/** Programs that call themselves differently have pools of their own, and cannot do otherwise. */
function sharing({ trace: { columns }, why: { usage } }: Judgement, previous: number, connection: number): Cure | undefined {
  const agentOf = (each: number): number => (usage.answered[each]! < 0 ? 0 : columns.userAgent(usage.answered[each]!));
  const one = agentOf(previous);
  const other = agentOf(connection);
  return one > 0 && other > 0 && one !== other ? undefined : ['share_pool', 'client'];
}

/** Whose setting would have kept the predecessor. */
export function cureOf(judgement: Judgement, previous: number): Cure | undefined {
  const { trace, why } = judgement;
  switch (why.closes.code(previous)) {
    case 'server_idle_limit':
      return ['server_idle_timeout', 'server'];
    case 'client_idle_limit':
      // One that waited as long before it asked again has no such limit: it ended.
      return why.limits.isKeptAsLong(previous) ? ['share_pool', 'client'] : ['client_idle_timeout', 'client'];
    case 'request_cap':
      return ['server_max_requests', 'server'];
    case 'age_limit':
      return ['server_max_age', 'server'];
    case 'close_header_client':
      return ['send_no_close', 'client'];
    case 'close_header_server':
      // Persistence is on: it was a limit of requests that too few connections show, or a restart.
      return why.usage.served(previous) > 1 ? undefined : ['send_no_close', 'server'];
    case 'http_1_0':
      return ['http_version', 'client'];
    case 'after_response':
    case 'reset': {
      const isReset = why.closes.code(previous) === 'reset';
      // A server that closes at once after several requests has its reason for it, and none is known.
      if (why.usage.endedBy[previous] !== 0) return isReset || why.usage.served(previous) > 1 ? undefined : ['send_no_close', 'server'];
      if (trace.columns.cutShort(previous)) return ['read_responses', 'client'];
      if (isReset && !(why.usage.idle[previous]! < atOnce)) return undefined;
      if (why.closes.isToldTooShort(previous)) return ['server_idle_timeout', 'server'];
      // A pool that is full closes one while it keeps others.
      return isOneOfSeveral(judgement, previous) ? ['client_pool_size', 'client'] : ['share_pool', 'client'];
    }
    default:
      return undefined;
  }
}

/** Connections of its pool on either side that are looked at. */
const neighbours = 16;

/** Whether another connection of its pool was open when it was closed; if it had served only once itself, one that shows that the client does use connections again. */
function isOneOfSeveral({ keys, trace, why: { usage } }: Judgement, connection: number): boolean {
  const { columns } = trace;
  const fewest = usage.served(connection) === 1 ? 2 : 0;
  const key = keys.of[connection]!;
  const members = keys.members.subarray(keys.offsets[key]!, keys.offsets[key + 1]!);
  let place = 0;
  for (let beyond = members.length; place < beyond; ) {
    const middle = (place + beyond) >> 1;
    if (members[middle]! < connection) place = middle + 1;
    else beyond = middle;
  }
  const closed = columns.closed(connection);
  const isOpen = (each: number): boolean => !(columns.closed(each) <= closed) && columns.established(each) && usage.served(each) >= fewest;
  for (let at = place + 1; at < members.length && at < place + neighbours && columns.opened(members[at]!) < closed; at += 1)
    if (isOpen(members[at]!)) return true;
  for (let at = place - 1; at >= 0 && at >= place - neighbours; at -= 1) if (isOpen(members[at]!)) return true;
  return false;
}
