/** Puts the frames of several captures into one order of time; each capture keeps its own order. Holds one piece of a capture at most. */

import type { Time } from '../time.ts';
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
  /** Captures that were begun and have frames to come; the others wait, unopened, from `#waiting` on. */
  readonly #running: Lane[] = [];
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
      const over = this.#running.findIndex((lane) => lane.ended && lane.queue.size === 0);
      if (over >= 0) this.#running.splice(over, 1);
      const hungry = this.#running.find((lane) => lane.isHungry);
      if (hungry) {
        this.#earliest(hungry);
        this.#hungry = hungry.capture;
        return;
      }
      const first = this.#earliest(undefined);
      const next = this.lanes[this.#waiting];
      if (next && (first === undefined || next.begins <= first.queue.time)) {
        this.#running.push(next);
        this.#waiting += 1;
      } else if (first) {
        this.#earliest(first);
        this.#handOn(first);
      } else {
        this.#hungry = -1;
        return;
      }
    }
  }

  /** Frames of one capture until another's is earlier. */
  #handOn(lane: Lane): void {
    const { queue } = lane;
    do {
      queue.take(this.#frame);
      this.sink.frame(this.#frame, lane.capture);
    } while (queue.size > 0 && this.isNext(queue.time, lane.capture));
  }

  /** The running capture with the earliest frame, apart from one; the limit is set to that frame or to the begin of the next capture. */
  #earliest(apart: Lane | undefined): Lane | undefined {
    let found: Lane | undefined;
    const next = this.lanes[this.#waiting];
    this.#limit = next?.begins ?? Number.POSITIVE_INFINITY;
    this.#limitCapture = next?.capture ?? Number.POSITIVE_INFINITY;
    for (const lane of this.#running) {
      if (lane === apart || lane.queue.size === 0) continue;
      const { time } = lane.queue;
      if (found && (found.queue.time < time || (found.queue.time === time && found.capture < lane.capture))) continue;
      found = lane;
    }
    if (found && (found.queue.time < this.#limit || (found.queue.time === this.#limit && found.capture < this.#limitCapture))) {
      this.#limit = found.queue.time;
      this.#limitCapture = found.capture;
    }
    return found;
  }
}
