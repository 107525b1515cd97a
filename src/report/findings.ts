/** What was found and what to change, under the names of the contract. */

import type { Analysis } from '../analysis/index.ts';

export interface Finding {
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'problem';
  readonly confidence: 'observed' | 'inferred';
  readonly connection_ids: readonly number[];
  readonly frames: readonly number[];
  readonly text: string;
}

export interface Advice {
  readonly setting: string;
  readonly current?: string | undefined;
  readonly suggested: string;
  /** A line to copy into a configuration. */
  readonly directive: string;
  readonly software?: string | undefined;
  readonly saves_handshakes: number;
  readonly saves_ms: number;
  readonly costs_idle_connections_peak?: number | undefined;
  readonly evidence_gaps?: number | undefined;
}

interface Advised {
  readonly findings?: readonly Finding[];
  readonly advice?: readonly Advice[];
}

export const findingsOf = (analysis: Analysis & Advised): readonly Finding[] => analysis.findings ?? [];
export const adviceOf = (analysis: Analysis & Advised): readonly Advice[] => analysis.advice ?? [];
