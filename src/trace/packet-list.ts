/** The packets of one connection, found again: what a list of them shows, and the bytes of each as captured. */

import type { Time } from '../time.ts';

export interface Packet {
  /** `frame.number` in its file. */
  readonly frame: number;
  readonly file: number;
  readonly time: Time;
  readonly by: 'client' | 'server';
  /** TCP flags as in the header: 1 FIN, 2 SYN, 4 RST, 8 PSH, 16 ACK … */
  readonly flags: number;
  /** Counted from the side's first sequence number that was seen, as Wireshark does; the SYN is 0. */
  readonly sequence: number;
  readonly acknowledgment: number;
  /** As in the header, unscaled. */
  readonly window: number;
  /** Of the payload on the wire. */
  readonly length: number;
  readonly originalLength: number;
  readonly linkType: number;
  /** The capture holds it twice; this is not the first copy. */
  readonly duplicate: boolean;
  /** Its bytes as captured, and where in them IP, TCP and the payload begin; empty where there are too many to keep. */
  readonly bytes: Uint8Array;
  readonly v6: boolean;
  readonly ip: number;
  readonly tcp: number;
  readonly payload: number;
  readonly end: number;
}

export interface PacketList {
  readonly packets: readonly Packet[];
  /** More were seen than are listed. */
  readonly cut: boolean;
}
