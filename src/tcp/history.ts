/** Zeek's history letters (`conn.history`), and more of HTTP: what each side sent, in the order in which it first did. Upper case: the client. */

import { ACK, FIN, RST, type Segment, SYN } from '../packet/index.ts';
import { CLIENT, type Side } from '../stream.ts';
import * as A from './analysis-layout.ts';
import type { AnalysisRecords } from './analysis-records.ts';
import { HistoryTree } from './history-tree.ts';
import * as R from './record-layout.ts';
import type { ConnectionRecords } from './records.ts';
import { CLOSED, RESET } from './state.ts';

// s SYN · h SYN-ACK · a pure ACK · d data · f FIN · r RST · i FIN and RST · q other flags together · t payload again · w zero window · g gap
// Ours: m HTTP message · n another one · e announced as the last · l left HTTP (101, CONNECT) · k TCP keep-alive probe
const letters = 'shadfriqtwgmnelk';
/** So many are Zeek's. */
const ZEEK = 11;
const S = 0;
const H = 1;
const PURE_ACK = 2;
const DATA = 3;
const F = 4;
const R_ = 5;
const I = 6;
const Q = 7;
const AGAIN = 8;
const NO_WINDOW = 9;
const GAP = 10;
const MESSAGE = 11;
const ANOTHER = 12;
const ENDING = 13;
const LEFT = 14;
const PROBE = 15;

/** Kinds that are told on their 1st, 10th, 100th … occurrence. */
const COUNTED = AGAIN;

const REMEMBERED = 4096;

export class History {
  readonly #records: ConnectionRecords;
  readonly #state: AnalysisRecords;
  readonly #tree = new HistoryTree(letters);
  /** Occurrences of counted kinds, by (connection * 2 + side) * 3 + kind; few connections have any. */
  readonly #occurrences = new Map<number, number>();
  /** Of the nodes that were asked for last: a report asks thrice for each connection, and most connections have the same few. */
  readonly #texts = new Map<number, string>();

  constructor(records: ConnectionRecords, state: AnalysisRecords) {
    this.#records = records;
    this.#state = state;
  }

  /** A limit acted: some are cut. */
  get full(): boolean {
    return this.#tree.full;
  }

  /** A segment that may tell something new. Most do not: data and pure ACKs are told once, as the half's flags remember. */
  segment(c: number, side: Side, s: Segment): void {
    const words = this.#records.i32;
    const half = c * R.WORDS + R.CLIENT_HALF + side * R.HALF;
    const { flags } = s;
    if ((flags & (SYN | FIN | RST)) !== 0) return this.#control(c, side, half, s);
    const told = words[half + R.HALF_FLAGS]!;
    if (s.payloadLength > 0) {
      if ((told & R.DATA_TOLD) === 0) this.#add(c, side, DATA);
      words[half + R.HALF_FLAGS] = told | R.DATA_TOLD;
    } else if (flags & ACK) {
      if ((told & R.ACK_TOLD) === 0) this.#add(c, side, PURE_ACK);
      words[half + R.HALF_FLAGS] = told | R.ACK_TOLD;
    }
  }

  /** Before the segment moves the states. Boring with a reset or after one, and after the peer's FIN. */
  zeroWindow(c: number, side: Side, flags: number): void {
    const states = this.#records.i32[c * R.WORDS + R.STATES]!;
    const own = (states >> (side === CLIENT ? 0 : 3)) & 7;
    const peer = (states >> (side === CLIENT ? 3 : 0)) & 7;
    if ((flags & RST) === 0 && peer !== CLOSED && own !== RESET) this.#count(c, side, NO_WINDOW);
  }

  /** Payload that does not reach beyond what was sent before. */
  again(c: number, side: Side): void {
    const states = this.#records.i32[c * R.WORDS + R.STATES]!;
    if (((states >> (side === CLIENT ? 0 : 3)) & 7) !== RESET) this.#count(c, side, AGAIN);
  }

