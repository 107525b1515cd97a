/** pcapng (draft-ietf-opsawg-pcapng): sections of blocks, any number of interfaces, either byte order. */

import { limits } from '../limits.ts';
import { second } from '../time.ts';
import type { CaptureContext, Frame, Framer } from './frame.ts';
import { InterfaceClock } from './interface-clock.ts';

// 00 00 00 06  00 00 00 44  …body…  00 00 00 44
// └── type ──┘ └─ length ─┘         └─ length ─┘     every block; the length counts all of it
const BLOCK_OVERHEAD = 12;
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 2;
const SIMPLE_PACKET = 3;
const STATISTICS = 5;
const ENHANCED_PACKET = 6;
const SECRETS = 10;
const TLS_KEY_LOG = 0x544c534b;

/** While the next block is searched for: how long a believable one may be. */
const BELIEVABLE_LENGTH = 1 << 20;

/** Nanoseconds from the trace's first frame, 146 years; beyond 104 days they are exact to microseconds only. */
const REPRESENTABLE = 2 ** 62;

interface CaptureInterface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly clock: InterfaceClock;
}

export const isSectionHeader = (b0: number, b1: number, b2: number, b3: number): boolean =>
  b0 === 0x0a && b1 === 0x0d && b2 === 0x0d && b3 === 0x0a;

export class PcapngFramer implements Framer {
  need: number = BLOCK_OVERHEAD;
  readonly #context: CaptureContext;
  readonly #frame: Frame;
  #littleEndian = false;
  #interfaces: CaptureInterface[] = [];
  #searching = false;
  #searchedFrom = 0;

  constructor(context: CaptureContext, frame: Frame) {
    this.#context = context;
    this.#frame = frame;
  }

