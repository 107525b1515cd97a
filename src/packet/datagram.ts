/** One UDP datagram as the packet room hands it on to whoever asks for them; a single object, reused for every datagram. */

import type { Frame } from '../capture/index.ts';
import { noTime, type Time } from '../time.ts';
import type { Cursor } from './cursor.ts';

const HEADER = 8;

export class Datagram {
  /** Frame and time, so that a datagram is also an `At`. */
  frame = 0;
  time: Time = noTime;
  buffer: Uint8Array = new Uint8Array(0);
  v6 = false;
  /** Offsets of the addresses (4 or 16 bytes) in `buffer`. */
  source = 0;
  destination = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** Captured payload is `buffer[start, end)`. */
  start = 0;
  end = 0;

  // c3 50  01 bb  00 6c  00 00     ports, length, checksum
  /** From the cursor at its header; false where there is nothing behind that. */
  read({ number, time }: Frame, c: Cursor, addresses: number, v6: boolean): boolean {
    if (c.left <= HEADER) return false;
    this.frame = number;
    this.time = time;
    this.buffer = c.buffer;
    this.v6 = v6;
    this.source = addresses;
    this.destination = addresses + (v6 ? 16 : 4);
    this.sourcePort = c.u16(0);
    this.destinationPort = c.u16(2);
    this.start = c.at + HEADER;
    this.end = Math.min(c.end, c.at + Math.max(HEADER, c.u16(4)));
    return true;
  }
}

export interface DatagramSink {
  datagram(datagram: Datagram): void;
}
