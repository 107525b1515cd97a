/** One of the captures that are read together: its reader, and what is known of it. */

import { CaptureFault, CaptureReader, type Lane, linkTypeName, type Reader, SourceFacts } from '../capture/index.ts';
import { PcapParserReader } from '../capture/pcap-parser.ts';
import type { Notes } from '../note.ts';
import type { Time } from '../time.ts';
import type { CaptureFacts } from './trace.ts';

export interface CaptureOptions {
  /** For messages and reports. */
  readonly name: string;
  /** What `openCapture` learns of the file while its bytes are pushed. */
  readonly source?: SourceFacts | undefined;
  /** Nanoseconds since 1970 of its first frame: needed where several captures are read together. */
  readonly begins?: bigint | undefined;
}

export class CaptureInput {
  readonly lane: Lane;
  readonly reader: Reader;
  readonly source: SourceFacts;
  /** The earliest and the latest of its frames: they need not be the first and the last. */
  earliest: Time = Number.POSITIVE_INFINITY;
  latest: Time = Number.NEGATIVE_INFINITY;
  duplicates = 0;
  readonly #name: string;
  readonly #begins: bigint | undefined;

  constructor(
    lane: Lane,
    capture: CaptureOptions,
    epoch: bigint | undefined,
    kind: 'warmwire' | 'pcap-parser',
    notes: Notes,
    secrets: (text: string) => void,
    frameLimit?: number,
  ) {
    this.lane = lane;
    this.#name = capture.name;
    this.source = capture.source ?? new SourceFacts();
    this.source.notes.capture = lane.capture;
    this.#begins = capture.begins;
    const sink = { frame: lane.frame.bind(lane), secrets };
    const begins = Number.isFinite(lane.begins) ? lane.begins : 0;
    const options = { notes, name: capture.name, epoch, begins, frameLimit };
    this.reader = kind === 'pcap-parser' ? new PcapParserReader(sink, options) : new CaptureReader(sink, options);
  }

  /** Its end cannot be had: what is left of its bytes is not used. */
  abandon(): void {
    const { facts } = this.reader;
    try {
      this.reader.end();
    } catch (error) {
      if (!(error instanceof CaptureFault)) throw error;
    }
    const skipped = Object.values(facts.skipped).reduce((sum, bytes) => sum + bytes, 0);
    facts.skip('unread', facts.bytesRead - facts.bytesUsed - skipped, facts.bytesUsed);
    this.lane.ended = true;
  }

  /** What the capture calls an address. */
  hostName(address: string): string | undefined {
    return this.reader.facts.annotations.names(address)[0];
  }

  get isComplete(): boolean {
    return this.lane.ended && this.reader.facts.damagedAt === undefined && !this.source.damaged;
  }

  facts(): CaptureFacts {
    const { facts } = this.reader;
    return {
      name: this.#name,
      container: facts.container,
      compression: this.source.compression,
      bytes: facts.bytesRead,
      frames: facts.frames,
      firstTime: this.#moment(this.earliest),
      lastTime: this.#moment(this.latest),
      timeDigits: facts.timeDigits,
      linkTypes: facts.linkTypes.map(linkTypeName),
      framesTruncated: facts.framesTruncated,
      framesDropped: facts.framesDropped,
      framesDuplicate: this.duplicates,
      damagedAtOffset: facts.damagedAt,
      sections: facts.annotations.sections,
      sectionCount: facts.annotations.sectionCount,
      interfaces: facts.annotations.interfaces,
      comments: facts.annotations.comments,
      commentCount: facts.annotations.commentCount,
    };
  }

  /** Before its first frame was passed on, only that one's time is known. */
  #moment(time: Time): bigint | undefined {
    const { frames, epoch } = this.reader.facts;
    if (frames === 0 || epoch === undefined) return undefined;
    return Number.isFinite(time) ? epoch + BigInt(Math.round(time)) : (this.#begins ?? epoch);
  }
}
