/** What the screens are called. */

import type { ScreenName } from '../store.ts';

export const titles: Readonly<Record<ScreenName, string>> = {
  origins: 'Origins',
  connections: 'Connections',
  waterfall: 'Waterfall',
  requests: 'Requests',
  findings: 'Findings',
  whatif: 'What-if',
  story: 'Story',
  ladder: 'Ladder',
  exchanges: 'Requests',
  packets: 'Packets',
  timers: 'Timers',
  bytes: 'Bytes',
};

/** With what they show, as help heads them. */
export const purposes: Readonly<Record<ScreenName, string>> = {
  origins: 'Origins: where connections went, most wasted time first',
  connections: 'Connections: one line each',
  waterfall: 'Waterfall: what connections did, on one axis of time',
  requests: 'Requests: all of them, one line each',
  findings: 'Findings: what was found, and what to change',
  whatif: 'What-if: how many handshakes other settings would need',
  story: 'Story: the life of one connection, line by line',
  ladder: 'Ladder: packets between client and server, from top to bottom',
  exchanges: 'Requests: what one connection carried',
  packets: 'Packets: one line each, with what is in them',
  timers: 'Timers: how long it was idle, what was announced, which probes were sent',
  bytes: 'Bytes: what client and server said to each other',
};