  consume(buffer: Uint8Array, view: DataView, start: number, end: number, offset: number, final: boolean): number {
    let p = start;
    for (;;) {
      if (this.#searching) {
        p = this.#search(view, p, end, offset, final);
        if (this.#searching) return p;
      }
      p = this.#blocks(buffer, view, p, end, offset, final);
      if (!this.#searching) return p;
    }
  }

  #blocks(buffer: Uint8Array, view: DataView, from: number, end: number, offset: number, final: boolean): number {
    const { facts } = this.#context;
    const frame = this.#frame;
    frame.buffer = buffer;
    frame.view = view;
    let p = from;
    while (end - p >= BLOCK_OVERHEAD) {
      const type = view.getUint32(p, this.#littleEndian);
      if (type === SECTION && !this.#byteOrder(view, p)) return this.#damaged(p, offset, 'no byte-order magic');
      const length = (view.getUint32(p + 4, this.#littleEndian) + 3) & ~3;
      if (length < BLOCK_OVERHEAD || length > limits.block) return this.#damaged(p, offset, `block length ${length >>> 0}`);
      const next = p + length;
      if (next > end) {
        this.need = length;
        return p;
      }
      if (view.getUint32(next - 4, this.#littleEndian) !== view.getUint32(p + 4, this.#littleEndian)) {
        if (end - next < BLOCK_OVERHEAD && !final) {
          this.need = length + BLOCK_OVERHEAD;
          return p;
        }
        if (!this.#plausibleNext(view, next, end)) return this.#damaged(p, offset, 'the two lengths of a block differ');
        this.#context.notes.add('bad-block', facts.frames + 1, `the two lengths of the block at offset ${offset + p} differ`);
      }
      frame.offset = offset + p;
      if (this.#block(type, buffer, view, p + 8, next - 4)) facts.bytesUsed += length;
      else facts.skip('bad-block', length, offset + p);
      p = next;
    }
    this.need = BLOCK_OVERHEAD;
    return p;
  }

  /** Where only the trailing length is wrong, the block behind it still begins in its place. */
  #plausibleNext(view: DataView, next: number, end: number): boolean {
    if (end - next < BLOCK_OVERHEAD) return end === next;
    const length = view.getUint32(next + 4, this.#littleEndian);
    return length >= BLOCK_OVERHEAD && length <= BELIEVABLE_LENGTH && isKnownType(view.getUint32(next, this.#littleEndian));
  }

  /** The search goes on behind the first byte of what was not believed, so that it always gets further. */
  #damaged(p: number, offset: number, what: string): number {
    this.#searching = true;
    this.#searchedFrom = offset + p;
    this.#context.notes.add('bad-block', this.#context.facts.frames + 1, `${what} at offset ${offset + p}`);
    this.need = BLOCK_OVERHEAD;
    return p + 1;
  }

  #search(view: DataView, start: number, end: number, offset: number, final: boolean): number {
    let p = start;
    for (; end - p >= BLOCK_OVERHEAD; p += 1) {
      const le = this.#littleEndian;
      const type = view.getUint32(p, le);
      if (type === SECTION) {
        const magic = view.getUint32(p + 8, true);
        if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) continue;
        this.#found(p, offset);
        return p;
      }
      if (!isKnownType(type)) continue;
      const length = view.getUint32(p + 4, le);
      if (length < BLOCK_OVERHEAD || length > BELIEVABLE_LENGTH || length % 4 !== 0) continue;
      if (p + length > end) {
        if (final) continue;
        this.need = length;
        return p;
      }
      if (view.getUint32(p + length - 4, le) !== length) continue;
      this.#found(p, offset);
      return p;
    }
    this.need = BLOCK_OVERHEAD;
    return p;
  }

  #found(p: number, offset: number): void {
    this.#searching = false;
    this.#context.facts.skip('damage', offset + p - this.#searchedFrom, this.#searchedFrom);
  }

  unusedFrom(position: number): number {
    return this.#searching ? this.#searchedFrom : position;
  }

  /** The byte order of a section that begins at p. */
  #byteOrder(view: DataView, p: number): boolean {
    const magic = view.getUint32(p + 8, true);
    if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) return false;
    this.#littleEndian = magic === 0x1a2b3c4d;
    return true;
  }

  /** One whole block with its body [p, end); false where its body cannot be used. */
  #block(type: number, buffer: Uint8Array, view: DataView, p: number, end: number): boolean {
    switch (type) {
      case ENHANCED_PACKET:
        return this.#enhancedPacket(view, p, end);
      case INTERFACE:
        return this.#describeInterface(view, p, end);
      case SECTION:
        this.#interfaces = [];
        return true;
      case SIMPLE_PACKET:
        return this.#simplePacket(view, p, end);
      case PACKET:
        return this.#obsoletePacket(view, p, end);
      case STATISTICS:
        return this.#statistics(view, p, end);
      case SECRETS:
        return this.#secrets(buffer, view, p, end);
      default:
        return true;
    }
  }

  // 00 00 00 00  00 06 0a 41  7e 2c 1a 00  00 00 00 36  00 00 00 36  …packet…
  // └interface┘  └time high┘  └ time low┘  └captured─┘  └original─┘
  #enhancedPacket(view: DataView, p: number, end: number): boolean {
    if (end - p < 20) return this.#badPacket('an Enhanced Packet Block of less than 32 bytes');
    const le = this.#littleEndian;
    const captured = view.getUint32(p + 12, le);
    if (captured > end - p - 20) return this.#badPacket(`a packet of ${captured} bytes in a block of ${end - p + 12}`);
    return this.#packet(
      view.getUint32(p, le),
      view.getUint32(p + 4, le),
      view.getUint32(p + 8, le),
      p + 20,
      captured,
      view.getUint32(p + 16, le),
    );
  }

  #obsoletePacket(view: DataView, p: number, end: number): boolean {
    if (end - p < 20) return this.#badPacket('a Packet Block of less than 32 bytes');
    const le = this.#littleEndian;
    const captured = view.getUint32(p + 12, le);
    if (captured > end - p - 20) return this.#badPacket(`a packet of ${captured} bytes in a block of ${end - p + 12}`);
    return this.#packet(
      view.getUint16(p, le),
      view.getUint32(p + 4, le),
      view.getUint32(p + 8, le),
      p + 20,
      captured,
      view.getUint32(p + 16, le),
    );
  }

  #packet(number: number, high: number, low: number, start: number, captured: number, original: number): boolean {
    const { facts, notes } = this.#context;
    const described = this.#interfaces[number];
    if (!described) {
      notes.add('unknown-interface', facts.frames + 1, `interface ${number} of ${this.#interfaces.length}`);
      return false;
    }
    facts.epoch ??= described.clock.epoch(high, low);
    let time = facts.epoch === undefined ? Number.NaN : described.clock.time(high, low, facts.epoch);
    if (!(Math.abs(time) <= REPRESENTABLE)) {
      notes.add('bad-time', facts.frames + 1);
      time = facts.lastTime;
    }
    this.#deliver(described, number, time, start, captured, original);
    return true;
  }

  #simplePacket(view: DataView, p: number, end: number): boolean {
    const { facts, notes } = this.#context;
    const described = this.#interfaces[0];
    if (!described || end - p < 4) {
      notes.add('unknown-interface', facts.frames + 1, 'a Simple Packet Block without an interface');
      return false;
    }
    const original = view.getUint32(p, this.#littleEndian);
    const limit = described.snapLength === 0 ? original : Math.min(original, described.snapLength);
    notes.add('no-time', facts.frames + 1);
    this.#deliver(described, 0, facts.lastTime, p + 4, Math.min(limit, end - p - 4), original);
    return true;
  }

  #deliver(described: CaptureInterface, number: number, time: number, start: number, captured: number, original: number): void {
    const { facts, notes, sink } = this.#context;
    facts.frames += 1;
    if (time < facts.lastTime) notes.add('time-went-back', facts.frames);
    facts.lastTime = time;
    const frame = this.#frame;
    frame.number = facts.frames;
    frame.time = time;
    frame.linkType = described.linkType;
    frame.interface = number;
    frame.start = start;
    frame.end = start + captured;
    frame.originalLength = original;
    if (captured !== original) {
      if (captured > original) {
        notes.add('captured-longer-than-original', facts.frames, `${captured} of ${original} bytes`);
        frame.originalLength = captured;
      } else facts.framesTruncated += 1;
    }
    sink.frame(frame);
  }

  #badPacket(what: string): boolean {
    this.#context.notes.add('bad-block', this.#context.facts.frames + 1, what);
    return false;
  }

  #describeInterface(view: DataView, p: number, end: number): boolean {
    if (end - p < 8) return this.#badPacket('an Interface Description Block of less than 20 bytes');
    const le = this.#littleEndian;
    const linkType = view.getUint16(p, le);
    const clock = new InterfaceClock();
    this.#options(view, p + 8, end, (code, at, length) => {
      if (code === 9 && length >= 1) clock.setResolution(view.getUint8(at));
      if (code === 14 && length >= 8) clock.setOffset(view.getBigInt64(at, le) * BigInt(second));
    });
    const { facts } = this.#context;
    if (clock.finerThanMicroseconds) facts.timeDigits = 9;
    facts.link(linkType);
    this.#interfaces.push({ linkType, snapLength: view.getUint32(p + 4, le), clock });
    return true;
  }

  #statistics(view: DataView, p: number, end: number): boolean {
    const le = this.#littleEndian;
    const { facts } = this.#context;
    this.#options(view, p + 12, end, (code, at, length) => {
      // isb_ifdrop counts from the start of the capture: the last block of an interface tells all.
      if (code === 5 && length >= 8) facts.framesDropped = Number(view.getBigUint64(at, le));
    });
    return true;
  }

  #secrets(buffer: Uint8Array, view: DataView, p: number, end: number): boolean {
    if (end - p < 8) return this.#badPacket('a Decryption Secrets Block of less than 20 bytes');
    const length = view.getUint32(p + 4, this.#littleEndian);
    if (length > end - p - 8) return this.#badPacket('secrets longer than their block');
    if (view.getUint32(p, this.#littleEndian) === TLS_KEY_LOG)
      this.#context.sink.secrets(Buffer.from(buffer.subarray(p + 8, p + 8 + length)).toString('latin1'));
    return true;
  }

  #options(view: DataView, from: number, end: number, option: (code: number, at: number, length: number) => void): void {
    let p = from;
    while (end - p >= 4) {
      const code = view.getUint16(p, this.#littleEndian);
      const length = view.getUint16(p + 2, this.#littleEndian);
      if (code === 0) return;
      if (p + 4 + length > end) return void this.#badPacket('an option longer than its block');
      option(code, p + 4, length);
      p += 4 + ((length + 3) & ~3);
    }
  }
}

const isKnownType = (type: number): boolean =>
  (type >= 1 && type <= 6) || type === SECRETS || type === SECTION || type === 0xbad || type === 0x40000bad;
