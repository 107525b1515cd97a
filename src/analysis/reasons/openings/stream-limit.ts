/** The HTTP/2 connection carried as many requests at once as the server allows. */

import type { OpenRule } from '../opening.ts';

export const streamLimit: OpenRule<'stream_limit'> = {
  code: 'stream_limit',
  holds: (opening) => {
    const { columns, previous } = opening;
    if (opening.class !== 'parallel' || previous < 0 || !columns.multiplexes(previous)) return false;
    const limit = columns.streamLimit(previous);
    return limit !== undefined && limit <= streamsAt(opening);
  },
  confidence: () => 'observed',
  words: (opening) => {
    const limit = opening.columns.streamLimit(opening.previous)!;
    return `connection ${opening.previous} carried ${limit} requests at once, all that the server allows`;
  },
  frames: (opening) => [opening.syn],
};

/** Requests in progress on the previous connection when this one was opened. */
function streamsAt({ columns, opened, previous }: Parameters<OpenRule<'stream_limit'>['holds']>[0]): number {
  let open = 0;
  for (let exchange = columns.firstExchange(previous); exchange >= 0; exchange = columns.nextExchange(exchange))
    if (columns.exchangeStart(exchange) <= opened && !(columns.exchangeEnd(exchange) <= opened)) open += 1;
  return open;
}
