/** Names that were also spoken to over QUIC: their requests in HTTP/3 are not among those of the trace. */

import type { QuicFlows, QuicName } from '../quic/index.ts';
import type { Columns } from './trace.ts';

export interface Vanished extends QuicName {
  /** A response that was read had announced HTTP/3 for it in Alt-Svc (RFC 7838, RFC 9114 §3.1.1). */
  readonly announced: boolean;
}

export function vanishedOf(flows: QuicFlows, columns: Columns): readonly Vanished[] {
  const names = flows.names();
  if (names.length === 0) return [];
  const announcing = new Set<string>();
  for (let c = 0; c < columns.connections; c += 1) {
    if (columns.announcesHttp3(c)) announcing.add(columns.text(columns.authority(c)).replace(/:\d+$/, ''));
  }
  return names.map((name) => ({ ...name, announced: name.serverName !== undefined && announcing.has(name.serverName) }));
}
