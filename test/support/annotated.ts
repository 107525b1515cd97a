/** A pcapng with all that one can tell besides packets: names, comments, an interface with its filter, statistics. */

import { conversation, get, OK } from './talk.ts';
import { framesOf, joined } from './wire.ts';

export const u16 = (value: number): number[] => [value & 255, value >> 8];
export const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
export const padded = (bytes: readonly number[]): number[] => [...bytes, ...Array<number>(-bytes.length & 3).fill(0)];
export const option = (code: number, value: string | readonly number[]): number[] => {
  const bytes = typeof value === 'string' ? [...Buffer.from(value)] : [...value];
  return [...u16(code), ...u16(bytes.length), ...padded(bytes)];
};
const END = [0, 0, 0, 0];
export const block = (type: number, ...body: readonly (readonly number[])[]): Uint8Array => {
  const bytes = body.flat();
  const length = u32(12 + bytes.length);
  return Uint8Array.from([...u32(type), ...length, ...bytes, ...length]);
};

export const section: Uint8Array = block(
  0x0a0d0d0a,
  u32(0x1a2b3c4d),
  u16(1),
  u16(0),
  u32(-1),
  u32(-1),
  option(1, 'taken at the <b>proxy</b>'),
  option(2, 'a box'),
  option(3, 'Linux 6.1'),
  option(4, 'Dumpcap 4.0'),
  END,
);
const eth7 = block(
  1,
  u16(1),
  u16(0),
  u32(262_144),
  option(2, 'eth7'),
  option(11, [0, ...Buffer.from('tcp port 80')]),
  option(8, [...u32(1e9), ...u32(0)]),
  option(12, 'Linux'),
  END,
);
const names = block(
  4,
  u16(1),
  u16(12),
  [10, 0, 0, 1, ...Buffer.from('laptop\0'), 0],
  u16(1),
  u16(9),
  padded([10, 0, 0, 2, ...Buffer.from('shop\0')]),
  END,
);
const statistics = block(5, u32(0), u32(0), u32(0), option(4, [...u32(1204), ...u32(0)]), option(5, [...u32(12), ...u32(0)]), END);

/** Frame 4, the request, has a comment. */
const frames = framesOf(conversation().handshake().client(get('/slow')).server(OK).close('client').segments).map((frame, i) => {
  const time = 1_700_000_000_000_000 + frame.time / 1000;
  const length = u32(frame.bytes.length);
  const comment = i === 3 ? [...option(1, 'slow again\n=here'), ...END] : [];
  return block(6, u32(0), u32(Math.floor(time / 2 ** 32)), u32(time % 2 ** 32), length, length, padded([...frame.bytes]), comment);
});

/** One connection; the capturing system lost 12 frames. */
export const annotatedCapture: Uint8Array = joined([section, eth7, names, ...frames, statistics]);
export const withoutLoss: Uint8Array = joined([section, eth7, ...frames]);
