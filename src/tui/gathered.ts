/** What a list gathers from more than can be gone through between two frames: made a slice at a time, and kept for when it is asked for again. */

import { Rest } from './rest.ts';
import { runInSlices, runNow } from './slices.ts';

type Work<Result> = () => Generator<unknown, Result, void>;

/** The same `kind` is always of the same type. undefined while there is none; of the snapshot before, while there is no newer one. */
export type Gather = <Result>(kind: string, isLittle: boolean, work: Work<Result>) => Result | undefined;

interface Made {
  readonly from: WeakRef<object>;
  readonly result: unknown;
}

/** Of each sort, by the first word of their kinds, the latest are kept: the bars of a large screen; of others, which may be long, a few. */
const mostBars = 300;
const most = 4;

export class Gathered {
  readonly #ready: () => void;
  readonly #made = new Map<string, Made>();
  #stop: (() => void) | undefined;
  /** Before what was there and is older now is made anew. */
  readonly #rest: Rest;

  /** `ready` is called when there is something new: whoever still wants something else asks again. */
  constructor(ready: () => void) {
    this.#ready = ready;
    this.#rest = new Rest(ready);
  }

  of<Result>(from: object, kind: string, isLittle: boolean, work: Work<Result>): Result | undefined {
    if (isLittle) return runNow(work());
    const made = this.#made.get(kind);
    if (made?.from.deref() !== from && this.#stop === undefined && (made === undefined || !this.#rest.isTaken))
      this.#make(from, kind, work());
    return made?.result as Result | undefined;
  }

  stop(): void {
    this.#stop?.();
    this.#rest.stop();
  }

  #forgetOldest(sort: string): void {
    const alike = [...this.#made.keys()].filter((kind) => kind.startsWith(sort));
    for (const kind of alike.slice(0, -(sort === 'bar ' ? mostBars : most))) this.#made.delete(kind);
  }

  #make(from: object, kind: string, work: Generator<unknown, unknown, void>): void {
    const began = performance.now();
    this.#stop = runInSlices(work, (result) => {
      this.#stop = undefined;
      this.#made.delete(kind);
      this.#made.set(kind, { from: new WeakRef(from), result });
      this.#forgetOldest(kind.slice(0, kind.indexOf(' ') + 1));
      this.#rest.begin(performance.now() - began);
      this.#ready();
    });
  }
}
