/** How long servers and clients keep idle connections, as far as the capture tells: between what they kept and what they closed. */

import { KeyTable } from '../key-table.ts';
import { inBlocks, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import { second } from '../time.ts';
import type { Columns } from '../trace/index.ts';
import type { Confidence, IdleTimer } from './analysis.ts';
import { soon } from './before-close.ts';
import type { ColumnMemory } from './column-memory.ts';
import { Numbering, type Numbers } from './numbering.ts';
import type { Patterns } from './patterns.ts';
import type { Timer } from './timer-table.ts';
import { nameBracket, type TimerMatch, wheelStep } from './timers.ts';
import type { Usage } from './usage.ts';

const CLIENT = 0;
const SERVER = 1;

/** Of one side: what its ends share, and what each end did. */
interface Ends {
  readonly of: Numbers;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Longest idle time that it ended itself; 0 without one. */
  readonly latest: Float32Array;
  readonly closes: Uint32Array;
  readonly announced: Int32Array;
  /** A connection that shows whose it is. */
  readonly example: Int32Array;
}

export class IdleLimits {
  readonly #columns: Columns;
  readonly #usage: Usage;
  readonly #timers: readonly Timer[];
  readonly #memory: ColumnMemory;
  #ends: readonly [Ends, Ends];
  readonly #made = new Map<number, IdleTimer | undefined>();

  /** Nothing is known before `filling` is done. */
  constructor(columns: Columns, usage: Usage, timers: readonly Timer[], memory: ColumnMemory) {
    this.#memory = memory;
    this.#columns = columns;
    this.#usage = usage;
    this.#timers = timers;
    const none = endsOf(new Int32Array(0), 0);
    this.#ends = [none, none];
  }

  *filling(patterns: Patterns): Steps<void> {
    const columns = this.#columns;
    const clients = new KeyTable();
    const clientOf = new Numbering(columns.connections, this.#memory);
    yield* inBlocks(columns.connections, (from, to) => {
      for (let each = from; each < to; each += 1) {
        clientOf.set(each, clients.of(columns.clientHost(each), columns.linkTag(each), agentOf(columns, this.#usage, each)));
      }
    });
    const ends = [endsOf(clientOf.of, clients.count), endsOf(patterns.serverOf, patterns.servers)] as const;
    yield* this.#gather(ends, patterns);
    this.#ends = ends;
  }

  /** Number of the end that has this timer, from 0. */
  serverOf(connection: number): number {
    return this.#ends[SERVER].of[connection]!;
  }

  clientOf(connection: number): number {
    return this.#ends[CLIENT].of[connection]!;
  }

  /** The server's limit as seen, or else as it announces it; NaN where it is unknown, or where there is more than one. */
  serverLimit(connection: number): Duration {
    const ends = this.#ends[SERVER];
    const end = ends.of[connection]!;
    if (isSeveral(ends, end)) return Number.NaN;
    if (ends.closes[end]! > 0) return ends.high[end]!;
    return ends.announced[end]! > 0 ? ends.announced[end]! * second : Number.NaN;
  }

  /** It was used again after as long a time as it was idle before its close: no timer ran out. A client that sleeps between requests and then ends does so. */
  isKeptAsLong(connection: number): boolean {
    return this.#usage.longestGap(connection) >= asLong * this.#usage.idle[connection]!;
  }

  server(connection: number): IdleTimer | undefined {
    return this.#timer(SERVER, connection);
  }

  client(connection: number): IdleTimer | undefined {
    return this.#timer(CLIENT, connection);
  }

  #timer(side: 0 | 1, connection: number): IdleTimer | undefined {
    const ends = this.#ends[side];
    const end = ends.of[connection]!;
    const known = 2 * end + side;
    if (!this.#made.has(known)) this.#made.set(known, this.#make(side, ends, end));
    return this.#made.get(known);
  }

  #make(side: 0 | 1, ends: Ends, end: number): IdleTimer | undefined {
    const low = finite(ends.low[end]!);
    const high = finite(ends.high[end]!);
    const announcedSeconds = ends.announced[end]! > 0 ? ends.announced[end]! : undefined;
    if (low === undefined && high === undefined && announcedSeconds === undefined) return undefined;
    const several = isSeveral(ends, end);
    const name = high === undefined || several ? undefined : this.#name(side, ends.example[end]!, low, high);
    return {
      low: several ? undefined : low,
      high,
      named: name?.software,
      namedBy: name?.confidence,
      announcedSeconds,
      several,
      closes: ends.closes[end]!,
    };
  }

  #name(side: 0 | 1, example: number, low: Duration | undefined, high: Duration): Name | undefined {
    const columns = this.#columns;
    const exchange = this.#usage.answered[example]!;
    const product = exchange < 0 ? 0 : side === CLIENT ? columns.userAgent(exchange) : columns.server(exchange);
    const roundTrip = columns.roundTrip(example);
    const announced = this.#ends[SERVER].announced[this.serverOf(example)]!;
    if (side === SERVER && isAnnouncedAndMore(announced, high))
      return { software: 'Node.js http.Server, what it announces and 1 s', confidence: 'inferred' };
    const matches = nameBracket(
      this.#timers.filter((timer) => !isToldOtherwise(timer, announced) && !isOther(timer, product > 0 ? columns.product(product) : '')),
      side === CLIENT ? 'client_idle' : 'server_idle',
      { low, high },
      {
        roundTrip: Number.isNaN(roundTrip) ? undefined : roundTrip,
        product: product > 0 ? columns.product(product) : undefined,
        protocol: columns.multiplexes(example) ? 'h2' : 'http/1',
      },
    );
    return nameOf(side === SERVER ? matches.filter((match) => isNoSurprise(match, announced, product > 0)) : matches, product === 0);
  }

  *#gather([client, server]: readonly [Ends, Ends], { drained }: Patterns): Steps<void> {
    const columns = this.#columns;
    const usage = this.#usage;
    yield* inBlocks(drained.length, (from, to) => {
      for (let each = from; each < to; each += 1) {
        const answered = usage.answered[each]!;
        if (answered < 0) continue;
        const ofClient = client.of[each]!;
        const ofServer = server.of[each]!;
        if (client.example[ofClient]! < 0) client.example[ofClient] = each;
        if (server.example[ofServer]! < 0) server.example[ofServer] = each;
        const announced = columns.keepAliveTimeout(answered);
        if (announced > 0) server.announced[ofServer] = announced;
        const gap = usage.longestGap(each);
        if (gap > 0) {
          keeps(client, ofClient, gap);
          keeps(server, ofServer, gap);
        }
        const by = usage.endedBy[each]!;
        const idle = usage.idle[each]!;
        if (by < 0 || drained[each] === 1 || !(idle >= soon)) continue;
        if (by === CLIENT) keeps(server, ofServer, idle);
        else keeps(client, ofClient, idle);
        if (!usage.isReusable(each)) continue;
        if (by === CLIENT) closes(client, ofClient, idle, each);
        else closes(server, ofServer, idle, each);
      }
    });
  }
}

function keeps({ low }: Ends, end: number, idle: Duration): void {
  if (!(low[end]! >= idle)) low[end] = idle;
}

function closes(ends: Ends, end: number, idle: Duration, connection: number): void {
  ends.closes[end]! += 1;
  if (ends.latest[end]! < idle) ends.latest[end] = idle;
  if (ends.high[end]! <= idle) return;
  ends.high[end] = idle;
  ends.example[end] = connection;
}

const endsOf = (of: Numbers, count: number): Ends => ({
  of,
  low: new Float64Array(count).fill(Number.NaN),
  high: new Float64Array(count).fill(Number.NaN),
  latest: new Float32Array(count),
  closes: new Uint32Array(count),
  announced: new Int32Array(count).fill(-1),
  example: new Int32Array(count).fill(-1),
});

interface Name {
  readonly software: string;
  readonly confidence: Confidence;
}

/** What only its time speaks for may be several; those that never say what they are come first where nothing was said. */
function nameOf(matches: readonly TimerMatch[], isSilent: boolean): Name | undefined {
  const [best] = matches;
  if (best === undefined || best.confidence === 'observed') return best && { software: best.timer.software, confidence: 'observed' };
  const silent = isSilent ? matches.filter(({ timer }) => timer.products.length === 0) : [];
  const likely = silent.length > 0 ? silent : matches;
  const alike = likely.filter(({ timer }) => timer.value === likely[0]!.timer.value);
  const names = [...new Set(alike.map(({ timer }) => timer.software))].slice(0, namesAtMost);
  return { software: names.join(' or '), confidence: 'inferred' };
}

const namesAtMost = 3;

/** A server that says who it is is nobody else; one that announces a timeout is none of those that never do, and the other way round. */
const isNoSurprise = ({ confidence, timer }: TimerMatch, announced: number, saysWho: boolean): boolean =>
  confidence === 'observed' || (!saysWho && announced > 0 === (timer.announces !== undefined));

/** Node.js waits a second longer than it tells (HTTP_SERVER_KEEP_ALIVE_TIMEOUT_BUFFER); its own default of 5 s has a row. */
const isAnnouncedAndMore = (announced: number, high: Duration): boolean =>
  announced > 0 &&
  announced !== 5 &&
  high >= (announced + 1) * second - early &&
  high <= (announced + 1) * second + wheelStep(high) + early;

const early: Duration = second / 50;

/** Sleeps are a little longer one time than another. */
const asLong = 0.98;

/** The end names itself, and not as this software. */
function isOther({ products }: Timer, header: string): boolean {
  const name = header.toLowerCase();
  return name !== '' && products.length > 0 && !products.some((product) => name.includes(product.toLowerCase()));
}

/** Rows of clients that go by what the server announces hold for that time only. */
function isToldOtherwise({ software }: Timer, announced: number): boolean {
  const told = /told timeout=(\d+)/.exec(software)?.[1];
  return told !== undefined && Number(told) !== announced;
}

/** Kept longer than it was kept elsewhere, by more than timers are late: those that look once a second are a second long at least. */
function isSeveral({ high: highs, latest, low }: Ends, end: number): boolean {
  const high = highs[end]!;
  const longest = Math.max(low[end]! > 0 ? low[end]! : 0, latest[end]!);
  return longest > high + wheelStep(high) + (high < second - early ? high / 2 : second);
}

const agentOf = (columns: Columns, usage: Usage, connection: number): number => {
  const exchange = usage.answered[connection]!;
  return exchange < 0 ? 0 : columns.userAgent(exchange);
};

const finite = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