  /** Bytes that this side sent are missing, and the other has confirmed them. */
  gap(c: number, side: Side): void {
    this.#count(c, side, GAP);
  }

  /** The head of a request or response is complete. */
  message(c: number, side: Side): void {
    this.#once(c, side, this.#tree.has(this.#state.i32[c * A.WORDS + A.HISTORY]!, side, MESSAGE) ? ANOTHER : MESSAGE);
  }

  /** It says that nothing of its kind will follow: `Connection: close`, or GOAWAY. */
  ending(c: number, side: Side): void {
    this.#once(c, side, ENDING);
  }

  /** What comes now is no HTTP, or not for this server. */
  leftHttp(c: number, side: Side): void {
    this.#once(c, side, LEFT);
  }

  probe(c: number, side: Side): void {
    this.#once(c, side, PROBE);
  }

  /** `swapped`: client and server had been guessed wrong. `extended`: our letters, too. */
  text(c: number, swapped: boolean, extended = false): string {
    const node = this.#state.history(c);
    const key = node * 4 + (swapped ? 2 : 0) + (extended ? 1 : 0);
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = this.#make(node, swapped, extended);
    if (this.#texts.size === REMEMBERED) this.#texts.clear();
    this.#texts.set(key, text);
    return text;
  }

  #make(node: number, swapped: boolean, extended: boolean): string {
    const text = this.#tree.text(node, swapped, ZEEK);
    // Zeek turns a connection round when it finds that its first segment came from the server; a lone SYN-ACK tells it nothing.
    const first = text.charAt(0);
    const turned = first !== first.toUpperCase() && text !== 'h' ? '^' : '';
    return turned + (extended ? this.#tree.text(node, swapped, letters.length) : text);
  }

  /** Before the segment is noted in the record: its numbers are held against those of the last of its kind. */
  #control(c: number, side: Side, half: number, s: Segment): void {
    const { flags, sequence } = s;
    const tree = this.#tree;
    const words = this.#records.i32;
    const node = this.#state.i32[c * A.WORDS + A.HISTORY]!;
    switch (flags & (SYN | FIN | RST)) {
      case SYN: {
        const again = tree.has(node, side, S) || tree.has(node, side, H);
        if (!again || words[half + R.BASE] !== sequence) this.#add(c, side, flags & ACK ? H : S);
        return;
      }
      case FIN: {
        const end = (sequence + s.payloadLength) | 0;
        if (!tree.has(node, side, F) || words[half + R.FIN_SEQUENCE] !== end) this.#add(c, side, F);
        return;
      }
      case RST: {
        const state = this.#state.i32;
        const reset = c * A.WORDS + A.RESET + side;
        if (!tree.has(node, side, R_) || state[reset] !== sequence) this.#add(c, side, R_);
        state[reset] = sequence;
        return;
      }
      default: {
        const letter = (flags & (FIN | RST)) === (FIN | RST) ? I : Q;
        this.#once(c, side, letter);
      }
    }
  }

  #once(c: number, side: Side, letter: number): void {
    if (!this.#tree.has(this.#state.i32[c * A.WORDS + A.HISTORY]!, side, letter)) this.#add(c, side, letter);
  }

  #count(c: number, side: Side, letter: number): void {
    const key = (c * 2 + side) * 3 + letter - COUNTED;
    const count = (this.#occurrences.get(key) ?? 0) + 1;
    this.#occurrences.set(key, count);
    if (isPowerOfTen(count)) this.#add(c, side, letter);
  }

  #add(c: number, side: Side, letter: number): void {
    const w = c * A.WORDS + A.HISTORY;
    this.#state.i32[w] = this.#tree.child(this.#state.i32[w]!, side, letter);
  }
}

function isPowerOfTen(count: number): boolean {
  let rest = count;
  while (rest % 10 === 0) rest /= 10;
  return rest === 1;
}
