/** A fatal alert of TLS ended it. */

import type { CloseRule } from '../ending.ts';

export const tlsAlert: CloseRule<'tls_alert'> = {
  code: 'tls_alert',
  holds: (ending) => ending.columns.alert(ending.connection) !== undefined,
  confidence: () => 'observed',
  words: () => 'a fatal TLS alert ended the connection',
  frames: (ending) => [ending.columns.alert(ending.connection)!.frame],
};
