/** Which connections are over while the capture is still being read: closed, and silent for a while, so that what is known of them alone can be told. */

import { second, type Time } from '../time.ts';
import type { Columns } from './trace.ts';

/** Twice the longest time for which a segment is usually waited for: what comes later comes seldom, and is told again. */
const silence = 10 * second;
/** A look goes over all connections; it is worth as many frames as there are connections. */
const lookedAt = 4096;
/** A connection has four frames at least: more than these cannot end between two places. */
const toldAtOnce = 1024;

export class Departures {
  #open: number[] = [];
  /** Over, but not told yet: told little by little, so that what is written of them does not pile up. */
  #over: number[] = [];
  #known = 0;
  #pause = 0;
  /** What each connection was when it was told; 0 before. */
  #told = new Float64Array(1024);

  /** Those that are over since the last time. To be called at the same places of a capture, however it is cut. */
  take(columns: Columns, now: Time): readonly number[] {
    if (this.#pause > 0) this.#pause -= 1;
    else this.#look(columns, now);
    const told = this.#over.splice(0, toldAtOnce);
    for (const id of told) this.#tell(id, stateOf(columns, id));
    return told;
  }

  #look(columns: Columns, now: Time): void {
    for (; this.#known < columns.connections; this.#known += 1) this.#open.push(this.#known);
    this.#open = this.#open.filter((id) => {
      if (!isOver(columns, id, now)) return true;
      this.#over.push(id);
      return false;
    });
    this.#pause = Math.floor(columns.connections / lookedAt);
  }

  /** At the end, once: all that have not been told, and those of which more was seen since. */
  *rest(columns: Columns): Generator<number> {
    for (let id = 0; id < columns.connections; id += 1) {
      if (this.#told[id] !== stateOf(columns, id)) yield id;
    }
    this.#told = new Float64Array(0);
  }

  #tell(id: number, state: number): void {
    if (id >= this.#told.length) {
      const larger = new Float64Array(Math.max(2 * this.#told.length, id + 1));
      larger.set(this.#told);
      this.#told = larger;
    }
    this.#told[id] = state;
  }
}

function isOver(columns: Columns, id: number, now: Time): boolean {
  const last = Math.max(columns.lastHeard(id, 0) || 0, columns.lastHeard(id, 1) || 0);
  return columns.closed(id) <= now && now - last >= silence;
}

/** A number that is another one when there were more frames, or when bytes that waited behind a hole were given out after all. */
function stateOf(columns: Columns, id: number): number {
  let state = columns.lastFrame(id);
  for (let each = columns.firstExchange(id); each >= 0; each = columns.nextExchange(each)) {
    state += columns.exchangeStart(each) + columns.exchangeEnd(each) + (columns.answered(each) ? 1 : 0);
  }
  return state;
}
