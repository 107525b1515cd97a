/** Why a connection was opened, in one line; where no class can be told, what keeps one from telling. */

import { expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import type { Connection } from '../../src/trace/index.ts';
import { explanation } from '../../src/tui/verdict.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

function of(list: readonly MadeUpConnection[], id: number = 0): string {
  const trace = madeUpTrace(list);
  return explanation({ connection: trace.connection(id), verdict: analyse(trace).verdict(id) });
}

const tls = {} as Connection['tls'];
const sealed = (at: number): MadeUpConnection => ({
  at,
  tls: true,
  sealedUntil: at + ms(200),
  closed: at + ms(300),
  closedBy: 'client',
  rest: { tls },
});

test('TLS without keys is not said to be no TLS', () => {
  expect(of([sealed(0)])).toBe('encrypted; needed all the same, no other could have served');
  expect(of([sealed(0), sealed(seconds(1))], 1)).toBe('encrypted: perhaps avoidable, only keys would tell');
});

test('a websocket is not said to be no HTTP', () => {
  const upgraded: MadeUpConnection = {
    at: 0,
    exchanges: [{ start: ms(40), end: ms(60), status: 101, persistence: { persistent: false, because: 'left_http' } }],
    rest: { protocol: 'websocket' },
  };
  expect(of([upgraded])).toMatch(/^(?:it became a websocket, which serves no other request|first connection to its origin)/);
});

test('bytes that are neither', () => expect(of([{ at: 0, other: true }])).toBe('neither HTTP nor TLS was seen in it'));

test('one direction only', () => {
  const half = (framesClient: number, framesServer: number): string => of([{ at: 0, rest: { framesClient, framesServer } }]);
  expect([half(3, 0), half(0, 3)]).toEqual(['only what the client sent is in the capture', 'only what the server sent is in the capture']);
  expect(of([{ at: 0, established: false, rest: { framesClient: 1, framesServer: 0 } }])).toBe(
    'the capture ends before its handshake could be completed',
  );
});
