/** Puts the frames of several captures into one order of time; each capture keeps its own order. Holds one piece of a capture at most. */

import type { Time } from '../time.ts';
import { EarliestFirst } from './earliest-first.ts';
import { emptyFrame, type Frame } from './frame.ts';
import { FrameQueue } from './frame-queue.ts';

export interface OrderedSink {
  /** `capture`: index of the capture that the frame is from. */
  frame(frame: Frame, capture: number): void;
}

/** Where one capture's frames come in. */
export class Lane {
  readonly queue: FrameQueue = new FrameQueue();
  readonly capture: number;
  /** Time of its first frame; infinite where no frame has a time. */
  readonly begins: Time;
  ended = false;
  readonly #order: TimeOrder;

  constructor(order: TimeOrder, capture: number, begins: Time) {
    this.#order = order;
    this.capture = capture;
    this.begins = begins;
  }

  /** Nothing can be handed on before it is known what comes next here. */
  get isHungry(): boolean {
    return !this.ended && this.queue.size === 0;
  }

  frame(frame: Frame): void {
    if (this.queue.size === 0 && this.#order.isNext(frame.time, this.capture)) this.#order.sink.frame(frame, this.capture);
    else this.queue.add(frame);
  }
}

/** The same rule as mergecap's: of the first frames that wait, the earliest is next; among equals that of the capture named first. */
export class TimeOrder {
  readonly sink: OrderedSink;
  readonly lanes: readonly Lane[];
  /** Captures that were begun: those with frames that wait, and those without. The others are unopened, from `#waiting` on. */
  readonly #full = new EarliestFirst<Lane>();
  #empty: Lane[] = [];
  #waiting = 0;
  #hungry = -1;
  /** What the hungry capture's frames must not be later than: the earliest frame of the others. */
  #limit: Time = Number.POSITIVE_INFINITY;
  #limitCapture = Number.POSITIVE_INFINITY;
  readonly #frame = emptyFrame();

  /** @param begins of each capture, in rising order */
  constructor(sink: OrderedSink, begins: readonly Time[]) {
    this.sink = sink;
    this.lanes = begins.map((time, capture) => new Lane(this, capture, time));
    this.settle();
  }

  /** The capture whose bytes are needed next; -1 when all have ended. */
  get wants(): number {
    return this.#hungry;
  }

  isNext(time: Time, capture: number): boolean {
    return time < this.#limit || (time === this.#limit && capture < this.#limitCapture);
  }

  /** To be called when a capture's piece was read or its end was: hands on what can be, and finds whose turn it is. */
  settle(): void {
    for (;;) {
      const hungry = this.#sortedOut();
      if (hungry) {
        this.#limitTo(this.#full.first);
        this.#hungry = hungry.capture;
        return;
      }
      const { first } = this.#full;
      const next = this.lanes[this.#waiting];
      if (next && (first === undefined || next.begins <= first.queue.time)) {
        this.#empty.push(next);
        this.#waiting += 1;
      } else if (first) {
        this.#full.take();
        this.#limitTo(this.#full.first);
        this.#handOn(first);
        this.#empty.push(first);
      } else {
        this.#hungry = -1;
        return;
      }
    }
  }

  /** Of the captures that had no frame some have one now, and some have ended: the first of the others. */
  #sortedOut(): Lane | undefined {
    for (const lane of this.#empty) if (lane.queue.size > 0) this.#full.add(lane);
    this.#empty = this.#empty.filter(({ isHungry }) => isHungry);
    return this.#empty[0];
  }

  /** Frames of one capture until another's is earlier. */
  #handOn(lane: Lane): void {
    const { queue } = lane;
    do {
      queue.take(this.#frame);
      this.sink.frame(this.#frame, lane.capture);
    } while (queue.size > 0 && this.isNext(queue.time, lane.capture));
  }

  /** To the earliest frame of the others, or to the begin of the next capture. */
  #limitTo(other: Lane | undefined): void {
    const next = this.lanes[this.#waiting];
    this.#limit = next?.begins ?? Number.POSITIVE_INFINITY;
    this.#limitCapture = next?.capture ?? Number.POSITIVE_INFINITY;
    if (other === undefined || !this.isNext(other.queue.time, other.capture)) return;
    this.#limit = other.queue.time;
    this.#limitCapture = other.capture;
  }
}
