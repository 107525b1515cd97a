/** The frames of a capture as test/support/wire.ts writes them, so that a capture can be divided and put together anew. */

import { CaptureReader } from '../../src/capture/index.ts';
import type { WireFrame } from './wire.ts';

export interface Frames {
  readonly frames: readonly WireFrame[];
  readonly epoch: bigint;
  readonly linkType: number;
}

export function framesIn(bytes: Uint8Array): Frames {
  const frames: WireFrame[] = [];
  let linkType = 0;
  const reader = new CaptureReader({
    frame: (frame) => {
      linkType = frame.linkType;
      frames.push({ time: frame.time, bytes: frame.buffer.slice(frame.start, frame.end), originalLength: frame.originalLength });
    },
    secrets() {},
  });
  reader.push(bytes);
  reader.end();
  return { frames, epoch: reader.facts.epoch ?? 0n, linkType };
}
