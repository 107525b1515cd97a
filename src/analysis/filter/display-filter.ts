/** Says in Wireshark's own filter language which connections are meant. */

import type { Trace } from '../../trace/index.ts';
import { bracketed } from '../fields.ts';

/** `tcp.stream in {0, 4..9}`; connections without such a number by their two ends. Empty for none. */
export function displayFilter(trace: Trace, rows: Iterable<number>): string {
  const streams: number[] = [];
  const others: string[] = [];
  for (const row of rows) {
    const { tcpStream, client, server } = trace.view(row);
    if (tcpStream !== undefined) streams.push(tcpStream);
    else others.push(tuple(client.address, client.port, server.address, server.port));
  }
  const parts = [streamFilter(streams), ...new Set(others)].filter((part) => part !== '');
  return parts.length > 1 ? parts.map((part) => (part.includes('&&') ? `(${part})` : part)).join(' || ') : (parts[0] ?? '');
}

function streamFilter(streams: number[]): string {
  const sorted = [...new Set(streams)].sort((a, b) => a - b);
  if (sorted.length === 0) return '';
  if (sorted.length === 1) return `tcp.stream eq ${sorted[0]}`;
  const parts: string[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to + 1 < sorted.length && sorted[to + 1] === sorted[to]! + 1) to += 1;
    parts.push(to === from ? `${sorted[from]}` : to === from + 1 ? `${sorted[from]}, ${sorted[to]}` : `${sorted[from]}..${sorted[to]}`);
    from = to + 1;
  }
  return `tcp.stream in {${parts.join(', ')}}`;
}

function tuple(client: string, clientPort: number, server: string, serverPort: number): string {
  const name = bracketed(client) === client ? 'ip.addr' : 'ipv6.addr';
  return `${name} == ${client} && tcp.port == ${clientPort} && ${name} == ${server} && tcp.port == ${serverPort}`;
}
