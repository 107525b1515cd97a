/** One number for each capture interface of each capture: what a connection keeps of where it was seen. */

/** A connection's record has 16 bits for it. */
const MOST = 65_536;

export class CapturePoints {
  readonly #ids: number[][] = [];
  readonly #points: { readonly capture: number; readonly interface: number }[] = [];

  id(capture: number, number: number): number {
    this.#ids[capture] ??= [];
    const known = this.#ids[capture][number];
    if (known !== undefined) return known;
    if (this.#points.length === MOST) return this.#ids[capture][0] ?? MOST - 1;
    this.#ids[capture][number] = this.#points.length;
    this.#points.push({ capture, interface: number });
    return this.#points.length - 1;
  }

  capture(id: number): number {
    return this.#points[id]?.capture ?? 0;
  }

  /** Its number within its capture. */
  interface(id: number): number {
    return this.#points[id]?.interface ?? id;
  }
}
