/** One memory that grows without being copied, for records of fixed size that are too many to be objects. */

// A million connections as objects are a gigabyte. WebAssembly memory grows by pages in place, and only touched pages are resident;
// a typed array that doubles holds itself twice while it is copied.
// Shared, though with nobody: growth of an unshared one detaches its buffer, and once that has happened in a process V8 asks at each access of any
// typed array whether its buffer is still there. Without that, sorting segments into connections takes a fifth less.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: boolean });
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  }
}

const PAGE = 65_536;
const MAXIMUM_PAGES = 65_536;

/** Room for so few rows is shown at first: then growth has happened before V8 compiles what adds rows, which it else would compile again after it. */
export const firstRows = 64;

export class GrowingMemory {
  /** Two views of the same bytes; both are new after growth. */
  i32: Int32Array;
  f64: Float64Array;
  readonly #memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });

  constructor() {
    this.i32 = new Int32Array(this.#memory.buffer);
    this.f64 = new Float64Array(this.#memory.buffer);
  }

  get bytes(): number {
    return this.i32.byteLength;
  }

  /** By a quarter; the new bytes are zero. @throws RangeError at 4 GiB */
  grow(): void {
    const pages = this.bytes / PAGE;
    this.#memory.grow(Math.max(1, Math.min(Math.max(16, pages >> 2), MAXIMUM_PAGES - pages)));
    this.i32 = new Int32Array(this.#memory.buffer);
    this.f64 = new Float64Array(this.#memory.buffer);
  }
}
