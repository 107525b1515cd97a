/** One end of a TCP connection, as Node's HTTP takes it: what Node writes is kept, what it shall read is given. */

import { Duplex } from 'node:stream';

export class Wire extends Duplex {
  readonly written: Buffer[] = [];
  /** Told of every write. */
  onWrite: (() => void) | undefined;
  hasEnded = false;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(Buffer.from(chunk));
    done();
    this.onWrite?.();
  }

  override _final(done: () => void): void {
    this.hasEnded = true;
    done();
  }

  /** What Node calls on sockets. */
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  destroySoon(): void {
    this.end();
  }
}
