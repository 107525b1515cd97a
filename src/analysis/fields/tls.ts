/** Columns that say what TLS told, with keys or without. */

import { earlyDataKinds, type TlsSummary, tlsBeginnings } from '../../trace/index.ts';
import type { Row } from '../analysis.ts';
import { type Field, type FieldValue, ms, some, usually } from './field.ts';
import { sideNames } from './life.ts';

const of =
  (value: (tls: TlsSummary) => FieldValue | undefined) =>
  ({ connection }: Row): FieldValue | undefined =>
    connection.tls && value(connection.tls);

const closeNotifySides = ['client', 'server', 'both'] as const;

const fieldsOfTls: readonly Field[] = [
  {
    name: 'tls_version',
    title: 'TLS',
    type: 'string',
    meaning: 'TLS version that was agreed on.',
    value: (row) => row.connection.tlsVersion,
  },
  {
    name: 'tls_handshake_ms',
    title: 'TLS ms',
    type: 'number',
    pool: true,
    meaning: 'The TLS handshake as the client felt it.',
    value: (row) => ms(row.connection.tlsHandshake),
  },
  {
    name: 'tls_resumed',
    title: 'resumed',
    type: 'boolean',
    meaning: 'The TLS session was resumed.',
    value: (row) => row.connection.tlsResumed,
  },
  {
    name: 'tls_round_trips',
    title: 'TLS rtts',
    type: 'integer',
    meaning: 'Round trips of the TLS handshake before the first request could leave.',
    value: (row) => row.connection.tlsRoundTrips,
  },
  {
    name: 'tls_early_data',
    title: '0-RTT',
    type: 'string',
    values: earlyDataKinds,
    meaning: 'What became of TLS early data (0-RTT).',
    value: (row) => row.connection.tlsEarlyData,
  },
  {
    name: 'tls_cipher',
    title: 'cipher',
    type: 'string',
    meaning: 'Cipher suite, by its IANA name.',
    value: (row) => row.connection.tlsCipher,
  },
  {
    name: 'tls_client_fingerprint',
    title: 'fingerprint',
    type: 'string',
    meaning: "Fingerprint of the client's ClientHello (JA4-like).",
    value: (row) => row.connection.tlsClientFingerprint,
  },
  {
    name: 'decrypted',
    title: 'decrypted',
    type: 'boolean',
    meaning: 'Its TLS records could be read with the keys given.',
    value: (row) => row.connection.decrypted,
  },
  {
    name: 'decryption_failed_why',
    title: 'undecrypted',
    type: 'string',
    meaning: 'Why its TLS records could not be read.',
    value: (row) => row.connection.decryptionFailedWhy,
  },
  {
    name: 'tls_alpn_offered',
    title: 'ALPN offered',
    type: 'strings',
    meaning: 'Application protocols that the client offered, in its order; which was chosen (alpn) is secret in TLS 1.3 without keys.',
    value: of((tls) => some(tls.protocolsOffered.split(',').filter((name) => name !== ''))),
  },
  {
    name: 'tls_hello_retry',
    title: 'HRR',
    type: 'boolean',
    meaning: 'The server asked for another ClientHello (HelloRetryRequest): one more round trip.',
    value: of((tls) => tls.isRetried),
  },
  {
    name: 'tls_false_start',
    title: 'False Start',
    type: 'boolean',
    meaning: "The client sent data before the server's Finished had come (RFC 7918): one round trip less.",
    value: of((tls) => tls.isFalseStart),
  },
  {
    name: 'tls_encrypted_hello',
    title: 'ECH',
    type: 'boolean',
    meaning: 'The client sent an Encrypted ClientHello, or the likeness of one: the server name may be that of a front.',
    value: of((tls) => tls.isEncryptedHello),
  },
  {
    name: 'tls_after',
    title: 'TLS after',
    type: 'string',
    values: tlsBeginnings,
    meaning: 'The protocol in which TLS began later (STARTTLS and its like); missing where it came first.',
    value: of((tls) => tls.after),
  },
  {
    name: 'tls_certificate_names',
    title: 'cert. names',
    type: 'strings',
    meaning: "Hosts that the server's certificate is valid for; secret in TLS 1.3 without keys.",
    value: of((tls) => some(tls.certificateNames ?? [])),
  },
  {
    name: 'tls_alert',
    title: 'alert',
    type: 'string',
    meaning: 'The fatal alert that ended it, by its name in RFC 8446 section 6.',
    value: of((tls) => tls.alert?.name),
  },
  {
    name: 'tls_alert_by',
    title: 'alert by',
    type: 'string',
    values: sideNames,
    meaning: 'Who sent that alert.',
    value: of((tls) => tls.alert?.by),
  },
  {
    name: 'tls_alert_frame',
    title: 'alert frame',
    type: 'integer',
    meaning: 'Frame of that alert.',
    value: of((tls) => tls.alert?.frame),
  },
  {
    name: 'tls_close_notify',
    title: 'close_notify',
    type: 'string',
    values: closeNotifySides,
    meaning: 'Who said with close_notify that nothing more would come; in TLS 1.3 without keys told from the length of the last record.',
    value: of(({ closedByClient, closedByServer }) =>
      closedByClient && closedByServer ? 'both' : closedByClient ? 'client' : closedByServer ? 'server' : undefined,
    ),
  },
];

const isNotTls = ({ connection }: Row): boolean =>
  connection.decrypted === undefined && connection.tls === undefined && connection.tlsVersion === undefined;

export const tlsFields: readonly Field[] = usually(undefined, isNotTls, fieldsOfTls);
