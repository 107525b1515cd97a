/** Closed without ever having carried a request. */

import type { CloseRule } from '../ending.ts';

export const unused: CloseRule<'unused'> = {
  code: 'unused',
  holds: (ending) => {
    const { columns, connection } = ending;
    if (ending.by < 0 || columns.requests(connection) > 0 || !columns.openingSeen(connection)) return false;
    return columns.isHttp(connection) || (columns.silent(connection) && !columns.encrypted(connection));
  },
  confidence: () => 'observed',
  words: ({ by }) => `${by ?? 'somebody'} closed it unused`,
};
