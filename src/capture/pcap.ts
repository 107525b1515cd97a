/** Classic pcap: a file header, then records of a 16-byte header and the frame's bytes. */

import { limits } from '../limits.ts';
import { second } from '../time.ts';
import type { CaptureContext, Frame, Framer } from './frame.ts';
import { beginsPcapng, pcapVariant, type Variant } from './magic.ts';

// a1 b2 c3 d4  00 02 00 04  00 00 00 00  00 00 00 00  00 04 00 00  00 00 00 01
// └─ magic ─┘  └ version ┘  └─ zone ──┘  └─ sigfigs┘  └snap len ┘  └ link type┘     (file header, 24 bytes, either byte order)
//
// 65 53 f1 00  00 01 e2 40  00 00 00 36  00 00 05 dc
// └ seconds ┘  └ fraction ┘ └ captured ┘ └ original ┘                                (record header)
export const PCAP_HEADER = 24;

/** While the next record is searched for: how long and how far off in time a believable record may be. */
const BELIEVABLE_LENGTH = 262_144;
const BELIEVABLE_SECONDS = 7 * 86_400;

export class PcapFramer implements Framer {
  need: number = PCAP_HEADER;
  isOver = false;
  readonly #context: CaptureContext;
  readonly #frame: Frame;
  #variant: Variant | undefined;
  #linkType = 0;
  /** Seconds and nanoseconds of time 0. Doubles from the first frame on: V8 would take the times of the first two seconds for integers, and compile again. */
  readonly #base = new Float64Array(2);
  #lastSeconds = 0;
  #begun = false;
  #searching = false;
  #searchedFrom = 0;

  constructor(context: CaptureContext, frame: Frame) {
    this.#context = context;
    this.#frame = frame;
  }

  consume(buffer: Uint8Array, view: DataView, start: number, end: number, offset: number, final: boolean): number {
    let p = start;
    if (!this.#variant) {
      if (end - p < PCAP_HEADER) return p;
      p = this.#fileHeader(buffer, view, p, offset);
    }
    for (;;) {
      if (this.#searching) {
        const found = this.#search(buffer, view, p, end, offset, final);
        if (this.#searching || this.isOver) return found;
        p = found;
      }
      p = this.#records(buffer, view, p, end, offset);
      if (this.#searching) continue;
      const behind = final ? this.#behindLyingLength(buffer, view, p, end, offset) : -1;
      if (behind < 0) return p;
      if (this.isOver) return behind;
      p = behind;
    }
  }

  /** A record that the file's end cuts may have a false length: -1, or where a believable record begins behind its header. */
  #behindLyingLength(buffer: Uint8Array, view: DataView, p: number, end: number, offset: number): number {
    if (end - p <= this.#variant!.recordHeader) return -1;
    this.#searching = true;
    this.#searchedFrom = offset + p;
    const found = this.#search(buffer, view, p + 1, end, offset, true);
    if (this.#searching) {
      this.#searching = false;
      return -1;
    }
    this.#context.notes.add(
      'bad-record',
      this.#context.facts.frames + 1,
      `record length beyond the end of the file at offset ${offset + p}`,
    );
    return found;
  }

  #fileHeader(buffer: Uint8Array, view: DataView, p: number, offset: number): number {
    const variant = pcapVariant(buffer[p]!, buffer[p + 1]!, buffer[p + 2]!, buffer[p + 3]!)!;
    const { facts, notes } = this.#context;
    const le = variant.littleEndian;
    const major = view.getUint16(p + 4, le);
    const minor = view.getUint16(p + 6, le);
    if (major !== 2 || minor !== 4)
      notes.add('unknown-version', facts.frames + 1, `${major}.${minor} instead of 2.4 at offset ${offset + p}`);
    this.#variant = variant;
    // The upper bits tell of a frame check sequence, not of the link (libpcap, pcap-savefile.manfile).
    this.#linkType = view.getUint32(p + 20, le) & 0xffff;
    facts.link(this.#linkType);
    if (variant.unit === 1) facts.timeDigits = 9;
    facts.bytesUsed += PCAP_HEADER;
    this.need = variant.recordHeader;
    return p + PCAP_HEADER;
  }

  #records(buffer: Uint8Array, view: DataView, from: number, end: number, offset: number): number {
    const { sink, facts, notes, enough } = this.#context;
    const { littleEndian: le, unit, recordHeader } = this.#variant!;
    const frame = this.#frame;
    const maximum = limits.record;
    const base = this.#base;
    frame.buffer = buffer;
    frame.view = view;
    frame.linkType = this.#linkType;
    frame.interface = 0;
    let p = from;
    while (end - p >= recordHeader && facts.frames < enough) {
      const captured = view.getUint32(p + 8, le);
      if (captured > maximum) {
        this.#searching = true;
        this.#searchedFrom = offset + p;
        if (!beginsPcapng(view, p)) notes.add('bad-record', facts.frames + 1, `record length ${captured} at offset ${offset + p}`);
        this.need = recordHeader;
        return p;
      }
      // A file header in the place of a record: its time zone, 0, is where the length would be.
      if (captured === 0 && pcapVariant(buffer[p]!, buffer[p + 1]!, buffer[p + 2]!, buffer[p + 3]!)) {
        this.#searching = true;
        this.#searchedFrom = offset + p;
        return p;
      }
      const next = p + recordHeader + captured;
      if (next > end) {
        this.need = recordHeader + captured;
        return p;
      }
      const seconds = view.getUint32(p, le);
      const fraction = view.getUint32(p + 4, le);
      const original = view.getUint32(p + 12, le);
      if (!this.#begun) {
        this.#begin(seconds, fraction, unit);
        return this.#records(buffer, view, p, end, offset);
      }
      const time = (seconds - base[0]!) * second + fraction * unit - base[1]!;
      facts.frames += 1;
      if (time < facts.lastTime) notes.add('time-went-back', facts.frames);
      facts.lastTime = time;
      this.#lastSeconds = seconds;
      frame.number = facts.frames;
      frame.time = time;
      frame.offset = offset + p;
      frame.start = p + recordHeader;
      frame.end = next;
      frame.originalLength = original;
      if (captured !== original) {
        if (captured > original) {
          notes.add('captured-longer-than-original', facts.frames, `${captured} of ${original} bytes`);
          frame.originalLength = captured;
        } else facts.framesTruncated += 1;
      }
      facts.bytesUsed += next - p;
      sink.frame(frame);
      p = next;
    }
    this.need = recordHeader;
    return p;
  }

