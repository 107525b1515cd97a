/** How long nothing was asked inside records that cannot be read: from the server's last word to the next of the client. */

import { CLIENT, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';

/** Frames of HTTP/2 that are neither request nor response: SETTINGS acknowledged, WINDOW_UPDATE or RST_STREAM, PING (RFC 9113 §6). */
const controls: readonly number[] = [9, 13, 17];
/** Less than the header of a frame are alerts and changes of keys, which TLS 1.3 hides among the data. */
const SHORTEST_FRAME = 9;

/** Gets every record of data, by its contents' length. */
export class RecordGaps {
  longest: Duration | undefined = undefined;
  total: Duration | undefined = undefined;
  /** Of the last record that was part of a request or a response; NaN without one. */
  last: Time = Number.NaN;
  #by: Side | undefined = undefined;
  /** Tickets that come before the first request answer nothing. */
  #isAsked = false;

  record(side: Side, contents: number, time: Time): void {
    if (contents < SHORTEST_FRAME || controls.includes(contents)) return;
    if (side === CLIENT) {
      if (this.#isAsked && this.#by === SERVER) {
        const gap = Math.max(0, time - this.last);
        this.total = (this.total ?? 0) + gap;
        if (gap > (this.longest ?? 0)) this.longest = gap;
      }
      this.#isAsked = true;
    }
    this.#by = side;
    this.last = time;
  }
}
