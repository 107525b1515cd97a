/** An HTTP/1 session outside of any capture, and what it tells, in order. */

import { type Exchange, ExchangeLog, ExchangeView, HeadPool, Http1Session, makeExchange } from '../../src/http/index.ts';
import type { Framing, MessageState } from '../../src/http/message-state.ts';
import type { NoteCode } from '../../src/note.ts';
import { type At, CLIENT, SERVER, type Side, type StreamSink } from '../../src/stream.ts';

export interface Told {
  readonly what: 'head' | 'message' | NoteCode;
  /** Of a note. */
  readonly detail: string;
  readonly side: Side | undefined;
}

export class Recorder extends Http1Session {
  readonly log: ExchangeLog;
  /** Its own exchanges begin here in the log. */
  readonly first: number;
  readonly told: Told[];
  /** What a connection that left HTTP was left for. */
  readonly left: string[];

  /** `log` and `heads` of another recorder: a thousand of them need not have a thousand memories. */
  constructor(midStream = false, next?: StreamSink, log: ExchangeLog = new ExchangeLog(), heads: HeadPool = new HeadPool(log.texts)) {
    const told: Told[] = [];
    const left: string[] = [];
    super(
      {
        log,
        heads,
        note: (what, _at, detail = '') => told.push({ what, detail, side: undefined }),
        announcesHttp3() {},
        boundToUser() {},
        cutShort() {},
        began() {},
        switched(_connection, to) {
          left.push(to);
          return next;
        },
      },
      0,
      midStream,
    );
    this.log = log;
    this.first = log.size;
    this.told = told;
    this.left = left;
  }

  override head(reader: MessageState, at: At): Framing {
    const side = reader.isRequest ? CLIENT : SERVER;
    this.told.push({ what: 'head', detail: '', side });
    const framing = super.head(reader, at);
    if (framing === 'left-http') this.told.push({ what: 'message', detail: '', side });
    return framing;
  }

  override complete(reader: MessageState, at: At): void {
    super.complete(reader, at);
    this.told.push({ what: 'message', detail: '', side: reader.isRequest ? CLIENT : SERVER });
  }

  /** Codes without repetition, in the order in which they came first. */
  notes(): readonly string[] {
    return [...new Set(this.told.filter(({ side }) => side === undefined).map(({ what }) => what))];
  }

  exchanges(): readonly Exchange[] {
    const { first, log } = this;
    return Array.from({ length: log.size - first }, (_, index) =>
      makeExchange(new ExchangeView(log, first + index, { index, scheme: 'http', idleBefore: undefined, endBefore: Number.NaN })),
    );
  }

  /** Text or bytes, in pieces that end at `cuts`. */
  say(side: Side, what: string | Uint8Array, cuts: readonly number[] = [], at: At = { frame: 1, time: 0 }): this {
    const bytes = typeof what === 'string' ? Buffer.from(what, 'latin1') : what;
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      if (cut > from) this.data(side, bytes, from, cut, at);
      from = Math.max(from, cut);
    }
    return this;
  }
}
