/** Every screen by its name: what it lists. */

import type { Simulation } from '../../analysis/index.ts';
import type { Gather } from '../gathered.ts';
import type { Listing } from '../listing.ts';
import type { Packets, Snapshot } from '../source.ts';
import type { Place, ScreenName, WhatIf } from '../store.ts';
import type { Theme } from '../theme.ts';
import { bytesOf } from './bytes.ts';
import { requestsOf, storyOf } from './connection.ts';
import { connections } from './connections.ts';
import { findings } from './findings.ts';
import { ladder } from './ladder.ts';
import { origins } from './origins.ts';
import { packetsOf } from './packets.ts';
import { requests } from './requests.ts';
import { timersOf } from './timers.ts';
import { waterfall } from './waterfall.ts';
import { whatIf } from './what-if.ts';

/** What a list is made from. */
export interface Given {
  readonly place: Place;
  readonly snapshot: Snapshot;
  readonly theme: Theme;
  /** Columns that were chosen for this screen. */
  readonly columns: readonly string[] | undefined;
  readonly whatIf: Partial<WhatIf>;
  readonly secrets: boolean;
  /** The same requests with these settings; of the settings before, while it is worked out; undefined where there is none yet. */
  simulation(settings: WhatIf): Simulation | undefined;
  packets(connection: number): Packets;
  readonly gather: Gather;
}

export const lists: Readonly<Record<ScreenName, (given: Given) => Listing>> = {
  origins,
  connections,
  waterfall,
  requests,
  findings,
  whatif: whatIf,
  story: storyOf,
  ladder,
  exchanges: requestsOf,
  packets: packetsOf,
  timers: timersOf,
  bytes: bytesOf,
};
