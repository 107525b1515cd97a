/** Tells a TCP keep-alive probe (RFC 1122 §4.2.3.6, RFC 9293 §3.8.4) from what only looks like one. */

import { type Duration, second } from '../time.ts';
import { distance } from './sequence.ts';

export type OldSequence = 'keep-alive' | 'zero-window-probe' | 'retransmission' | 'none';

/** What a side's half knows when it sends a segment of at most one byte without SYN, FIN or RST. */
export interface ProbeSituation {
  readonly sequence: number;
  readonly length: number;
  /** Highest sequence number sent (end), and highest acknowledged by the peer. */
  readonly highest: number;
  readonly acknowledged: number;
  readonly peerWindow: number;
  readonly finSent: boolean;
  /** Since the side's previous segment, and whether that was a probe. */
  readonly quiet: Duration;
  readonly previousWasProbe: boolean;
  readonly roundTrip: Duration | undefined;
}

/**
 * A segment one below what the peer has acknowledged, with nothing outstanding, is a probe: of the window where the peer's
 * is zero (Linux sends both kinds by one function), else keep-alive. Snort 3 tests the same numbers (tcp_normalizer.cc).
 */
export function judgeOldSequence(s: ProbeSituation): OldSequence {
  if (distance(s.sequence + 1, s.acknowledged) !== 0 || s.highest !== s.acknowledged) return 'none';
  if (s.finSent) return 'none';
  if (s.peerWindow === 0) return 'zero-window-probe';
  if (s.length === 1 && !s.previousWasProbe && s.quiet < Math.max(second, 2 * (s.roundTrip ?? 0))) return 'retransmission';
  return 'keep-alive';
}
