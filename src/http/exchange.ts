/** One HTTP request and its response, as plain data; times in nanoseconds since the trace's first frame. */

import type { NoteCode } from '../note.ts';
import type { Duration, Time } from '../time.ts';

export const httpVersions = ['0.9', '1.0', '1.1', '2'] as const;
export type HttpVersion = (typeof httpVersions)[number];

/** The rule that decided whether the connection may carry another exchange (RFC 9112 §9.3). */
export const persistenceRules = [
  'http_1_1_default',
  'http_1_0_default',
  'keep_alive_header',
  'close_header',
  'until_close_body',
  'unread_body',
  'http_2',
  'left_http',
  'framing_error',
] as const;
export type PersistenceRule = (typeof persistenceRules)[number];

/** May the connection be used again after this exchange? The server judges by the request, the client by the response; both must agree. */
export interface Persistence {
  readonly persistent: boolean;
  readonly because: PersistenceRule;
}

export interface Exchange {
  /** Number of its connection, and its place among that connection's exchanges (from 0). */
  readonly connection: number;
  readonly index: number;
  /** HTTP/2 only. */
  readonly streamId: number | undefined;
  /** undefined where the request is not in the capture (a response came alone). */
  readonly method: string | undefined;
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  /** As on the request line; undefined where not kept (`limits.texts`). */
  readonly target: string | undefined;
  readonly version: HttpVersion | undefined;
  /** Final status; undefined where no response came. */
  readonly status: number | undefined;
  /** Frames in which the message begins, and in which its head is complete. */
  readonly requestFirstFrame: number | undefined;
  readonly requestFrame: number | undefined;
  readonly responseFirstFrame: number | undefined;
  readonly responseFrame: number | undefined;
  /** First and last byte of the message, body included. */
  readonly requestStart: Time | undefined;
  readonly requestEnd: Time | undefined;
  readonly responseStart: Time | undefined;
  readonly responseEnd: Time | undefined;
  /** Time from the end of the exchange before it on the same connection to its own first byte; undefined for the first, 0 where they overlap. */
  readonly idleBefore: Duration | undefined;
  /** HTTP/1: how long the whole request waited for the end of the responses before it; 0 where it was not pipelined. */
  readonly queued: Duration | undefined;
  /** Stream bytes of head and body (transfer coding included). */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** undefined until both messages' heads were read. */
  readonly persistence: Persistence | undefined;
  /** What each side concludes from what the other said: the server from the request, the client from the response. HTTP/1 only. */
  readonly persistentByRequest?: boolean | undefined;
  readonly persistentByResponse?: boolean | undefined;
  /** `Keep-Alive: timeout=…, max=…` of the response. */
  readonly keepAliveTimeoutSeconds: number | undefined;
  readonly keepAliveMax: number | undefined;
  /** HTTP/2: who ended the stream before its time with RST_STREAM, and the name of the code (RFC 9113 §7). */
  readonly resetBy?: 'client' | 'server' | undefined;
  readonly resetCode?: string | undefined;
  /** `Keep-Alive` of the request, in its parameter form or as the bare number of seconds that old browsers sent. */
  readonly clientKeepAliveTimeoutSeconds: number | undefined;
  readonly clientKeepAliveMax: number | undefined;
  /** Keep-Alive fields of which not everything could be read, as they were sent (64 bytes of the last one). */
  readonly keepAliveUnreadable?: string | undefined;
  /** Whether the request carries cookies, the response sets some; their values are not kept. */
  readonly requestCookies?: boolean | undefined;
  readonly responseCookies?: boolean | undefined;
  /** Whether the message carries `Connection: close`. */
  readonly requestClose: boolean;
  readonly responseClose: boolean;
  /** How many interim (1xx) responses came before the final one. */
  readonly informational: number;
  readonly userAgent: string | undefined;
  readonly server: string | undefined;
  /** Damage and oddities of its messages. */
  readonly notes: readonly NoteCode[];
}
