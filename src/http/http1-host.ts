/** What a session of HTTP/1 may know and say. */

import type { NoteCode } from '../note.ts';
import type { At, StreamSink } from '../stream.ts';
import type { ExchangeLog } from './exchange-log.ts';
import type { HeadPool } from './head.ts';

/** One serves all connections. */
export interface Http1Host {
  readonly log: ExchangeLog;
  readonly heads: HeadPool;
  note(code: NoteCode, at: At, detail?: string): void;
  /** A connection's first exchange was seen: its row in the log. */
  began(connection: number, row: number): void;
  /** A response says in Alt-Svc that HTTP/3 is to be had (RFC 7838 §3). */
  announcesHttp3(connection: number): void;
  /** Its requests say who they are by NTLM or Negotiate. */
  boundToUser(connection: number): void;
  /** It ended within a response. */
  cutShort(connection: number): void;
  /** The connection leaves HTTP/1 (101 with its Upgrade value, or a tunnel): who reads on. */
  switched(connection: number, to: string, at: At): StreamSink | undefined;
}
