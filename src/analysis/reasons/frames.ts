/** The frames that show a reason. */

/** Each once, in ascending order; 0 and below stand for none. They are few, and come nearly in order. */
export function inOrder(frames: Iterable<number>): readonly number[] {
  const ordered: number[] = [];
  for (const frame of frames) {
    if (frame <= 0) continue;
    let at = ordered.length;
    while (at > 0 && ordered[at - 1]! > frame) at -= 1;
    if (ordered[at - 1] === frame) continue;
    if (at === ordered.length) ordered.push(frame);
    else ordered.splice(at, 0, frame);
  }
  return ordered;
}
