/** One packet from the outside in: link, IP, TCP, and what TCP carries. */

import { http1 } from './http1.ts';
import { http2, looksLikeHttp2 } from './http2.ts';
import { ip } from './ip.ts';
import { tcp } from './tcp.ts';
import { looksLikeTls, tls } from './tls.ts';

/** A line of the tree: what it says, how deep it stands, and which bytes it is about. */
export interface Part {
  readonly depth: number;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Where in the bytes of a packet its layers begin. */
export interface PacketBytes {
  readonly bytes: Uint8Array;
  readonly v6: boolean;
  readonly ip: number;
  readonly tcp: number;
  readonly payload: number;
  readonly end: number;
  /** Of the payload on the wire: more than `end - payload` where the frame was cut. */
  readonly length: number;
}

/** `multiplexed`: its connection speaks HTTP/2. Damage ends a layer with a line that says so; it never throws. */
export function dissect(packet: PacketBytes, multiplexed: boolean): readonly Part[] {
  const { bytes, payload, end, length } = packet;
  if (bytes.length === 0) return [{ depth: 0, text: 'its bytes are not kept: too many packets', from: 0, to: 0 }];
  const parts: Part[] = [];
  if (packet.ip > 0) parts.push({ depth: 0, text: `Link and tunnels, ${packet.ip} bytes`, from: 0, to: packet.ip });
  parts.push(...ip(packet), ...tcp(packet));
  if (length > 0) parts.push(...carried(bytes, payload, end, multiplexed));
  if (payload + length > end) parts.push({ depth: 0, text: `${payload + length - end} bytes were not captured`, from: end, to: end });
  return parts;
}

function carried(bytes: Uint8Array, from: number, to: number, multiplexed: boolean): readonly Part[] {
  if (looksLikeTls(bytes, from, to)) return tls(bytes, from, to);
  if (looksLikeHttp2(bytes, from, to, multiplexed)) return http2(bytes, from, to);
  return http1(bytes, from, to) ?? [{ depth: 0, text: `Data, ${to - from} bytes`, from, to }];
}
