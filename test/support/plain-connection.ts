/** Connections for laws of reuse: to one origin, one request after the other, some closed a while after their last response. */

import fc from 'fast-check';
import type { Time } from '../../src/time.ts';
import { type MadeUpConnection, milliseconds as ms } from './made-up-trace.ts';

export interface PlainConnection extends MadeUpConnection {
  readonly exchanges: readonly (readonly [start: Time, end: Time])[];
}

/** Milliseconds: when the last of them may open, and how short idle times and exchanges may be. The first request is sent as soon as its connection is ready. */
export interface PlainTimes {
  readonly latest: number;
  readonly idle: number;
  readonly length: number;
}

export const plainConnection = ({ latest, idle, length }: PlainTimes): fc.Arbitrary<PlainConnection> =>
  fc
    .record({
      at: fc.nat(latest),
      handshake: fc.nat(10),
      steps: fc.array(fc.record({ idle: fc.integer({ min: idle, max: 40 }), length: fc.integer({ min: length, max: 15 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
      closes: fc.option(fc.nat(20), { nil: undefined }),
    })
    .map(({ at, handshake, steps, closes }) => {
      let now = at + handshake;
      const exchanges = steps.map((step, index) => {
        const start = index === 0 ? now : now + step.idle;
        now = start + step.length;
        return [ms(start), ms(now)] as const;
      });
      const closed = closes === undefined ? {} : { closed: ms(now + closes), closedBy: 'server' as const };
      return { at: ms(at), handshake: ms(handshake), exchanges, ...closed };
    });
