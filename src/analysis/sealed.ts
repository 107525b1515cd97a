/** TLS that could not be opened: how many requests it carries is not known, not none. */

import type { Connection } from '../trace/index.ts';

export const isSealed = ({ tls, requests, decrypted }: Pick<Connection, 'tls' | 'requests' | 'decrypted'>): boolean =>
  tls !== undefined && requests === 0 && decrypted !== true;
