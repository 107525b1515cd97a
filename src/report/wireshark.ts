/** Display filters that show the same connections in Wireshark. */

import type { Trace } from '../trace/index.ts';

const idsShown = 100;

/** `tcp.stream in {1, 2, 3}`; undefined where Wireshark's numbers are not known. */
export function streamFilter(trace: Trace, ids: readonly number[]): string | undefined {
  const streams: number[] = [];
  for (const id of ids.slice(0, idsShown)) {
    const { tcpStream } = trace.connection(id);
    if (tcpStream === undefined) return undefined;
    streams.push(tcpStream);
  }
  if (streams.length === 0) return undefined;
  return streams.length === 1 ? `tcp.stream eq ${streams[0]}` : `tcp.stream in {${streams.join(', ')}}`;
}
