/** What a capture file yields: frames, and the facts of the file itself. */

import type { Notes } from '../note.ts';
import { noTime, type Time } from '../time.ts';
import { Annotations } from './annotations.ts';

/** What a connection keeps of an interface has 16 bits. */
export const LAST_INTERFACE = 0xffff;

/** One captured link-layer unit. Reused between calls; its bytes are `buffer[start, end)`, borrowed. */
export interface Frame {
  /** From 1, as Wireshark's `frame.number`. */
  number: number;
  time: Time;
  /** Of its record in the (uncompressed) file. */
  offset: number;
  linkType: number;
  /** pcapng: index among the interfaces of all sections; LAST_INTERFACE for all from there on. */
  interface: number;
  buffer: Uint8Array;
  /** Over the same bytes as `buffer`. */
  view: DataView;
  start: number;
  end: number;
  originalLength: number;
}

export function emptyFrame(): Frame {
  const buffer = new Uint8Array(0);
  const view = new DataView(buffer.buffer);
  return { number: 0, time: noTime, offset: 0, linkType: 0, interface: 0, buffer, view, start: 0, end: 0, originalLength: 0 };
}

export interface CaptureSink {
  frame(frame: Frame): void;
  /** Text of a Decryption Secrets Block in the NSS key log format. */
  secrets(keyLog: string): void;
}

/** What a container machine needs besides its bytes: where frames go, what is noted, where every byte is accounted for. */
export interface CaptureContext {
  readonly sink: CaptureSink;
  readonly notes: Notes;
  readonly facts: ReaderFacts;
  /** So many frames are wanted, no more. */
  readonly enough: number;
}

export class ReaderFacts {
  container: 'pcap' | 'pcapng' = 'pcap';
  bytesRead = 0;
  bytesUsed = 0;
  readonly skipped: Record<string, number> = {};
  frames = 0;
  framesTruncated = 0;
  framesDropped: number | undefined = undefined;
  readonly linkTypes: number[] = [];
  timeDigits: 6 | 9 = 6;
  /** Nanoseconds since 1970 of time 0: the first frame that has a time. */
  epoch: bigint | undefined = undefined;
  lastTime: Time = noTime;
  damagedAt: number | undefined = undefined;
  readonly annotations: Annotations = new Annotations();

  /** Beside other captures: times count from the trace's time 0, and begin later than that. */
  startAt({ epoch, begins }: { readonly epoch?: bigint | undefined; readonly begins?: Time | undefined }): void {
    this.epoch = epoch;
    this.lastTime = begins ?? 0;
  }

  skip(reason: string, bytes: number, offset: number): void {
    if (bytes <= 0) return;
    this.skipped[reason] = (this.skipped[reason] ?? 0) + bytes;
    this.damagedAt ??= offset;
  }

  /** Understood to be nothing for us: no damage. */
  ignore(reason: string, bytes: number): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + bytes;
  }

  link(type: number): void {
    if (!this.linkTypes.includes(type)) this.linkTypes.push(type);
  }
}

/** A container's machine. `consume` reads as many whole records of `buffer[start, end)` as there are and returns where it stopped. */
export interface Framer {
  /** Bytes that must lie behind the returned position before another call can get further. */
  readonly need: number;
  /** It stopped where a capture of the other container begins. */
  readonly isOver: boolean;
  /** `offset`: of `buffer[0]` in the file. `final`: no more bytes will come. */
  consume(buffer: Uint8Array, view: DataView, start: number, end: number, offset: number, final: boolean): number;
}

/** Why an input cannot be read at all; everything less is a note. The message says what was found and what to do. */
export class CaptureFault extends Error {
  readonly kind: 'not-a-capture' | 'cannot-open' | 'empty' | 'unsupported';
  constructor(kind: CaptureFault['kind'], message: string) {
    super(message);
    this.name = 'CaptureFault';
    this.kind = kind;
  }
}
