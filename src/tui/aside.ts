/** Something that takes long to make: of little data at once, else a slice at a time, while the one before is shown. */

import { runInSlices, runNow } from './slices.ts';

/** Of the time, at most a quarter goes into it. */
const rest = 3;

export class Aside<Result> {
  readonly #ready: () => void;
  #made: { readonly from: WeakRef<object>; readonly kind: string; readonly result: Result } | undefined;
  #making: { readonly kind: string; readonly stop: () => void } | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  /** `ready` is called when there is a newer one. */
  constructor(ready: () => void) {
    this.#ready = ready;
  }

  /** Made from something, of a kind; undefined while there is none of that kind. */
  of(from: object, kind: string, isLittle: boolean, work: () => Generator<unknown, Result, void>): Result | undefined {
    const made = this.#made;
    if (made?.from.deref() === from && made.kind === kind) return made.result;
    if (isLittle) {
      const result = runNow(work());
      this.#made = { from: new WeakRef(from), kind, result };
      return result;
    }
    if (this.#making !== undefined && this.#making.kind !== kind) this.stop();
    if (this.#making === undefined && (this.#resting === undefined || made?.kind !== kind)) this.#make(from, kind, work);
    return made?.kind === kind ? made.result : undefined;
  }

  stop(): void {
    this.#making?.stop();
    this.#making = undefined;
    clearTimeout(this.#resting);
    this.#resting = undefined;
  }

  #make(from: object, kind: string, work: () => Generator<unknown, Result, void>): void {
    const began = performance.now();
    const done = (result: Result): void => {
      this.#made = { from: new WeakRef(from), kind, result };
      this.#making = undefined;
      clearTimeout(this.#resting);
      this.#resting = setTimeout(
        () => {
          this.#resting = undefined;
          this.#ready();
        },
        rest * (performance.now() - began),
      );
      this.#ready();
    };
    this.#making = { kind, stop: runInSlices(work(), done) };
  }
}
