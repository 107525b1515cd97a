/** Something that takes long to make: of little data at once, else a slice at a time, while the one before is shown. */

import { Rest } from './rest.ts';
import { runInSlices, runNow } from './slices.ts';

export class Aside<Result> {
  readonly #ready: () => void;
  #made: { readonly from: WeakRef<object>; readonly kind: string; readonly result: Result } | undefined;
  #making: { readonly kind: string; readonly stop: () => void } | undefined;
  readonly #rest: Rest;

  /** `ready` is called when there is a newer one. */
  constructor(ready: () => void) {
    this.#ready = ready;
    this.#rest = new Rest(ready);
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
    if (this.#making === undefined && (!this.#rest.isTaken || made?.kind !== kind)) this.#make(from, kind, work);
    return made?.kind === kind ? made.result : undefined;
  }

  stop(): void {
    this.#making?.stop();
    this.#making = undefined;
    this.#rest.stop();
  }

  #make(from: object, kind: string, work: () => Generator<unknown, Result, void>): void {
    const began = performance.now();
    const done = (result: Result): void => {
      this.#made = { from: new WeakRef(from), kind, result };
      this.#making = undefined;
      this.#rest.begin(performance.now() - began);
      this.#ready();
    };
    this.#making = { kind, stop: runInSlices(work(), done) };
  }
}
