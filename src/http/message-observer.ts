/** Whoever is told of messages, of any version of HTTP, as they go by. */

import type { Side } from '../stream.ts';

export interface MessageObserver {
  /** The head of a request or of a final response is complete. */
  message(connection: number, side: Side): void;
  /** The side says that no more will follow. */
  ending(connection: number, side: Side): void;
}
