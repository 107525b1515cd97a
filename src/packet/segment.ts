/** One TCP segment as the packet room hands it on; a single object, reused for every segment. */

import { noTime, type Time } from '../time.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;
export const URG = 0x20;

export class Segment {
  /** Frame and time, so that a segment is also an `At`. */
  frame = 0;
  time: Time = noTime;
  interface = 0;
  buffer: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.buffer.buffer);
  v6 = false;
  /** Offsets of the addresses (4 or 16 bytes) in `buffer`. */
  source = 0;
  destination = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** Signed 32-bit: compare by subtraction `| 0`. */
  sequence = 0;
  acknowledgment = 0;
  flags = 0;
  /** As in the header, unscaled. */
  window = 0;
  optionsStart = 0;
  optionsEnd = 0;
  /** The snap length cut the header: some of its options are missing. */
  headerCut = false;
  /** Captured payload is `buffer[payloadStart, payloadEnd)`; `payloadLength` is the true length on the wire. */
  payloadStart = 0;
  payloadEnd = 0;
  payloadLength = 0;
  /** Identity of VLAN and tunnel around the packet; 0 outside both. */
  linkTag = 0;
  /** The capture holds this packet twice, and this is not the first copy: counted in frames and bytes, left out of streams and verdicts. */
  duplicate = false;
}

/** What the packet room has seen besides segments; every frame is counted once. */
export class PacketFacts {
  tcp = 0;
  readonly other: Record<string, number> = {};
  readonly unusable: Record<string, number> = {};
  /** TCP headers quoted in ICMP errors: Wireshark numbers those as streams too. */
  quotedTcp = 0;
  /** Segments that the capture holds twice: their second copies. They are among `tcp`. */
  duplicates = 0;

  copy(): { readonly tcp: number; readonly other: Readonly<Record<string, number>>; readonly unusable: Readonly<Record<string, number>> } {
    return { tcp: this.tcp, other: { ...this.other }, unusable: { ...this.unusable } };
  }

  /** What has been counted since then was all in one frame: it is TCP if anything in it was, else what it held first. */
  countOnce(before: ReturnType<PacketFacts['copy']>): void {
    const isTcp = this.tcp > before.tcp;
    this.tcp = isTcp ? before.tcp + 1 : before.tcp;
    let counted = isTcp;
    for (const kind of ['other', 'unusable'] as const) {
      for (const [reason, count] of Object.entries(this[kind])) {
        const known = before[kind][reason] ?? 0;
        if (count === known) continue;
        if (counted && known === 0) delete this[kind][reason];
        else this[kind][reason] = counted ? known : known + 1;
        counted = true;
      }
    }
  }

  /** Fragments that wait are unusable; those whose datagram became whole were not. */
  hold(fragments: number): void {
    const { other, unusable } = this;
    const waiting = (unusable['ip-fragment'] ?? 0) + fragments;
    unusable['ip-fragment'] = waiting;
    if (waiting === 0) delete unusable['ip-fragment'];
    if (fragments < 0) other['ip-fragment'] = (other['ip-fragment'] ?? 0) - fragments;
  }
}
