/** What TLS says of itself in the story of a connection: its handshake, alerts, and how it was ended. */

import type { Connection } from '../trace/index.ts';
import { exactly } from './close-story.ts';
import { type Event, idleWorthTelling } from './story.ts';
import { counted, grouped, span } from './words.ts';

export function* tlsStory(connection: Connection): Generator<Event> {
  const { tls } = connection;
  if (!tls) return;
  const version = connection.tlsVersion === undefined ? 'TLS' : connection.tlsVersion.replace(/^(?=\d)/, 'TLS ').replace('ssl3', 'SSL 3.0');
  const took = connection.tlsHandshake === undefined ? '' : ` ${span(connection.tlsHandshake)}`;
  const rounds = connection.tlsRoundTrips;
  if (connection.tlsVersion !== undefined || took !== '') {
    yield {
      at: tls.began === undefined ? (connection.handshake ?? 0) : tls.began - connection.start,
      what: `${version} handshake${took}${rounds === undefined ? '' : `, ${counted(rounds, 'round trip')}`}`,
      shown: [...details(connection)],
    };
  } else if (tls.began !== undefined) {
    yield { at: tls.began - connection.start, what: 'TLS begins; no ServerHello in the capture', striking: true };
  }
  const inside = connection.requestsEstimated;
  if (inside) {
    const { requests, low, high } = inside;
    const range = low === high ? '' : ` (${grouped(low)} to ${grouped(high)})`;
    yield { at: undefined, what: `about ${counted(requests, 'request')} inside${range}, estimated from lengths of records` };
    const { idleMax } = connection;
    if (idleMax !== undefined && idleMax >= idleWorthTelling)
      yield { at: undefined, what: `idle ${exactly(idleMax)} at longest, between its records` };
  }
  if (tls.alert) {
    const { by, name, frame, time } = tls.alert;
    yield { at: time - connection.start, what: `${by} ends TLS: ${name}`, shown: [`frame ${frame}`], striking: true };
  }
}

function* details({ tls, tlsResumed, tlsEarlyData, alpn, decryptionFailedWhy }: Connection): Generator<string> {
  if (tlsResumed !== undefined) yield tlsResumed ? 'resumed' : 'in full';
  if (tls?.isRetried) yield 'asked for another hello (HelloRetryRequest)';
  if (tlsEarlyData !== undefined && tlsEarlyData !== 'none') yield `0-RTT ${tlsEarlyData}`;
  if (tls?.isFalseStart) yield 'False Start';
  if (tls?.after !== undefined) yield `begun inside ${tls.after === 'other' ? 'another protocol' : tls.after}`;
  if (tls?.isEncryptedHello) yield 'Encrypted ClientHello';
  if (alpn !== undefined) yield `ALPN ${alpn}`;
  if (decryptionFailedWhy !== undefined) yield `not decrypted: ${decryptionFailedWhy}`;
}
