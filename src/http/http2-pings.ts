/** PINGs of one HTTP/2 connection (RFC 9113 §6.7): HTTP/2's own keep-alive, and how soon each was answered. */

import { type At, CLIENT, otherSide, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';

export interface Http2Ping {
  readonly by: 'client' | 'server';
  readonly frame: number;
  readonly time: Time;
  /** undefined for one that was not answered. */
  readonly answerFrame: number | undefined;
  readonly answerTime: Time | undefined;
}

interface Waiting {
  readonly by: Side;
  readonly high: number;
  readonly low: number;
  /** Place in the list; -1 where that was full. */
  readonly place: number;
}

/** PINGs listed, and those that wait for an answer: nobody has more on the way. */
const LISTED = 100;
const WAITING = 32;

export class Http2Pings {
  readonly #count: [number, number] = [0, 0];
  readonly #last: [number, number] = [Number.NaN, Number.NaN];
  #interval: Duration | undefined;
  #idle = 0;
  #acks = 0;
  #list: Http2Ping[] | undefined;
  #waiting: Waiting[] | undefined;

  /** Its eight bytes begin at `start`; `isIdle`: no stream was open. */
  sent(by: Side, payload: Uint8Array, start: number, isIdle: boolean, { frame, time }: At): void {
    this.#count[by] += 1;
    if (isIdle) this.#idle += 1;
    const before = this.#last[by];
    if (!Number.isNaN(before)) this.#interval = Math.max(0, time - before);
    this.#last[by] = time;
    this.#list ??= [];
    this.#waiting ??= [];
    let place = -1;
    if (this.#list.length < LISTED) {
      place = this.#list.length;
      this.#list.push({ by: by === CLIENT ? 'client' : 'server', frame, time, answerFrame: undefined, answerTime: undefined });
    }
    if (this.#waiting.length === WAITING) this.#waiting.shift();
    this.#waiting.push({ by, high: word(payload, start), low: word(payload, start + 4), place });
  }

  answered(by: Side, payload: Uint8Array, start: number, { frame, time }: At): void {
    this.#acks += 1;
    const [high, low] = [word(payload, start), word(payload, start + 4)];
    const asker = otherSide(by);
    const found = this.#waiting?.findIndex((each) => each.by === asker && each.high === high && each.low === low) ?? -1;
    if (found < 0) return;
    const [{ place }] = this.#waiting!.splice(found, 1) as [Waiting];
    const ping = this.#list?.[place];
    if (ping) this.#list![place] = { ...ping, answerFrame: frame, answerTime: time };
  }

  /** Each side had been taken for the other. */
  turn(): void {
    this.#count.reverse();
    this.#last.reverse();
    this.#list = this.#list?.map((ping) => ({ ...ping, by: ping.by === 'client' ? 'server' : 'client' }));
    this.#waiting = this.#waiting?.map((each) => ({ ...each, by: otherSide(each.by) }));
  }

  summary(): {
    pingsClient: number;
    pingsServer: number;
    pingsIdle: number;
    pingAcks: number;
    pingInterval: Duration | undefined;
    pingAnswer: Duration | undefined;
    pings: readonly Http2Ping[] | undefined;
  } {
    const list = this.#list;
    return {
      pingsClient: this.#count[CLIENT],
      pingsServer: this.#count[SERVER],
      pingsIdle: this.#idle,
      pingAcks: this.#acks,
      pingInterval: this.#interval,
      pingAnswer: list && median(list),
      pings: list?.slice(),
    };
  }
}

function median(list: readonly Http2Ping[]): Duration | undefined {
  const waits = list.flatMap(({ time, answerTime }) => (answerTime === undefined ? [] : [Math.max(0, answerTime - time)]));
  return waits.sort((a, b) => a - b)[waits.length >> 1];
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
