/** Connections whose bytes cannot be read: how many requests they carry is not known, not none. */

import type { Connection } from '../trace/index.ts';

/** TLS that could not be opened. */
const isSealed = ({ tls, requests, decrypted }: Pick<Connection, 'tls' | 'requests' | 'decrypted'>): boolean =>
  tls !== undefined && requests === 0 && decrypted !== true;

/** Its payload was not captured (snap length), and nothing of it was recognised. */
export const isCutAway = ({ protocol, losses }: Pick<Connection, 'protocol' | 'losses'>): boolean =>
  protocol === 'unknown' && (losses?.snapLength ?? 0) > 0;

export const isUnread = (connection: Connection): boolean => isSealed(connection) || isCutAway(connection);
