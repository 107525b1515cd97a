/** Monotony: the beginning of a capture never shows more than the whole, and what it has decided stays. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureFault } from '../../src/capture/index.ts';
import type { Trace } from '../../src/trace/index.ts';
import { stories, tell } from '../support/arbitrary.ts';
import { connectionsOf, exchangesOf } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';
import { patience, runs } from '../support/runs.ts';
import { samples } from '../support/samples.ts';
import { traceOf } from '../support/talk.ts';
import { framesOf, pcapngOf, pcapOf } from '../support/wire.ts';

const requests = (trace: Trace): number => exchangesOf(trace).filter(({ method }) => method !== undefined).length;

function expectLess(part: Uint8Array, whole: Trace): void {
  try {
    const trace = inspectBytes(part);
    expect(trace.size).toBeLessThanOrEqual(whole.size);
    expect(requests(trace)).toBeLessThanOrEqual(requests(whole));
  } catch (fault) {
    if (!(fault instanceof CaptureFault)) throw fault;
  }
}

describe.each(samples.map(({ name, bytes }) => [name, bytes] as const))('%s', (_name, bytes) => {
  it('shows no more when it is cut anywhere', { timeout: patience }, () => {
    const whole = inspectBytes(bytes);
    fc.assert(
      fc.property(fc.nat(bytes.length), (length) => expectLess(bytes.subarray(0, length), whole)),
      runs(40),
    );
  });
});

it('holds for any traffic, at every byte of the end', { timeout: patience }, () => {
  fc.assert(
    fc.property(stories, (list) => {
      const frames = framesOf(tell(list));
      for (const bytes of [pcapOf(frames), pcapngOf(frames)]) {
        const whole = inspectBytes(bytes);
        for (let length = Math.max(0, bytes.length - 100); length <= bytes.length; length += 1)
          expectLess(bytes.subarray(0, length), whole);
      }
    }),
    runs(10),
  );
});

it('what was decided does not change with more of the capture', { timeout: patience }, () => {
  fc.assert(
    fc.property(stories, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const segments = tell(list);
      const part = traceOf(segments.slice(0, Math.max(1, Math.floor(share * segments.length))));
      const whole = traceOf(segments);
      for (const before of connectionsOf(part)) {
        const after = whole.connection(before.id);
        expect(after).toMatchObject({
          client: before.client,
          server: before.server,
          start: before.start,
          synFrame: before.synFrame ?? after.synFrame,
        });
        if (before.handshakeComplete) expect(after.handshake).toBe(before.handshake);
        if (before.closedBy) expect(after).toMatchObject({ closedBy: before.closedBy, closed: before.closed });
        const now = whole.exchanges(before.id);
        for (const [index, { method, target, status, requestStart, responseStart }] of part.exchanges(before.id).entries()) {
          expect(now[index]).toMatchObject({ method, target, requestStart });
          if (status !== undefined) expect(now[index]).toMatchObject({ status, responseStart });
        }
      }
    }),
    runs(300),
  );
});
