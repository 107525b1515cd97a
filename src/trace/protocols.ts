/** The protocols that a conversation can be recognised as: by its first bytes, never by its port. */

import { type ExchangeLog, Http1Session, isRequestStart, isResponseStart } from '../http/index.ts';
import type { NoteCode } from '../note.ts';
import { type At, CLIENT, SERVER, type Side, type StreamSink } from '../stream.ts';
import { recogniseTls, TlsSession } from '../tls/index.ts';
import type { ConnectionFacts } from './connection-facts.ts';

/** `client`, `server`: they belong to this protocol, and that end speaks so. `more`: they may. */
export type Recognised = 'client' | 'server' | 'more' | 'no';

/** What a protocol's reader may know and say of its connection. */
export interface ProtocolContext {
  readonly connection: number;
  readonly log: ExchangeLog;
  readonly facts: ConnectionFacts;
  /** The beginning of the stream is not in the capture: search for a message. */
  readonly midStream: boolean;
  note(code: NoteCode, at: At, detail?: string): void;
  /** Another conversation inside this one (a tunnel). */
  nested(): StreamSink;
}

export interface Protocol {
  recognise(side: Side, head: Uint8Array): Recognised;
  open(context: ProtocolContext): StreamSink;
}

export const http1: Protocol = {
  recognise(_side, head) {
    const request = isRequestStart(head, 0, head.length);
    if (request === 'yes') return 'client';
    const response = isResponseStart(head, 0, head.length);
    if (response === 'yes') return 'server';
    return request === 'more' || response === 'more' ? 'more' : 'no';
  },
  open({ connection, log, facts, midStream, note, nested }) {
    return new Http1Session(
      {
        connection,
        log,
        note,
        began(row) {
          facts.addExchanges(connection, row);
          facts.setProtocol(connection, 'http/1.1');
        },
        switched(to) {
          facts.setProtocol(connection, to === 'websocket' ? 'websocket' : 'tunnel');
          return to === 'tunnel' ? nested() : undefined;
        },
      },
      midStream,
    );
  },
};

const tls: Protocol = {
  recognise: (_side, head) => recogniseTls(head),
  open({ connection, log, facts }) {
    facts.setProtocol(connection, 'tls');
    return new TlsSession({ serverName: (name) => facts.setServerName(connection, log.texts.internText(name)) });
  },
};

export const protocols: readonly Protocol[] = [http1, tls];

export const speaker = (answer: 'client' | 'server'): Side => (answer === 'client' ? CLIENT : SERVER);
