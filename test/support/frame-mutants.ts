/** Changes the frames of a capture as broken devices, odd stacks and attackers would: what is dropped, doubled, cut, wrapped, forged. */

import { type Random, shuffled } from './random.ts';
import { joined, type WireFrame } from './wire.ts';

export type FrameOperation = (frames: readonly WireFrame[], random: Random) => readonly WireFrame[];

const ETHERNET = 14;
const millisecond = 1e6;
const one = <T>(list: readonly T[], random: Random): T => list[random(list.length)]!;
const oddNumbers = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Where an IPv4 frame's headers and payload lie; undefined for any other. */
function partsOf(bytes: Uint8Array): { ip: number; tcp: number; payload: number; end: number } | undefined {
  if (bytes.length < ETHERNET + 40 || bytes[12] !== 8 || bytes[13] !== 0 || bytes[ETHERNET + 9] !== 6) return undefined;
  const tcp = ETHERNET + (bytes[ETHERNET]! & 15) * 4;
  const payload = tcp + ((bytes[tcp + 12] ?? 0) >> 4) * 4;
  return tcp >= ETHERNET + 20 && payload >= tcp + 20 && payload <= bytes.length
    ? { ip: ETHERNET, tcp, payload, end: bytes.length }
    : undefined;
}

type Edit = (bytes: Uint8Array, view: DataView, parts: NonNullable<ReturnType<typeof partsOf>>, random: Random) => unknown;

/** Some frames changed in place. */
const edited =
  (edit: Edit, share = 8): FrameOperation =>
  (frames, random) =>
    frames.map((frame) => {
      const parts = partsOf(frame.bytes);
      if (!parts || random(share) > 0) return frame;
      const bytes = frame.bytes.slice();
      edit(bytes, new DataView(bytes.buffer), parts, random);
      return { ...frame, bytes };
    });

/** Frames put in behind some. */
const added =
  (make: (frame: WireFrame, random: Random) => readonly WireFrame[], share = 12): FrameOperation =>
  (frames, random) =>
    frames.flatMap((frame) => (partsOf(frame.bytes) && random(share) === 0 ? [frame, ...make(frame, random)] : [frame]));

const flip = (bytes: Uint8Array, from: number, to: number, random: Random): void => {
  for (let i = 1 + random(4); i > 0 && to > from; i -= 1) {
    const at = from + random(to - from);
    bytes[at] = bytes[at]! ^ (1 << random(8));
  }
};

/** The same packet with other flags, number and payload; lengths made right, checksums not. */
function forged(
  frame: WireFrame,
  change: { flags?: number; ahead?: number; payload?: Uint8Array; port?: number; after?: number },
): WireFrame {
  const { ip, tcp, payload } = partsOf(frame.bytes)!;
  const { flags, ahead = 0, port, after = millisecond, payload: carried = frame.bytes.subarray(payload) } = change;
  const bytes = joined([frame.bytes.subarray(0, payload), carried]);
  const view = new DataView(bytes.buffer);
  view.setUint16(ip + 2, bytes.length - ip);
  view.setUint32(tcp + 4, view.getUint32(tcp + 4) + ahead);
  if (flags !== undefined) bytes[tcp + 13] = flags;
  if (port !== undefined) view.setUint16(tcp, port);
  return { time: frame.time + after, bytes };
}

const insertedAt = (bytes: Uint8Array, at: number, more: readonly number[]): Uint8Array =>
  joined([bytes.subarray(0, at), Uint8Array.from(more), bytes.subarray(at)]);

const words: readonly (readonly [string, readonly string[]])[] = [
  ['Content-Length: ', ['Content-Length: -', 'Content-Length:+1', 'Content_Length: ']],
  ['Transfer-Encoding: chunked', ['Transfer-Encoding : chunke', 'Transfer-Encoding: xhunked', 'Content-Length: 9999999999']],
  ['keep-alive', ['close     ', 'keep-aliv\0', 'upgrade,xx']],
  ['timeout=', ['timeout:', '=timeout', 'TIMEOUT=']],
  ['HTTP/1.1', ['HTTP/1.0', 'HTTP/0.9', 'HTTP/9.9', 'HTTQ/1.1']],
  ['HTTP/1.1 200', ['HTTP/1.1 100', 'HTTP/1.1 101', 'HTTP/1.1 304', 'HTTP/1.1 -1 ']],
  ['GET ', ['HEAD', 'GET\t', 'PRI ']],
  ['\r\n\r\n', ['\n\n\n\n', '\r\n \r', '\r\n\0\n']],
  ['\r\n', ['\n\n', '\r\r', '\n ']],
  ['Host: ', ['Host\x1b ', '=cmd: ']],
  [': ', [':\0', '::', '  ']],
];

function retold(bytes: Uint8Array, from: number, random: Random): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from).toString('latin1');
  const present = words.filter(([word]) => text.includes(word));
  if (present.length === 0) return;
  const [word, others] = one(present, random);
  bytes.set(Buffer.from(one(others, random), 'latin1'), from + text.indexOf(word));
}

