/** Connections whose bytes cannot be read: how many requests they carry is not known, not none. */

import type { Connection } from '../trace/index.ts';

/** TLS that could not be opened. */
const isSealed = (connection: Pick<Connection, 'tls' | 'requests' | 'decrypted'>): boolean =>
  connection.tls !== undefined && connection.requests === 0 && connection.decrypted !== true;

/** Its payload was not captured (snap length), and nothing of it was recognised. */
export const isCutAway = (connection: Pick<Connection, 'protocol' | 'losses'>): boolean =>
  (connection.losses?.snapLength ?? 0) > 0 && connection.protocol === 'unknown';

export const isUnread = (connection: Connection): boolean => isSealed(connection) || isCutAway(connection);
