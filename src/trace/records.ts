/** Everything that reading leaves behind, together: what columns and records are made from. */

import type { ExchangeLog } from '../http/index.ts';
import type { Notes } from '../note.ts';
import type { Hosts, LinkTags } from '../packet/index.ts';
import type { TcpTracker } from '../tcp/index.ts';
import type { CapturePoints } from './capture-points.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import type { Vantages } from './vantage.ts';

export interface Records {
  readonly notes: Notes;
  readonly tracker: TcpTracker;
  readonly hosts: Hosts;
  readonly tags: LinkTags;
  readonly log: ExchangeLog;
  readonly facts: ConnectionFacts;
  /** Where several captures are read together. */
  readonly points: CapturePoints | undefined;
  /** What a capture calls an address. */
  readonly hostName: (address: string) => string | undefined;
  readonly vantages: Vantages;
}
