/** Reads numbers and vectors of a message (RFC 8446 §3.4) one after another; lengths that lie end it early, and it says so. */

export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  /** Something was asked for that is not there. */
  isShort = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  get isDone(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    return this.number(1);
  }

  u16(): number {
    return this.number(2);
  }

  skip(length: number): void {
    this.take(length);
  }

  /** The next `length` bytes, as far as they are there. */
  take(length: number): Cursor {
    const to = this.at + length;
    if (to > this.end) this.isShort = true;
    const part = new Cursor(this.bytes, this.at, Math.min(to, this.end));
    this.at = part.end;
    return part;
  }

  /** A vector: its length in `width` bytes, then its contents. */
  vector(width: 1 | 2): Cursor {
    return this.take(this.number(width));
  }

  /** Numbers of two bytes, to the end. */
  list(): number[] {
    const numbers: number[] = [];
    while (this.at + 1 < this.end) numbers.push(this.u16());
    return numbers;
  }

  text(): string {
    return Buffer.from(this.copy()).toString('latin1');
  }

  copy(): Uint8Array {
    return this.bytes.slice(this.at, this.end);
  }

  get length(): number {
    return this.end - this.at;
  }

  private number(width: number): number {
    if (this.at + width > this.end) {
      this.isShort = true;
      this.at = this.end;
      return 0;
    }
    let value = 0;
    for (let i = 0; i < width; i += 1) value = value * 256 + this.bytes[this.at + i]!;
    this.at += width;
    return value;
  }
}
