/** What the requests of a connection tell of its packets: which of them carry heads of messages, and when an answer was waited for. */

import type { Time } from '../time.ts';
import type { Connection, ExchangeViews, PacketList } from '../trace/index.ts';
import { bytes, count } from './format.ts';
import { few } from './slices.ts';

export interface Told {
  /** What frames carry, by number. */
  readonly texts: ReadonlyMap<number, string>;
  readonly busy: BusyTimes;
}

/** In steps: every so many requests one. */
export function* told({ probes }: Connection, exchanges: ExchangeViews, { packets }: PacketList): Generator<unknown, Told, void> {
  const texts = new Map(packets.map(({ frame }) => [frame, new Texts()]));
  const busy = new BusyTimes(packets.reduce((latest, { time }) => Math.max(latest, time), Number.NEGATIVE_INFINITY));
  let seen = 0;
  for (const exchange of exchanges) {
    seen += 1;
    if (seen % few === 0) yield;
    const { requestStart, responseEnd, requestFrame = -1, responseFrame = -1 } = exchange;
    busy.add(requestStart, responseEnd);
    texts.get(requestFrame)?.add(() => {
      const { method, target = '' } = exchange;
      return method && `${method} ${target}${streamOf(exchange.streamId)}`.trimEnd();
    });
    texts.get(responseFrame)?.add(() => {
      const { status } = exchange;
      return status && `${status}, ${bytes(exchange.responseBytes)}${streamOf(exchange.streamId)}`;
    });
  }
  for (const { frame, answerFrame = -1 } of probes.list ?? []) {
    texts.get(frame)?.add(() => 'TCP keep-alive probe');
    texts.get(answerFrame)?.add(() => 'TCP keep-alive ACK');
  }
  return { texts: new Map([...texts].flatMap(([frame, { text }]) => (text === '' ? [] : [[frame, text]]))), busy };
}

const streamOf = (id: number | undefined): string => (id === undefined ? '' : ` (stream ${id})`);

/** Those of one frame; a large one may hold thousands of small requests. */
const mostOfFrame = 20;

class Texts {
  readonly #texts: string[] = [];
  #more = 0;

  add(make: () => string | 0 | undefined): void {
    if (this.#texts.length === mostOfFrame) this.#more += 1;
    else {
      const text = make();
      if (text) this.#texts.push(text);
    }
  }

  get text(): string {
    return [...this.#texts, ...(this.#more > 0 ? [`and ${count(this.#more)} more`] : [])].join('; ');
  }
}

/** When any exchange was in progress: those that overlap are one time. */
class BusyTimes {
  readonly #until: Time;
  #times: { readonly from: Time; to: Time }[] = [];
  #inOrder = true;

  /** Nobody asks for times after `until`. */
  constructor(until: Time) {
    this.#until = until;
  }

  add(from: Time | undefined, to: Time = Number.POSITIVE_INFINITY): void {
    if (from === undefined || from > this.#until) return;
    const last = this.#times.at(-1);
    if (last !== undefined && from >= last.from && from <= last.to) last.to = Math.max(last.to, to);
    else {
      if (last !== undefined && from < last.from) this.#inOrder = false;
      this.#times.push({ from, to });
    }
  }

  at(time: Time): boolean {
    if (!this.#inOrder) this.#merge();
    let low = 0;
    for (let high = this.#times.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]!.from <= time) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.#times[low - 1]!.to >= time;
  }

  #merge(): void {
    const times = this.#times.sort((a, b) => a.from - b.from);
    this.#times = [];
    this.#inOrder = true;
    for (const { from, to } of times) this.add(from, to);
  }
}
