/** What the two sides said to each other, put together from the packets of a connection; secrets of HTTP are covered. */

import { coverSecrets } from '../cover.ts';
import type { Time } from '../time.ts';
import { coverHeaderBlocks } from './cover-frames.ts';
import type { Packet, PacketList } from './packet-list.ts';
import { WaitingPackets } from './waiting-packets.ts';

/** Bytes of one side in a row. */
export interface Said {
  readonly by: 'client' | 'server';
  readonly time: Time;
  readonly frame: number;
  /** Place of the first byte in the side's stream. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Bytes that are missing before it. */
  readonly missing: number;
}

interface Side {
  next: number | undefined;
  readonly waiting: WaitingPackets;
}

const mostBytes = 8 << 20;

/** In order of arrival; of bytes that were sent twice the first copy counts. `covered`: Authorization, cookies, query values and the like as `*`. */
export function follow({ packets }: PacketList, covered: boolean): readonly Said[] {
  const sides: Record<Packet['by'], Side> = {
    client: { next: undefined, waiting: new WaitingPackets() },
    server: { next: undefined, waiting: new WaitingPackets() },
  };
  const said: Said[] = [];
  let kept = 0;
  const take = (packet: Packet, missing = 0): void => {
    const side = sides[packet.by];
    const skip = side.next === undefined ? 0 : side.next - packet.sequence;
    const bytes = packet.bytes.subarray(packet.payload + skip, packet.end);
    side.next = packet.sequence + packet.length;
    kept += bytes.length;
    if (bytes.length > 0 && kept <= mostBytes)
      said.push({
        by: packet.by,
        time: packet.time,
        frame: packet.frame,
        offset: packet.sequence + skip - 1,
        bytes: bytes.slice(),
        missing,
      });
  };
  /** What had waited for the bytes before it. */
  const drain = (side: Side): void => {
    for (let packet = side.waiting.takeEarliest(side.next!); packet !== undefined; packet = side.waiting.takeEarliest(side.next!))
      if (packet.sequence + packet.length > side.next!) take(packet);
  };
  for (const packet of packets) {
    const side = sides[packet.by];
    const other = sides[packet.by === 'client' ? 'server' : 'client'];
    if (packet.flags & 2) {
      side.next ??= packet.sequence + 1;
      continue;
    }
    // What is acknowledged has been received: a hole before it is the capture's.
    if (packet.flags & 16) passHoles(other, packet.acknowledgment, take);
    if (packet.length === 0 || packet.duplicate) continue;
    side.next ??= packet.sequence;
    if (packet.sequence > side.next) side.waiting.add(packet);
    else if (packet.sequence + packet.length > side.next) {
      take(packet);
      drain(side);
    }
  }
  for (const side of Object.values(sides)) passHoles(side, Number.POSITIVE_INFINITY, take);
  if (covered) {
    for (const by of ['client', 'server'] as const) cover(said.filter((each) => each.by === by));
    coverHeaderBlocks(said);
  }
  return said;
}

/** Bytes are missing where packets were captured in part, too. */
function cover(said: readonly Said[]): void {
  const holes = said.flatMap(({ offset }, i) => (i > 0 && offset > said[i - 1]!.offset + said[i - 1]!.bytes.length ? [i] : []));
  coverSecrets(
    said.map(({ bytes }) => bytes),
    new Set(holes),
  );
}

function passHoles(side: Side, acknowledged: number, take: (packet: Packet, missing: number) => void): void {
  while ((side.next ?? 0) < acknowledged) {
    const { lowest } = side.waiting;
    if (lowest === undefined || lowest.sequence >= acknowledged) return;
    const packet = side.waiting.takeLowest()!;
    if (packet.sequence + packet.length > (side.next ?? 0)) take(packet, Math.max(0, packet.sequence - (side.next ?? packet.sequence)));
  }
}
