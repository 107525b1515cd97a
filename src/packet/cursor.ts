/** Where the reading of a frame stands: what comes next, in which bytes, inside which VLANs and tunnels. Reused for every frame. */

export class Cursor {
  buffer: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.buffer.buffer);
  /** The next header is `buffer[at, end)` as far as it was captured; on the wire it reached to `wireEnd`. */
  at = 0;
  end = 0;
  wireEnd = 0;
  /** Identity of the VLANs and tunnels passed so far. */
  linkTag = 0;
  /** What a frame is that ends in `OTHER`. */
  kind = '';

  /** Bytes that were captured from here on. */
  get left(): number {
    return this.end - this.at;
  }

  u8(offset: number): number {
    return this.buffer[this.at + offset]!;
  }

  u16(offset: number): number {
    return (this.buffer[this.at + offset]! << 8) | this.buffer[this.at + offset + 1]!;
  }

  /** Behind here the inner packet is over, whatever the frame still holds. */
  limit(wireEnd: number): void {
    if (wireEnd < this.wireEnd) this.wireEnd = wireEnd;
    if (this.wireEnd < this.end) this.end = this.wireEnd;
  }

  other(kind: string): typeof OTHER {
    this.kind = kind;
    return OTHER;
  }
}

// A layer moves the cursor behind its own header and returns the EtherType of what comes next, or one of these.
/** The frame has been dealt with. */
export const DONE = -1;
/** The header is cut or not well formed. */
export const BAD = -2;
/** Nothing for us: counted as `kind`. */
export const OTHER = -3;
/** Its link type is not known here. */
export const UNKNOWN_LINK = -4;