  #begin(seconds: number, fraction: number, unit: number): void {
    this.#begun = true;
    const { facts } = this.#context;
    // Behind a second file header, and beside other captures, the trace's time goes on.
    facts.epoch ??= BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * BigInt(unit);
    this.#base[0] = Number(facts.epoch / 1_000_000_000n);
    this.#base[1] = Number(facts.epoch % 1_000_000_000n);
  }

  /** After damage: the next offset where a record header is believable and the one behind it too, or another file's header. */
  #search(buffer: Uint8Array, view: DataView, start: number, end: number, offset: number, final: boolean): number {
    const { facts, notes } = this.#context;
    const header = this.#variant!.recordHeader;
    let p = start;
    for (; end - p >= header; p += 1) {
      if (pcapVariant(buffer[p]!, buffer[p + 1]!, buffer[p + 2]!, buffer[p + 3]!)) {
        if (end - p < PCAP_HEADER && !final) {
          this.need = PCAP_HEADER;
          return p;
        }
        if (end - p >= PCAP_HEADER) {
          notes.add('second-file', facts.frames + 1, `at offset ${offset + p}`);
          this.#found(offset + p);
          this.#begun = false;
          return this.#fileHeader(buffer, view, p, offset);
        }
      }
      if (beginsPcapng(view, p)) {
        notes.add('second-file', facts.frames + 1, `at offset ${offset + p}`);
        this.#found(offset + p);
        this.isOver = true;
        return p;
      }
      const captured = this.#believable(view, p);
      if (captured < 0) continue;
      const behind = p + header + captured;
      if (behind + header > end && !final) {
        this.need = header + captured + header;
        return p;
      }
      // At the end of the file there may be nothing behind it; before the first record nothing tells which times to believe.
      if ((behind === end && this.#begun) || (behind + header <= end && this.#believable(view, behind) >= 0)) {
        this.#found(offset + p);
        return p;
      }
    }
    this.need = header;
    return p;
  }

  #found(at: number): void {
    this.#context.facts.skip('damage', at - this.#searchedFrom, this.#searchedFrom);
    this.#searching = false;
  }

  /** Captured length of a believable record header at p, or -1. */
  #believable(view: DataView, p: number): number {
    const { littleEndian: le, unit } = this.#variant!;
    const captured = view.getUint32(p + 8, le);
    const original = view.getUint32(p + 12, le);
    if (captured === 0 || captured > BELIEVABLE_LENGTH || original < captured || original > BELIEVABLE_LENGTH) return -1;
    if (view.getUint32(p + 4, le) * unit >= second) return -1;
    return Math.abs(view.getUint32(p, le) - this.#lastSeconds) <= BELIEVABLE_SECONDS || !this.#begun ? captured : -1;
  }

  /** Bytes left when the file ends: where the search began is what was not used. */
  unusedFrom(position: number): number {
    return this.#searching ? this.#searchedFrom : position;
  }
}
