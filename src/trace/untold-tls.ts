/** TLS on a connection beyond the limit: it is read, for names and what keys open, but not described. */

import type { At, EndKind, Side, StreamSink } from '../stream.ts';
import { type RequestEstimate, TlsFacts, type TlsHost, TlsSession } from '../tls/index.ts';

class Untold extends TlsFacts {
  override estimate(): RequestEstimate | undefined {
    return undefined;
  }
}

/** Of all of them. */
export const untold: TlsFacts = new Untold();

export class UntoldTls implements StreamSink {
  readonly #host: TlsHost;
  readonly #session: TlsSession;
  #isNoted = false;

  constructor(host: TlsHost, connection: number) {
    this.#host = host;
    this.#session = new TlsSession(host, connection);
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    if (!this.#isNoted) this.#host.note('tls-limit', at);
    this.#isNoted = true;
    this.#session.data(side, buffer, start, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    this.#session.gap(side, length, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    this.#session.end(side, how, at);
  }
}
