/** What a header block says that matters to us; filled field by field, reused. */

import { limits } from '../limits.ts';
import { namesHttp3 } from './alt-svc.ts';
import type { FieldSink } from './hpack.ts';
import { fieldKinds, type HeaderField } from './hpack-table.ts';
import type { TextStore } from './text-store.ts';

export class Http2Head implements FieldSink {
  /** Texts by their number; 0 where they are not there. */
  method = 0;
  authority = 0;
  userAgent = 0;
  server = 0;
  /** Where the target was kept; -1 where it was not. */
  target = -1;
  targetLength = 0;
  status = 0;
  /** `:protocol` was there (RFC 8441). */
  isExtended = false;
  /** Alt-Svc names HTTP/3. */
  announcesHttp3 = false;
  /** Cookie, or Set-Cookie. */
  cookies = false;
  /** One of the fields that make a request or a response was there: no trailers. */
  isMessage = false;
  keepTarget = true;
  #host = 0;
  readonly #texts: TextStore;

  constructor(texts: TextStore) {
    this.#texts = texts;
  }

  reset(): void {
    this.method = 0;
    this.authority = 0;
    this.userAgent = 0;
    this.server = 0;
    this.target = -1;
    this.targetLength = 0;
    this.status = 0;
    this.isExtended = false;
    this.announcesHttp3 = false;
    this.cookies = false;
    this.isMessage = false;
    this.#host = 0;
  }

  /** RFC 9113 §8.3.1: where `:authority` is missing, Host says it. */
  get host(): number {
    return this.authority > 0 ? this.authority : this.#host;
  }

  field(field: HeaderField): void {
    switch (field.kind) {
      case fieldKinds[':method']:
        this.isMessage = true;
        this.method = this.#text(field);
        return;
      case fieldKinds[':path']:
        this.isMessage = true;
        this.#path(field);
        return;
      case fieldKinds[':authority']:
        this.isMessage = true;
        this.authority = this.#text(field);
        return;
      case fieldKinds[':scheme']:
        this.isMessage = true;
        return;
      case fieldKinds[':protocol']:
        this.isExtended = true;
        return;
      case fieldKinds[':status']:
        this.isMessage = true;
        this.status = statusOf(field);
        return;
      case fieldKinds['user-agent']:
        this.userAgent = this.#text(field);
        return;
      case fieldKinds.server:
        this.server = this.#text(field);
        return;
      case fieldKinds['alt-svc']:
        this.announcesHttp3 ||= namesHttp3(field.bytes, field.start, field.end);
        return;
      case fieldKinds.cookie:
      case fieldKinds['set-cookie']:
        this.cookies = true;
        return;
      case fieldKinds.host:
        this.#host = this.#text(field);
        return;
    }
  }

  #path({ bytes, start, end }: HeaderField): void {
    if (!this.keepTarget) return;
    this.targetLength = Math.min(end - start, limits.headerValue);
    this.target = this.#texts.keep(bytes, start, start + this.targetLength);
  }

  #text(field: HeaderField): number {
    if (field.text > 0) return field.text;
    const { bytes, start, end } = field;
    const text = this.#texts.intern(bytes, start, Math.min(end, start + limits.headerValue));
    if (field.isKept) field.text = text;
    return text;
  }
}

/** 0 where it is not three digits. */
function statusOf({ bytes, start, end }: HeaderField): number {
  if (end - start !== 3) return 0;
  let status = 0;
  for (let i = start; i < end; i += 1) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return 0;
    status = status * 10 + digit;
  }
  return status;
}
