/** Makes the record of a connection's TCP keep-alive probes, when it is asked for. */

import { CLIENT, SERVER, type Side } from '../stream.ts';
import { record, type TcpTracker } from '../tcp/index.ts';
import type { KeepAliveProbe, KeepAliveProbes, PeerLost } from './connection.ts';

/** Fewer probes without an answer at the end of the capture prove nothing. */
const SILENCE = 2;

/** Of nearly all connections. */
const none: KeepAliveProbes = Object.freeze({ client: 0, server: 0, acks: 0, unanswered: 0, interval: undefined });

/** `swapped`: client and server had been guessed wrong. */
export function keepAliveProbes(c: number, tracker: TcpTracker, swapped: boolean, isOpen: boolean): KeepAliveProbes {
  const { probes } = tracker;
  const client: Side = swapped ? SERVER : CLIENT;
  const server: Side = swapped ? CLIENT : SERVER;
  const byClient = probes.sent(c, client);
  const byServer = probes.sent(c, server);
  if (byClient + byServer === 0) return none;
  const acks = probes.answered(c, CLIENT) + probes.answered(c, SERVER);
  const sideOf = (side: Side): 'client' | 'server' => (side === client ? 'client' : 'server');
  return {
    client: byClient,
    server: byServer,
    acks,
    unanswered: byClient + byServer - acks,
    interval: probes.interval(c),
    list: probes.list(c).map(({ side, ...rest }): KeepAliveProbe => ({ by: sideOf(side), ...rest })),
    clientTimes: probes.times(c, client),
    serverTimes: probes.times(c, server),
    peerLost: peerLost(c, tracker, sideOf, isOpen),
  };
}

function peerLost(c: number, tracker: TcpTracker, sideOf: (side: Side) => 'client' | 'server', isOpen: boolean): PeerLost | undefined {
  const ended = tracker.probes.ended(c);
  const lastOf = (side: Side): number => tracker.records.f64[c * record.SLOTS + record.CLIENT_LAST + side]!;
  // Who is heard of after all was unreachable for a while only.
  const isBack = ended?.how === 'unreachable' && lastOf(ended.side === CLIENT ? SERVER : CLIENT) > ended.time;
  if (ended && !isBack)
    return { by: sideOf(ended.side), how: ended.how, unanswered: ended.unanswered, frame: ended.frame, time: ended.time };
  if (!isOpen) return undefined;
  for (const side of [CLIENT, SERVER] as const) {
    const unanswered = tracker.probes.inRow(c, side);
    if (unanswered >= SILENCE && !(lastOf(side === CLIENT ? SERVER : CLIENT) > tracker.probes.lastTime(c, side)))
      return { by: sideOf(side), how: 'no_answer', unanswered };
  }
  return undefined;
}
