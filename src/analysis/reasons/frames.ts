/** The frames that show a reason. */

/** Each once, in ascending order; 0 and below stand for none. They are few, and come nearly in order. */
export function inOrder(frames: readonly number[]): readonly number[] {
  const ordered = frames.slice();
  let size = 0;
  for (let i = 0; i < ordered.length; i += 1) {
    const frame = ordered[i]!;
    if (frame <= 0) continue;
    let at = size;
    while (at > 0 && ordered[at - 1]! > frame) at -= 1;
    if (at > 0 && ordered[at - 1] === frame) continue;
    for (let later = size; later > at; later -= 1) ordered[later] = ordered[later - 1]!;
    ordered[at] = frame;
    size += 1;
  }
  ordered.length = size;
  return ordered;
}
