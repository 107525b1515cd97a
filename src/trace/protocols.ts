/** The protocols that a conversation can be recognised as: by its first bytes, never by its port. */

import {
  type Http1Host,
  Http1Session,
  Http2Session,
  type Http2Start,
  isRequestLine,
  isRequestStart,
  isResponseStart,
  recogniseHttp2,
  skipBlankLines,
} from '../http/index.ts';
import { limits } from '../limits.ts';
import { isProxyHeader, isSocks, ProxyHeader, type ProxyHeaderHost, type SocksHost, SocksSession } from '../proxy/index.ts';
import { CLIENT, SERVER, type Side, type StreamSink } from '../stream.ts';
import { recogniseTls, type TlsHost, TlsSession } from '../tls/index.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import type { DecodeAsProtocol } from './decode-as.ts';
import { LaterTls, type TlsBeginning } from './later-tls.ts';
import { UntoldTls, untold } from './untold-tls.ts';

/** `client`, `server`, `either`: they belong to this protocol, and that end speaks so. `more`: they may. */
export type Recognised = 'client' | 'server' | 'either' | 'more' | 'no';

/** What protocols' readers may know and say; one host serves all connections. */
export interface ProtocolHost extends Http1Host, TlsHost, ProxyHeaderHost, SocksHost {
  readonly facts: ConnectionFacts;
  /** Which end is the client is a guess, for the handshake is not in the capture; it is the other one. */
  isGuessed(connection: number): boolean;
  swapSides(connection: number): void;
}

export interface Protocol {
  /** The first bytes, `buffer[from, end)`. `midStream`: the beginning of the stream is not in the capture, these bytes only begin a packet. */
  recognise(side: Side, buffer: Uint8Array, from: number, end: number, midStream: boolean): Recognised;
  /** `midStream`: the beginning of the stream is not in the capture, a message must be searched for. */
  open(host: ProtocolHost, connection: number, midStream: boolean): StreamSink;
}

export const http1: Protocol = {
  recognise(_side, buffer, from, end, midStream) {
    const start = midStream ? from : skipBlankLines(buffer, from, end);
    const request = isRequestStart(buffer, start, end);
    if (request === 'yes') return 'client';
    const response = isResponseStart(buffer, start, end);
    if (response === 'yes') return 'server';
    if (request === 'more' || response === 'more') return 'more';
    // A method that nobody knows; in the middle of a stream, a line says too little.
    const line = midStream ? 'no' : isRequestLine(buffer.subarray(from, end), start - from);
    return line === 'yes' ? 'client' : line;
  },
  open: (host, connection, midStream) => new Http1Session(host, connection, midStream),
};

/** With prior knowledge (RFC 9113 §3.3), or inside TLS. */
const http2: Protocol = {
  recognise: (_side, buffer, from, end, midStream) => recogniseHttp2(buffer.subarray(from, end), midStream),
  open(host, connection, midStream) {
    const turn = midStream && host.isGuessed(connection) ? () => host.swapSides(connection) : undefined;
    return openHttp2(host, connection, { midStream, turn });
  },
};

export function openHttp2(host: ProtocolHost, connection: number, start: Http2Start): StreamSink {
  const session = new Http2Session(host, connection, start);
  host.facts.setProtocol(connection, host.facts.tls.has(connection) ? 'h2' : 'h2c');
  host.facts.http2.set(connection, session.facts);
  return session;
}

const tls: Protocol = {
  recognise: (_side, buffer, from, end) => recogniseTls(buffer.subarray(from, end)),
  open: (host, connection) => openTls(host, connection),
};

function openTls(host: ProtocolHost, connection: number, after?: TlsBeginning): StreamSink {
  host.facts.setProtocol(connection, 'tls');
  if (host.facts.tls.size >= limits.tls && !host.facts.tls.has(connection)) {
    host.facts.tls.set(connection, untold);
    return new UntoldTls(host, connection);
  }
  const session = new TlsSession(host, connection);
  host.facts.tls.set(connection, session.facts);
  if (after !== undefined) session.facts.after = after;
  return session;
}

/** None of these: TLS may still begin in it. */
export const another = (host: ProtocolHost, connection: number): StreamSink => new LaterTls((after) => openTls(host, connection, after));

/** What a load balancer sends ahead of the client's bytes. */
const proxyHeader: Protocol = {
  recognise: (side, buffer, from, end, midStream) =>
    side === CLIENT && !midStream ? beginning(isProxyHeader(buffer.subarray(from, end))) : 'no',
  open: (host, connection) => new ProxyHeader(host, connection),
};

const socks: Protocol = {
  recognise: (side, buffer, from, end, midStream) =>
    side === CLIENT && !midStream ? beginning(isSocks(buffer.subarray(from, end))) : 'no',
  open: (host, connection) => new SocksSession(host, connection),
};

const beginning = (answer: 'yes' | 'more' | 'no'): Recognised => (answer === 'yes' ? 'client' : answer);

export const protocols: readonly Protocol[] = [http1, http2, tls, proxyHeader, socks];

/** Those that a user may name. */
export const byName: Readonly<Record<Exclude<DecodeAsProtocol, 'none'>, Protocol>> = { http: http1, http2, tls };

export const speaker = (answer: 'client' | 'server'): Side => (answer === 'client' ? CLIENT : SERVER);
