/** pcapng (draft-ietf-opsawg-pcapng): sections of blocks, any number of interfaces, either byte order. */

import { limits } from '../limits.ts';
import type { Comment } from './annotations.ts';
import { DropCounts } from './drop-counts.ts';
import { type CaptureContext, type Frame, type Framer, LAST_INTERFACE } from './frame.ts';
import { type CaptureInterface, InterfaceKinds } from './interface-kinds.ts';
import { beginsPcap } from './magic.ts';
import * as B from './pcapng-block.ts';
import { dropCount, eachOption, interfaceOptions, keepComments, keepNames, keepWriter } from './pcapng-options.ts';

// 00 00 00 06  00 00 00 44  …body…  00 00 00 44
// └── type ──┘ └─ length ─┘         └─ length ─┘     every block; the length counts all of it
const BLOCK_OVERHEAD = 12;
const TLS_KEY_LOG = 0x544c534b;

/** Options of statistics, in frames since the capture began (isb_ifrecv, isb_ifdrop, isb_osdrop). */
const RECEIVED = 4;
const LOST_BY_INTERFACE = 5;
const LOST_BY_SYSTEM = 7;
/** In the obsolete Packet Block. */
const DROPS_UNKNOWN = 0xffff;

/** While the next block is searched for: how long a believable one may be. */
const BELIEVABLE_LENGTH = 1 << 20;

/** Nanoseconds from the trace's first frame, 146 years; beyond 104 days they are exact to microseconds only. */
const REPRESENTABLE = 2 ** 62;

export class PcapngFramer implements Framer {
  need: number = BLOCK_OVERHEAD;
  isOver = false;
  readonly #context: CaptureContext;
  readonly #frame: Frame;
  #littleEndian = false;
  /** Of this section; hundreds of thousands cost no more than a word each where they are alike. */
  #interfaces: (CaptureInterface | undefined)[] = [];
  readonly #kinds = new InterfaceKinds();
  /** Interfaces of the sections before, and frames lost as captures in front of this one say. */
  #earlier: number;
  readonly #droppedBefore: number | undefined;
  readonly #drops = new DropCounts();
  #searching = false;
  #searchedFrom = 0;

  constructor(context: CaptureContext, frame: Frame) {
    this.#context = context;
    this.#frame = frame;
    this.#earlier = context.facts.annotations.interfaceCount;
    this.#droppedBefore = context.facts.framesDropped;
  }

