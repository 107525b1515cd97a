/** How many requests went by inside records that cannot be read: estimated from whose turn it was and how long the records are. */

import { CLIENT, type Side } from '../stream.ts';

/** Frames of HTTP/2 that are no request are this short: SETTINGS acknowledged, WINDOW_UPDATE, RST_STREAM, PING (RFC 9113 §6). */
const LONGEST_CONTROL = 17;
/** Less than the header of a frame are alerts and changes of keys, which TLS 1.3 hides among the data. */
const SHORTEST_FRAME = 9;
/** Its preface and the settings that follow come first (RFC 9113 §3.4). */
const PREFACE = 24;
/** A request of HTTP/2 whose fields the table knows all takes hardly less: frame header, a few indices, a path. */
const SHORTEST_HTTP2 = 16;
/** `HTTP/1.1 100 Continue`, which is no answer yet. */
const CONTINUE = 25;
/** Records this long are pieces of something longer: what follows them goes on. */
const PIECE = 4000;

export interface RequestEstimate {
  readonly requests: number;
  readonly low: number;
  readonly high: number;
}

/** Gets every record of data, by its contents' length; both counts are kept, for which protocol it is may show late, or never. */
export class RequestCounter {
  /** The client spoke, then the server, then the client again: turns of the client; those after more than an interim response. */
  #turns = 0;
  #sureTurns = 0;
  /** The client's records that begin something; those of them that HTTP/2 needs for no request; as many as the shortest requests would be. */
  #begun = 0;
  #begunLong = 0;
  #packed = 0;
  #opensWithPreface = false;
  #isClientsTurn = false;
  /** Whether this turn of the client has said more than a control frame. */
  #isTurnLong = false;
  #longTurns = 0;
  #sinceTurn = 0;
  #goesOn = false;

  record(side: Side, contents: number): void {
    if (contents < SHORTEST_FRAME) return;
    if (side !== CLIENT) {
      this.#isClientsTurn = false;
      this.#sinceTurn += contents;
      return;
    }
    if (!this.#isClientsTurn) {
      this.#turns += 1;
      if (this.#sinceTurn > CONTINUE || this.#turns === 1) this.#sureTurns += 1;
      this.#isClientsTurn = true;
      this.#isTurnLong = false;
      this.#sinceTurn = 0;
      this.#goesOn = false;
    }
    if (contents > LONGEST_CONTROL && !this.#isTurnLong) {
      this.#isTurnLong = true;
      this.#longTurns += 1;
    }
    if (!this.#goesOn) {
      if (this.#begun === 0) this.#opensWithPreface = contents >= PREFACE;
      this.#begun += 1;
      if (contents > LONGEST_CONTROL) {
        this.#begunLong += 1;
        this.#packed += Math.max(1, Math.floor(contents / SHORTEST_HTTP2));
      }
    }
    this.#goesOn = contents >= PIECE;
  }

  /** undefined where the client sent nothing. */
  estimate(isHttp2: boolean): RequestEstimate | undefined {
    if (this.#turns === 0) return undefined;
    if (!isHttp2) {
      const requests = Math.max(1, this.#sureTurns);
      // A ticket of TLS 1.3 that comes while a body is being sent looks like an answer.
      return { requests, low: Math.max(1, requests - 1), high: Math.max(this.#begun, requests) };
    }
    const requests = Math.max(1, this.#begunLong - (this.#opensWithPreface ? 1 : 0));
    return { requests, low: Math.min(requests, Math.max(1, this.#longTurns - 1)), high: Math.max(this.#packed, requests) };
  }
}
