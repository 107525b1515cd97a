/** Real TLS between two ends of Node in memory: what each side sent, in order, and the keys. */

import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, createSecureContext, TLSSocket, type TlsOptions } from 'node:tls';
import { type At, CLIENT, SERVER, type Side } from '../../src/stream.ts';
import { KeyLog, type TlsFacts, TlsSession } from '../../src/tls/index.ts';
import { certificate, key } from './certificate.ts';

/** Bytes of one side, sent at once; each a millisecond after the one before. */
export interface Sent {
  readonly side: Side;
  readonly bytes: Uint8Array;
  /** That many more follow, which the capture has not. */
  readonly missing?: number;
}

export interface Talk {
  readonly sent: readonly Sent[];
  readonly keyLog: string;
  /** To resume it. */
  readonly session: Buffer | undefined;
}

export interface TalkOptions {
  readonly client?: ConnectionOptions;
  readonly server?: TlsOptions;
  /** What the client asks and the server answers, in turn. */
  readonly asks?: readonly string[];
  readonly answer?: string;
  /** Shared by the talks of one server, so that it knows its tickets. */
  readonly ticketKeys?: Buffer;
}

export async function talk({ client = {}, server = {}, asks = ['ask'], answer = 'answer', ticketKeys }: TalkOptions = {}): Promise<Talk> {
  const sent: Sent[] = [];
  let keyLog = '';
  let session: Buffer | undefined;
  const [near, far] = pair((side, bytes) => sent.push({ side, bytes }));
  const { ALPNProtocols, requestCert, ...rest } = server;
  const secureContext = createSecureContext({ key, cert: certificate, ...rest, ...(ticketKeys ? { ticketKeys } : {}) });
  const serverSocket = new TLSSocket(far, {
    isServer: true,
    secureContext,
    ...(ALPNProtocols ? { ALPNProtocols } : {}),
    ...(requestCert ? { requestCert, rejectUnauthorized: false } : {}),
  });
  const clientSocket = connect({ socket: near, servername: 'warm.test', rejectUnauthorized: false, ...client });
  clientSocket.on('keylog', (line: Buffer) => {
    keyLog += line.toString('latin1');
  });
  clientSocket.on('session', (fresh: Buffer) => {
    session = fresh;
  });
  let answers = 0;
  serverSocket.on('data', () => serverSocket.write(answer));
  serverSocket.on('error', () => clientSocket.destroy());
  await new Promise<void>((resolve) => {
    clientSocket.on('secureConnect', () => clientSocket.write(asks[0] ?? ''));
    clientSocket.on('data', () => {
      answers += 1;
      if (answers < asks.length) clientSocket.write(asks[answers] ?? '');
      else clientSocket.end();
    });
    clientSocket.on('close', () => resolve());
    clientSocket.on('error', () => resolve());
    serverSocket.on('end', () => serverSocket.end());
  });
  return { sent, keyLog, session };
}

function pair(record: (side: Side, bytes: Uint8Array) => void): [Duplex, Duplex] {
  const end = (side: Side): Duplex =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        record(side, Uint8Array.from(chunk));
        setImmediate(() => ends[1 - side]!.push(chunk));
        done();
      },
      final(done) {
        setImmediate(() => ends[1 - side]!.push(null));
        done();
      },
    });
  const ends: readonly [Duplex, Duplex] = [end(CLIENT), end(SERVER)];
  return [...ends];
}

/** What a session makes of it, fed in pieces; times in milliseconds since the first byte. */
export function read(
  sent: readonly Sent[],
  piece: number = Number.POSITIVE_INFINITY,
): { facts: TlsFacts; name: string | undefined; notes: string[] } {
  const notes: string[] = [];
  let name: string | undefined;
  const host = {
    note: (code: string) => notes.push(code),
    serverName: (_connection: number, found: string) => {
      name = found;
    },
    keys: new KeyLog(),
    plaintext: () => ({ data() {}, gap() {}, end() {} }),
  };
  const session = new TlsSession(host, 0);
  sent.forEach(({ side, bytes, missing = 0 }, i) => {
    const at: At = { frame: i + 1, time: i };
    for (let from = 0; from < bytes.length; from += piece) {
      const part = bytes.slice(from, from + piece);
      session.data(side, part, 0, part.length, at);
      part.fill(0xee);
    }
    if (missing > 0) session.gap(side, missing, at);
  });
  const at: At = { frame: sent.length, time: sent.length };
  session.end(CLIENT, 'fin', at);
  session.end(SERVER, 'fin', at);
  return { facts: session.facts, name, notes };
}