/** Nested so often. */
function wrapped(bytes: Uint8Array, random: Random): Uint8Array {
  let inside = bytes.subarray(ETHERNET);
  const links = Array.from({ length: 1 + random(random(4) === 0 ? 60 : 3) }, () => random(4));
  let type = 0x0800;
  for (const link of links) {
    if (link === 0) [inside, type] = [joined([Uint8Array.from([0, 5, type >> 8, type & 255]), inside]), 0x8100];
    else if (link === 1 && type === 0x0800) inside = joined([outer(4, inside.length), inside]);
    else if (link === 2)
      [inside, type] = [joined([outer(47, inside.length + 4), Uint8Array.from([0, 0, type >> 8, type & 255]), inside]), 0x0800];
    else if (type === 0x0800) [inside, type] = [joined([sixHeader(4, inside.length), inside]), 0x86dd];
  }
  return joined([bytes.subarray(0, 12), Uint8Array.from([type >> 8, type & 255]), inside]);
}

const outer = (protocol: number, length: number): Uint8Array =>
  Uint8Array.from([0x45, 0, ((length + 20) >> 8) & 255, (length + 20) & 255, 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);

function sixHeader(next: number, length: number): Uint8Array {
  const header = new Uint8Array(40);
  header.set([0x60, 0, 0, 0, (length >> 8) & 255, length & 255, next, 64]);
  header.set([0x20, 1, 0x0d, 0xb8], 8);
  header.set([0x20, 1, 0x0d, 0xb8], 24);
  return header;
}

/** In IPv6, behind a chain of extension headers of any lengths. */
function chained(bytes: Uint8Array, random: Random): Uint8Array {
  const { tcp } = partsOf(bytes)!;
  const kinds = Array.from({ length: random(20) }, () => one([0, 43, 44, 51, 60, 135], random));
  const chain = kinds.flatMap((_, i) => [kinds[i + 1] ?? 6, random(4) === 0 ? random(256) : 0, 0, 0, 0, 0, 0, 0]);
  const inside = joined([Uint8Array.from(chain), bytes.subarray(tcp)]);
  return joined([bytes.subarray(0, 12), Uint8Array.from([0x86, 0xdd]), sixHeader(kinds[0] ?? 6, inside.length), inside]);
}

/** Cut into IPv4 fragments: in order or not, whole or not, overlapping or not. */
function fragmented(frame: WireFrame, random: Random): readonly WireFrame[] {
  const { bytes } = frame;
  const data = bytes.subarray(ETHERNET + 20);
  const size = 8 * (1 + random(20));
  const pieces: WireFrame[] = [];
  for (let at = 0; at < data.length; at += size) {
    const overlap = random(10) === 0 && at >= 8 ? 8 : 0;
    const piece = joined([bytes.subarray(0, ETHERNET + 20), data.subarray(at - overlap, at + size)]);
    const view = new DataView(piece.buffer);
    view.setUint16(ETHERNET + 2, piece.length - ETHERNET);
    const offset = random(40) === 0 ? 0x1fff : (at - overlap) >> 3;
    view.setUint16(ETHERNET + 6, offset | (at + size < data.length ? 0x2000 : 0));
    pieces.push({ time: frame.time + pieces.length * 1000, bytes: piece });
  }
  const order = random(3) === 0 ? pieces.reverse() : pieces;
  return random(4) === 0 ? order.slice(0, -1) : order;
}

const isFrom = (frame: WireFrame, first: WireFrame): boolean => {
  const [a, b] = [partsOf(frame.bytes), partsOf(first.bytes)];
  return a !== undefined && b !== undefined && frame.bytes.slice(26, 30).every((byte, i) => byte === first.bytes[26 + i]);
};
const isSyn = ({ bytes }: WireFrame): boolean => {
  const parts = partsOf(bytes);
  return parts !== undefined && (bytes[parts.tcp + 13]! & 2) !== 0;
};

export const frameOperations: Readonly<Record<string, FrameOperation>> = {
  drop: (frames, random) => frames.filter(() => random(10) > 0),
  dropBurst: (frames, random) => frames.toSpliced(random(frames.length + 1), random(30)),
  dropDirection: (frames) => frames.filter((frame) => !isFrom(frame, frames[0]!)),
  dropHandshake: (frames) => frames.filter((frame) => !isSyn(frame)),
  dup: (frames, random) => frames.flatMap((frame) => (random(5) === 0 ? [frame, frame] : [frame])),
  dupFlood: (frames, random) => frames.toSpliced(random(frames.length), 0, ...Array<WireFrame>(150).fill(one(frames, random))),
  reorderNear: (frames, random) => {
    const mixed = [...frames];
    for (let i = 1; i < mixed.length; i += 1) if (random(6) === 0) [mixed[i - 1], mixed[i]] = [mixed[i]!, mixed[i - 1]!];
    return mixed;
  },
  shuffle: shuffled,
  snap: (frames, random) => {
    const length = random(120);
    return frames.map((frame) => ({ ...frame, bytes: frame.bytes.subarray(0, length), originalLength: frame.bytes.length }));
  },
  zeroLength: (frames, random) => frames.map((frame) => (random(10) === 0 ? { ...frame, bytes: new Uint8Array(0) } : frame)),
  times: (frames, random) => {
    const kind = random(3);
    return frames.map((frame) => ({ ...frame, time: kind === 0 ? 0 : kind === 1 ? random(1e9) : frame.time * (1 + random(1000)) }));
  },
  lengths: (frames, random) =>
    frames.map((frame) =>
      random(6) === 0 ? { ...frame, originalLength: one([0, 1, frame.bytes.length - 1, 0x7fffffff, 0xffffffff], random) } : frame,
    ),
  flipLink: edited((bytes, _view, { ip }, random) => flip(bytes, 0, ip, random)),
  flipIp: edited((bytes, _view, { ip, tcp }, random) => flip(bytes, ip, tcp, random)),
  flipTcp: edited((bytes, _view, { tcp, payload }, random) => flip(bytes, tcp, payload, random)),
  flipPayload: edited((bytes, _view, { payload, end }, random) => flip(bytes, payload, end, random), 3),
  ipLength: edited((bytes, view, { ip }, random) => {
    if (random(2) === 0) view.setUint16(ip + 2, one(oddNumbers, random));
    else bytes[ip] = 0x40 | random(16);
  }),
  fragments: (frames, random) => frames.flatMap((frame) => (partsOf(frame.bytes) && random(8) === 0 ? fragmented(frame, random) : [frame])),
  encapsulated: (frames, random) =>
    frames.map((frame) => (partsOf(frame.bytes) && random(4) === 0 ? { ...frame, bytes: wrapped(frame.bytes, random) } : frame)),
  extensionHeaders: (frames, random) =>
    frames.map((frame) => (partsOf(frame.bytes) && random(4) === 0 ? { ...frame, bytes: chained(frame.bytes, random) } : frame)),
  sequence: edited((_bytes, view, { tcp }, random) => {
    const at = tcp + (random(2) === 0 ? 4 : 8);
    view.setUint32(at, view.getUint32(at) + one([1, -1, 65_535, -65_535, 2 ** 31, random(2 ** 31)], random));
  }),
  flags: edited((bytes, _view, { tcp }, random) => bytes.fill(random(256), tcp + 13, tcp + 14)),
  dataOffset: edited((bytes, _view, { tcp }, random) => bytes.fill(random(16) << 4, tcp + 12, tcp + 13)),
  options: edited((bytes, _view, { tcp, payload }, random) => {
    for (let at = tcp + 20; at < payload; at += 1) if (random(3) === 0) bytes[at] = one([0, 1, 2, 3, 4, 5, 8, 254, 255], random);
  }, 3),
  window: edited((_bytes, view, { tcp }, random) => view.setUint16(tcp + 14, one(oddNumbers, random) & 0xffff), 3),
  checksum: edited((_bytes, view, { tcp }, random) => view.setUint16(tcp + 16, random(3) === 0 ? 0 : random(65_536)), 2),
  conflict: added((frame, random) => [
    forged(frame, { ahead: -random(20), payload: Uint8Array.from({ length: random(400) }, () => 65 + random(26)) }),
  ]),
  reset: added((frame, random) => [forged(frame, { flags: one([4, 20, 1, 17], random), ahead: one([0, 1, 5000, 2 ** 30], random) })]),
  probe: added((frame, random) =>
    [1, 2].map((n) => forged(frame, { flags: 16, ahead: -1, payload: new Uint8Array(random(2)), after: n * 1e9 })),
  ),
  hugeGap: edited((_bytes, view, { tcp }) => view.setUint32(tcp + 4, view.getUint32(tcp + 4) + 1_000_000_000), 30),
  synFlood: (frames, random) => {
    const syn = frames.find(isSyn);
    return syn ? [...frames, ...Array.from({ length: 200 }, () => forged(syn, { port: random(65_536), after: random(1e9) }))] : frames;
  },
  portReuse: (frames, random) => {
    const shift = random(2 ** 31);
    const last = frames.at(-1)?.time ?? 0;
    return [...frames, ...frames.map((frame) => (partsOf(frame.bytes) ? forged(frame, { ahead: shift, after: last + 1e9 }) : frame))];
  },
  httpWords: edited((bytes, _view, { payload }, random) => retold(bytes, payload, random), 2),
  httpDigits: edited((bytes, _view, { payload }, random) => {
    for (let at = payload; at < bytes.length; at += 1)
      if (bytes[at]! >= 48 && bytes[at]! <= 57 && random(8) === 0) bytes[at] = 48 + random(10);
  }, 2),
  http2Frames: edited((bytes, view, { payload, end }, random) => {
    if (end - payload >= 10) view.setUint32(payload + random(6), one(oddNumbers, random));
    else bytes.fill(random(256), payload);
  }, 3),
  vlan: (frames, random) =>
    frames.map((frame) =>
      random(3) === 0 && frame.bytes.length > 12 ? { ...frame, bytes: insertedAt(frame.bytes, 12, [0x81, 0, 0, 7]) } : frame,
    ),
};
