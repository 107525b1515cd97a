/** Decides for which segments a record is opened: connections are limited, and those that nobody has answered all the more. */

import { type Limits, limits } from '../limits.ts';
import type { Notes } from '../note.ts';
import { ACK, FIN, RST, type Segment, SYN } from '../packet/index.ts';
import { Crowd } from './crowd.ts';
import type { PayloadFacts } from './payload-facts.ts';
import type { ConnectionRecords } from './records.ts';
import type { StreamNumbers } from './stream-numbers.ts';

/** How many connections are listed, and how many of these without an answer. */
export type FlowLimits = Pick<Limits, 'connections' | 'halfOpen'>;

/** SYNs of one connection that are told again when it comes back from the crowd. */
const MOST_REPEATS = 100;

export interface AdmissionOptions {
  readonly limits: Partial<FlowLimits> | undefined;
  readonly seed: number;
  /** Stream numbers cannot be known any more. */
  readonly unknowable: () => boolean;
  /** Reads a segment as any other. */
  readonly replay: (s: Segment) => void;
}

export class Admission {
  /** Connections listed that have nothing but SYNs of their client. */
  halfOpen = 0;
  /** Segments of connections beyond the limit. */
  refused = 0;
  /** Stream number of the SYN that is coming back from the crowd. */
  recalled: number | undefined = undefined;
  readonly crowd: Crowd;
  readonly #records: ConnectionRecords;
  readonly #facts: PayloadFacts;
  readonly #streams: StreamNumbers;
  readonly #notes: Notes;
  readonly #limits: FlowLimits;
  readonly #options: AdmissionOptions;

  constructor(records: ConnectionRecords, facts: PayloadFacts, streams: StreamNumbers, notes: Notes, options: AdmissionOptions) {
    this.#records = records;
    this.#facts = facts;
    this.#streams = streams;
    this.#notes = notes;
    this.#limits = { ...limits, ...options.limits };
    this.#options = options;
    this.crowd = new Crowd(options.seed);
  }

  /** Whether a record shall be opened for the segment now. `isNew`: there is none on its flow; `opens`: it is a SYN without ACK. */
  admits(s: Segment, isNew: boolean, opens: boolean): boolean {
    const { crowd } = this;
    const waits = isNew && crowd.waiting > 0 ? crowd.find(s) : -1;
    if (waits >= 0) {
      if (opens && crowd.isRepeated(waits, s)) return false;
      this.#recall(waits);
      this.#options.replay(s);
      return false;
    }
    if (this.#records.size >= this.#limits.connections) {
      this.refused += 1;
      this.#facts.seen += s.payloadLength;
      this.#facts.giveUp('not-listed', s.payloadLength);
      this.#notes.add('connection-limit', s.frame);
      return false;
    }
    const isCrowded = this.halfOpen >= this.#limits.halfOpen && this.recalled === undefined;
    if (!isCrowded || !isNew || (s.flags & (SYN | ACK | RST | FIN)) !== SYN || s.payloadLength > 0) return true;
    crowd.add(s, this.#streams.skip(this.#options.unknowable()));
    this.#notes.add('flow-limit', s.frame);
    return false;
  }

  /** A SYN that waited in the crowd is answered: it is read as if it came only now, with its own time and frame. */
  #recall(waits: number): void {
    const { first, last, repeats, stream } = this.crowd.take(waits);
    this.recalled = stream;
    this.#options.replay(first);
    for (let again = 0; again < Math.min(repeats, MOST_REPEATS); again += 1) {
      first.time = last;
      this.#options.replay(first);
    }
    this.recalled = undefined;
  }
}
