/** What people wrote into the capture: on its frames, its interfaces, on the whole. */

import { show } from '../show.ts';
import { type Comment, type Connection, type ExchangeViews, type Trace, writerOf } from '../trace/index.ts';
import { cut } from './table.ts';
import { counted } from './words.ts';

const shown = 5;
const textShown = 200;

/** `frame 12: slow again here`, a few of them. */
export function* comments(trace: Trace): Generator<string> {
  let told = 0;
  let all = 0;
  for (const capture of trace.captures) {
    all += capture.commentCount;
    const writer = capture.sections[0];
    if (writer !== undefined)
      yield `${capture.sectionCount > 1 ? 'first ' : ''}written by ${cut(show(writerOf(writer).replace(/\s+/g, ' ')), textShown)}${trace.captures.length > 1 ? `: ${show(capture.name)}` : ''}`;
    for (const comment of capture.comments.slice(0, shown - told)) {
      told += 1;
      const of = trace.captures.length > 1 ? ` of ${show(capture.name)}` : '';
      yield `${place(comment)}${of}: ${written(comment)}`;
    }
  }
  if (all > told) yield `and ${counted(all - told, 'other comment')}: see captures in -T json`;
}

/** Those on the frames that a connection's story names. Each of several captures numbers its frames anew: those of its first one are meant. */
export function commentsOn(trace: Trace, connection: Connection, exchanges: ExchangeViews): readonly Comment[] {
  const written = trace.captures[connection.file]?.comments.filter(({ about }) => about === 'frame') ?? [];
  if (written.length === 0) return [];
  const { firstFrame, lastFrame, synFrame, synAckFrame, ackFrame, closeFrame, probes } = connection;
  const commented = new Set<number | undefined>(written.map(({ number }) => number));
  const named = new Set<number | undefined>();
  // Those with a comment are few; those of the requests may be millions.
  const name = (...frames: readonly (number | undefined)[]): void => {
    for (const frame of frames) if (commented.has(frame)) named.add(frame);
  };
  name(firstFrame, lastFrame, synFrame, synAckFrame, ackFrame, closeFrame);
  for (const { frame, answerFrame } of probes.list ?? []) name(frame, answerFrame);
  for (const { requestFirstFrame, requestFrame, responseFirstFrame, responseFrame } of exchanges)
    name(requestFirstFrame, requestFrame, responseFirstFrame, responseFrame);
  return written.filter(({ number }) => named.has(number));
}

export const written = ({ text }: Comment): string => cut(show(text.replace(/\s+/g, ' ').trim()), textShown);

function place({ about, number }: Comment): string {
  if (about === 'frame') return `frame ${number}`;
  if (about === 'interface') return `interface ${number}`;
  return about === 'section' ? 'capture' : about;
}
