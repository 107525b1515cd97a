/** Nothing in the capture says why; of a websocket, a tunnel and a request without an answer it says at least what was closed. */

import type { CloseRule } from '../ending.ts';

export const unknown: CloseRule<'unknown'> = {
  code: 'unknown',
  holds: () => true,
  confidence: (ending) => (ending.left === undefined && !ending.isWaiting ? 'inferred' : 'observed'),
  words: ({ by = 'somebody', isWaiting, left }) => {
    if (left !== undefined) return `${by} closed the ${left}`;
    if (isWaiting) return by === 'server' ? 'server closed without answering the request' : `${by} closed without waiting for the answer`;
    return `${by} closed; why is not in the capture`;
  },
};
