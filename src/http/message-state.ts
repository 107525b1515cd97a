/** What the reader of one direction's messages knows at any moment: the message at hand, and what the next byte belongs to. */

import type { At } from '../stream.ts';
import { noTime } from '../time.ts';
import type { CarriedLine } from './carried-line.ts';
import type { Head, HeadPool } from './head.ts';
import { type Oddity, oddityBit } from './oddity.ts';
import type { StartSearch } from './start-search.ts';

/** How a message's body ends; `held`: who reads on is known when the other side has answered. */
export type Framing = 'none' | 'held' | 'length' | 'chunked' | 'until-close' | 'error' | 'left-http';

export interface MessageSink {
  /** A head is complete; the answer says how the body ends. */
  head(reader: MessageState, at: At): Framing;
  complete(reader: MessageState, at: At): void;
  noted(reader: MessageState, code: Oddity, at: At, detail?: string): void;
  /** Is the request that is to be answered one of HTTP/0.9, so that a body alone comes? */
  isSimple(): boolean;
}

// States: what the next byte belongs to.
export const START = 0;
export const FIRST_LINE = 1;
export const FIELD_LINE = 2;
export const BODY = 3;
export const CHUNK_LINE = 4;
export const CHUNK_DATA = 5;
export const CHUNK_END = 6;
export const TRAILER_LINE = 7;
export const UNTIL_CLOSE = 8;
/** The next start line is searched for. */
export const LOST = 9;
/** Nothing is read until the other side has answered. */
export const HELD = 10;
/** Not HTTP any more, or never. */
export const OVER = 11;

// Two of these are made per connection: plain fields set by the constructor cost a third of private ones with initialisers.
export class MessageState {
  readonly isRequest: boolean;
  status: number;
  version: number;
  /** Of a request: its method (interned) and where its target was kept; -1 where it was not. */
  method: number;
  target: number;
  targetLength: number;
  /** Of a request: its target is a whole URL, as proxies are asked. */
  isAbsolute: boolean;
  /** Of a request: HTTP/0.9 without a head, to be answered without one. */
  isSimple: boolean;
  /** Whether targets shall be kept. */
  keepTarget: boolean;
  /** The message that was read last is to be the last of its direction. */
  isLast: boolean;
  /** Where the message began. */
  firstFrame: number;
  firstTime: number;
  /** Stream bytes of the message so far. */
  bytes: number;
  /** What was noted of the message so far: see oddity.ts. */
  oddities: number;
  /** After lost bytes: pairing is a guess. */
  resynchronised: boolean;
  protected readonly sink: MessageSink;
  protected readonly heads: HeadPool;
  /** Taken from the pool while a head is read. */
  protected borrowed: Head | undefined;
  protected state: number;
  /** What was to be read when it was held. */
  protected waiting: number;
  protected left: number;
  protected carry: CarriedLine | undefined;
  protected search: StartSearch | undefined;

  constructor(isRequest: boolean, heads: HeadPool, sink: MessageSink, midStream: boolean) {
    this.isRequest = isRequest;
    this.status = 0;
    this.version = 0;
    this.method = 0;
    this.target = -1;
    this.targetLength = 0;
    this.isAbsolute = false;
    this.isSimple = false;
    this.keepTarget = true;
    this.isLast = false;
    this.firstFrame = 0;
    this.firstTime = noTime;
    this.bytes = 0;
    this.oddities = 0;
    this.resynchronised = false;
    this.sink = sink;
    this.heads = heads;
    this.borrowed = undefined;
    this.state = midStream ? LOST : START;
    this.waiting = START;
    this.left = 0;
    this.carry = undefined;
    this.search = undefined;
  }

  /** Of the message whose head is being read, or has just been. */
  get head(): Head {
    this.borrowed ??= this.heads.take();
    return this.borrowed;
  }

  /** A message has begun and its end was not seen. */
  get inMessage(): boolean {
    return this.state !== START && this.state < LOST;
  }

  /** Its head has begun and is not complete. */
  get inHead(): boolean {
    return this.state === FIRST_LINE || this.state === FIELD_LINE;
  }

  get hasFirstLine(): boolean {
    return this.state === FIELD_LINE;
  }

  /** Its head was read; what follows is body. */
  get inBody(): boolean {
    return this.state >= BODY && this.state < LOST;
  }

  get isHeld(): boolean {
    return this.state === HELD;
  }

  get isOver(): boolean {
    return this.state === OVER;
  }

  stop(): void {
    this.state = OVER;
    this.carry = undefined;
    this.search = undefined;
    this.giveBack();
  }

  /** What was held is HTTP after all. */
  resume(): void {
    if (this.state !== HELD) return;
    this.state = this.waiting;
    this.waiting = START;
  }

  /** Its body has not begun, and may never: whether it does is for the next bytes to say. */
  awaitBody(): void {
    this.waiting = this.state;
    this.state = HELD;
  }

  /** The body does not come; what was held is the next message. */
  skipBody(): void {
    this.state = START;
    this.waiting = START;
  }

  protected giveBack(): void {
    if (this.borrowed) this.heads.give(this.borrowed);
    this.borrowed = undefined;
  }

  protected note(code: Oddity, at: At, detail?: string): void {
    this.oddities |= oddityBit(code);
    this.sink.noted(this, code, at, detail);
  }

  /** Once a message: a line that is not as it should be is often one of many. */
  protected noteOnce(code: Oddity, at: At, detail?: string): void {
    if ((this.oddities & oddityBit(code)) === 0) this.note(code, at, detail);
  }
}
