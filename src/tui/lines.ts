/** The lines of the screen beside Ink: it lays out a sign for each, and the painter puts the line in its place. */

/** Private use (Unicode section 23.5): one cell wide, and never the first of a line of ours. */
const firstSign = 0xe000;
const lastSign = 0xf8ff;

/**
 * Ink takes each text apart several times a frame, and keeps every text that it ever measured. Given one sign a line, it has nothing to take
 * apart, and no more to keep than a screen has lines.
 */
export class Lines {
  readonly #texts: string[] = [];
  readonly #free: number[] = [];

  /** A place for a line, until it is given back. */
  take(): number {
    const place = this.#free.pop() ?? this.#texts.length;
    this.#texts[place] = '';
    return place;
  }

  give(place: number): void {
    this.#free.push(place);
  }

  set(place: number, text: string): void {
    this.#texts[place] = text;
  }

  /** What Ink is given. */
  signOf(place: number): string {
    return String.fromCharCode(Math.min(lastSign, firstSign + place));
  }

  /** The line that a line of Ink stands for. */
  at(drawn: string): string {
    const code = drawn.charCodeAt(0);
    return code >= firstSign && code <= lastSign ? (this.#texts[code - firstSign] ?? '') : drawn;
  }
}