  consume(buffer: Uint8Array, view: DataView, start: number, end: number, offset: number, final: boolean): number {
    let p = start;
    for (;;) {
      if (this.#searching) {
        p = this.#search(view, p, end, offset, final);
        if (this.#searching || this.isOver) return p;
      }
      p = this.#blocks(buffer, view, p, end, offset, final);
      if (this.isOver) return p;
      if (this.#searching) continue;
      const behind = final ? this.#behindLyingLength(view, p, end, offset) : -1;
      if (behind < 0) return p;
      p = behind;
      if (this.isOver) return p;
    }
  }

  /** A block that the file's end cuts may have a false length: -1, or where a believable block begins behind its first bytes. */
  #behindLyingLength(view: DataView, p: number, end: number, offset: number): number {
    if (end - p < BLOCK_OVERHEAD) return -1;
    this.#searching = true;
    this.#searchedFrom = offset + p;
    const found = this.#search(view, p + 1, end, offset, true);
    if (this.#searching) {
      this.#searching = false;
      return -1;
    }
    this.#context.notes.add('bad-block', this.#context.facts.frames + 1, `block length beyond the end of the file at offset ${offset + p}`);
    return found;
  }

  #blocks(buffer: Uint8Array, view: DataView, from: number, end: number, offset: number, final: boolean): number {
    const { facts, enough } = this.#context;
    const frame = this.#frame;
    frame.buffer = buffer;
    frame.view = view;
    let p = from;
    while (end - p >= BLOCK_OVERHEAD && facts.frames < enough) {
      const type = view.getUint32(p, this.#littleEndian);
      if (type === B.SECTION && !this.#byteOrder(view, p)) return this.#damaged(p, offset, 'no byte-order magic');
      if (type > B.SECTION && beginsPcap(view, p)) return this.#over(p, offset);
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
      const used = this.#block(type, buffer, view, p + 8, next - 4);
      if (used) facts.bytesUsed += length;
      else if (used === false) facts.skip('bad-block', length, offset + p);
      else facts.ignore(type === B.CUSTOM || type === B.CUSTOM_NOT_COPIED ? 'custom-block' : 'unknown-block', length);
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

  #over(p: number, offset: number): number {
    this.#context.notes.add('second-file', this.#context.facts.frames + 1, `at offset ${offset + p}`);
    this.isOver = true;
    return p;
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
      if (type === B.SECTION) {
        const magic = view.getUint32(p + 8, true);
        if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) continue;
        this.#found(p, offset);
        return p;
      }
      if (!isKnownType(type)) {
        if (!beginsPcap(view, p)) continue;
        this.#found(p, offset);
        return this.#over(p, offset);
      }
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

  /** One whole block with its body [p, end); false where its body cannot be used, undefined where it is nothing for us. */
  #block(type: number, buffer: Uint8Array, view: DataView, p: number, end: number): boolean | undefined {
    switch (type) {
      case B.ENHANCED_PACKET:
        return this.#packetBlock(buffer, view, p, end, false);
      case B.INTERFACE:
        return this.#describeInterface(buffer, view, p, end);
      case B.SECTION:
        return this.#section(buffer, view, p, end);
      case B.SIMPLE_PACKET:
        return this.#simplePacket(view, p, end);
      case B.PACKET:
        return this.#packetBlock(buffer, view, p, end, true);
      case B.STATISTICS:
        return this.#statistics(buffer, view, p, end);
      case B.SECRETS:
        return this.#secrets(buffer, view, p, end);
      case B.NAMES:
        return this.#names(buffer, view, p, end);
      default:
        return undefined;
    }
  }

  // 00 00 00 00  00 06 0a 41  7e 2c 1a 00  00 00 00 36  00 00 00 36  …packet…
  // └interface┘  └time high┘  └ time low┘  └captured─┘  └original─┘
  // The obsolete Packet Block has 16 bits for the interface, and 16 for drops behind them.
  #packetBlock(buffer: Uint8Array, view: DataView, p: number, end: number, obsolete: boolean): boolean {
    if (end - p < 20) return this.#badPacket('a packet block of less than 32 bytes');
    const le = this.#littleEndian;
    const captured = view.getUint32(p + 12, le);
    if (captured > end - p - 20) return this.#badPacket(`a packet of ${captured} bytes in a block of ${end - p + 12}`);
    const number = obsolete ? view.getUint16(p, le) : view.getUint32(p, le);
    const original = view.getUint32(p + 16, le);
    const used = this.#packet(number, view.getUint32(p + 4, le), view.getUint32(p + 8, le), p + 20, captured, original);
    if (obsolete && view.getUint16(p + 2, le) !== DROPS_UNKNOWN) this.#lost(number, view.getUint16(p + 2, le));
    const options = p + 20 + ((captured + 3) & ~3);
    if (end - options >= 4) {
      if (used) this.#comments('frame', this.#context.facts.frames, buffer, view, options, end);
      if (!obsolete) this.#lost(number, dropCount(view, le, options, end));
    }
    return used;
  }

  /** Frames between a packet and the one before it. */
  #lost(number: number, count: number): void {
    if (count === 0 || number >= this.#interfaces.length) return;
    this.#drops.between(this.#earlier + number, count);
    this.#tellDrops(this.#earlier + number);
  }

  #tellDrops(number: number): void {
    const { facts } = this.#context;
    const { total } = this.#drops;
    facts.framesDropped = total === undefined ? this.#droppedBefore : total + (this.#droppedBefore ?? 0);
    const described = facts.annotations.interfaces[number];
    if (described) described.dropped = this.#drops.of(number);
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
    frame.interface = Math.min(this.#earlier + number, LAST_INTERFACE);
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

  #section(buffer: Uint8Array, view: DataView, p: number, end: number): boolean {
    this.#earlier += this.#interfaces.length;
    this.#interfaces = [];
    const [major, minor] = end - p < 8 ? [0, 0] : [view.getUint16(p + 4, this.#littleEndian), view.getUint16(p + 6, this.#littleEndian)];
    if (major !== 1) this.#context.notes.add('unknown-version', this.#context.facts.frames + 1, `pcapng ${major}.${minor} instead of 1.0`);
    this.#comments('section', 0, buffer, view, p + 16, end);
    keepWriter(this.#context.facts.annotations, buffer, view, this.#littleEndian, p + 16, end);
    return true;
  }

  // 00 01  00 00  00 04 00 00  …options…     link type, reserved, snap length
  #describeInterface(buffer: Uint8Array, view: DataView, p: number, end: number): boolean {
    if (end - p < 8) return this.#badPacket('an Interface Description Block of less than 20 bytes');
    const le = this.#littleEndian;
    const linkType = view.getUint16(p, le);
    const snapLength = view.getUint32(p + 4, le);
    const told = interfaceOptions(buffer, view, le, p + 8, end);
    const { facts, notes } = this.#context;
    this.#comments('interface', this.#earlier + this.#interfaces.length, buffer, view, p + 8, end);
    const described = this.#kinds.of(linkType, snapLength, told.resolution, told.offset);
    this.#interfaces.push(described);
    if (!described) {
      notes.add('interface-limit', facts.frames + 1);
      return true;
    }
    if (described.clock.finerThanMicroseconds) facts.timeDigits = 9;
    facts.link(linkType);
    facts.annotations.interface({
      linkType,
      snapLength,
      ...told.facts,
      tick: described.clock.nanosecondsPerTick,
      received: undefined,
      dropped: undefined,
    });
    return true;
  }

  // 00 00 00 00  00 06 0a 41  7e 2c 1a 00  …options…     interface, time; isb_ifrecv and isb_ifdrop count from the start of the capture
  #statistics(buffer: Uint8Array, view: DataView, p: number, end: number): boolean {
    if (end - p < 12) return this.#badPacket('an Interface Statistics Block of less than 24 bytes');
    const le = this.#littleEndian;
    const { facts } = this.#context;
    const inSection = view.getUint32(p, le);
    const number = this.#earlier + inSection;
    const described = facts.annotations.interfaces[number];
    this.#comments('statistics', number, buffer, view, p + 12, end);
    if (inSection >= this.#interfaces.length) return true;
    eachOption(view, le, p + 12, end, (code, at, length) => {
      if (length < 8) return;
      const count = Number(view.getBigUint64(at, le));
      if (code === RECEIVED && described && Number.isSafeInteger(count)) described.received = count;
      else if (code === LOST_BY_INTERFACE) this.#drops.state(number, 'byInterface', count);
      else if (code === LOST_BY_SYSTEM) this.#drops.state(number, 'bySystem', count);
    });
    this.#tellDrops(number);
    return true;
  }

  #names(buffer: Uint8Array, view: DataView, from: number, end: number): boolean {
    const options = keepNames(this.#context.facts.annotations, buffer, view, this.#littleEndian, from, end);
    if (options < 0) return this.#badPacket('a name longer than its block');
    this.#comments('names', 0, buffer, view, options, end);
    return true;
  }

  #comments(about: Comment['about'], number: number, buffer: Uint8Array, view: DataView, from: number, end: number): void {
    const whole = keepComments(this.#context.facts.annotations, about, number, buffer, view, this.#littleEndian, from, end);
    if (!whole) this.#badPacket('an option longer than its block');
  }

  #secrets(buffer: Uint8Array, view: DataView, p: number, end: number): boolean {
    if (end - p < 8) return this.#badPacket('a Decryption Secrets Block of less than 20 bytes');
    const length = view.getUint32(p + 4, this.#littleEndian);
    if (length > end - p - 8) return this.#badPacket('secrets longer than their block');
    if (view.getUint32(p, this.#littleEndian) === TLS_KEY_LOG)
      this.#context.sink.secrets(Buffer.from(buffer.subarray(p + 8, p + 8 + length)).toString('latin1'));
    return true;
  }
}

const isKnownType = (type: number): boolean =>
  (type >= 1 && type <= 6) || type === B.SECRETS || type === B.SECTION || type === B.CUSTOM || type === B.CUSTOM_NOT_COPIED;
