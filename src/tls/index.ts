/** The door of tls: turns TLS records into facts. */

export { recogniseTls, TlsSession } from './session.ts';
