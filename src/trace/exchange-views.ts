/** The exchanges of one connection, in order of their requests, as those see them who want a few members of each. */

import { type Exchange, type ExchangeLog, type ExchangePlace, ExchangeView } from '../http/index.ts';
import type { RecordColumns } from './columns.ts';
import type { Redaction } from './redaction.ts';

/** `redaction`: of texts that are masked or renamed; undefined where they are shown as they are. */
export function exchangeViews(c: number, log: ExchangeLog, columns: RecordColumns, redaction?: Redaction): readonly Exchange[] {
  const views: Exchange[] = [];
  const scheme = columns.encrypted(c) ? 'https' : 'http';
  let endBefore = Number.NaN;
  for (let e = columns.firstExchange(c), next = -1; e >= 0; e = next) {
    next = log.next(e);
    const idleBefore = Number.isNaN(endBefore) ? undefined : Math.max(0, columns.exchangeStart(e) - endBefore);
    const place = { index: views.length, scheme, idleBefore, endBefore };
    views.push(redaction === undefined ? new ExchangeView(log, e, place) : new RedactedExchange(log, e, place, redaction));
    if (next < 0) break;
    endBefore = Number.isNaN(endBefore) ? columns.exchangeEnd(e) : Math.max(endBefore, columns.exchangeEnd(e));
  }
  return views;
}

class RedactedExchange extends ExchangeView {
  readonly #redaction: Redaction;

  constructor(log: ExchangeLog, row: number, place: ExchangePlace, redaction: Redaction) {
    super(log, row, place);
    this.#redaction = redaction;
  }

  override get authority(): string | undefined {
    const authority = super.authority;
    return authority === undefined ? undefined : this.#redaction.authority(authority);
  }
  override get target(): string | undefined {
    const target = super.target;
    return target === undefined ? undefined : this.#redaction.target(target);
  }
  /** Nobody knows what is in there. */
  override get keepAliveUnreadable(): string | undefined {
    return this.#redaction.facts.anonymized ? undefined : super.keepAliveUnreadable;
  }
}
