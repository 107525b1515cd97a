/** The rest after slow work, before it is done anew: of the time, at most a quarter goes into it. */

const share = 3;

export class Rest {
  readonly #over: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(over: () => void) {
    this.#over = over;
  }

  get isTaken(): boolean {
    return this.#timer !== undefined;
  }

  /** Work that took so many milliseconds is done. */
  begin(took: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#over();
    }, share * took);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
