/** What HTTP/2 says of itself in the story of a connection: limits, PINGs, and how its end was announced. */

import { type Retirement, retirementOf } from '../analysis/index.ts';
import { show } from '../show.ts';
import type { Connection, ExchangeViews, GoAway, Http2Ping, Http2Summary } from '../trace/index.ts';
import { concurrencyOf } from './concurrency.ts';
import { type Event, framesText } from './story.ts';
import { counted, grouped, span } from './words.ts';

const pingsShown = 3;
const authoritiesShown = 5;

export function* http2Story(connection: Connection, exchanges: ExchangeViews): Generator<Event> {
  yield* coalescing(connection);
  const { http2 } = connection;
  if (!http2) return;
  yield* concurrency(http2);
  yield* overTime(http2, exchanges);
  yield* pings(http2, connection);
  if (http2.goAway) yield* goAway(http2.goAway, connection, exchanges);
}

/** One line where one connection served several hosts, one where the server refused to. */
function* coalescing({ authorities = [], misdirected = 0 }: Connection): Generator<Event> {
  if (authorities.length > 1) {
    const names = authorities.slice(0, authoritiesShown).map((name) => show(name));
    const more = authorities.length > names.length ? ` and ${counted(authorities.length - names.length, 'more', 'more')}` : '';
    yield { at: undefined, what: `${counted(authorities.length, 'host')} on this connection: ${names.join(', ')}${more}` };
  }
  if (misdirected > 0) {
    yield { at: undefined, what: `${counted(misdirected, 'answer')} 421: not served on this connection`, striking: true };
  }
}

function* concurrency({ maxConcurrent, streamLimit, atLimit }: Http2Summary): Generator<Event> {
  if (streamLimit === undefined) return;
  const shown = atLimit > 0 ? [`${span(atLimit)} at the limit`] : [];
  const most = maxConcurrent > 1 ? `, at most ${grouped(maxConcurrent)} were open` : '';
  yield { at: undefined, what: `server allows ${counted(streamLimit, 'stream')} at once${most}`, shown, striking: atLimit > 0 };
}

/** One number says little of a connection that was busy for a moment and idle for the rest. */
function* overTime({ maxConcurrent }: Http2Summary, exchanges: ExchangeViews): Generator<Event> {
  const over = maxConcurrent > 1 ? concurrencyOf(exchanges) : undefined;
  if (over === undefined) return;
  yield { at: undefined, what: `open at once, in tenths of ${span(over.lasted)}`, shown: [over.most.map(grouped).join(' ')] };
}

function* pings({ pings: list = [], pingsClient, pingsServer }: Http2Summary, { start }: Connection): Generator<Event> {
  for (const ping of list.slice(0, pingsShown)) {
    yield { at: ping.time - start, what: `${ping.by} PING, ${answered(ping)}`, shown: [framesText([ping.frame, ping.answerFrame])] };
  }
  const more = pingsClient + pingsServer - Math.min(list.length, pingsShown);
  if (more > 0) yield { at: undefined, what: `and ${counted(more, 'more PING')}` };
}

const answered = ({ time, answerTime }: Http2Ping): string =>
  answerTime === undefined ? 'not answered' : `answered after ${span(Math.max(0, answerTime - time))}`;

function* goAway(said: GoAway, connection: Connection, exchanges: ExchangeViews): Generator<Event> {
  const { by, code, lastStream, frame, time } = said;
  // A client's names a stream of the server; before the real number, a graceful end names the highest there can be.
  const last = by === 'client' ? '' : lastStream === 0x7fffffff ? ', no last stream named' : `, last stream ${grouped(lastStream)}`;
  yield {
    at: time - connection.start,
    what: `${by} GOAWAY ${code}${last}`,
    shown: [`frame ${frame}`, because(retirementOf(connection), said, connection)].filter((text) => text !== ''),
    striking: code !== 'NO_ERROR',
  };
  let lost = 0;
  if (by === 'server') for (const { streamId = 0 } of exchanges) if (streamId > lastStream) lost += 1;
  if (lost > 0) yield { at: undefined, what: `${counted(lost, 'request')} above it not processed: may be sent again`, striking: true };
}

function because(retirement: Retirement | undefined, { streams, idle = 0, time }: GoAway, { start }: Connection): string {
  if (retirement === 'request_cap') return `after ${counted(streams, 'request')}: a request cap, it seems`;
  if (retirement === 'age_limit') return `${span(time - start)} old: an age limit, it seems`;
  if (retirement === 'idle_limit') return `after ${span(idle)} idle`;
  return '';
}
