/** Builds valid frames of any link type, and whole pcap and pcapng files, from TCP segments. */

import { linkTypes } from '../../src/capture/index.ts';
import { second, type Time } from '../../src/time.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

export interface WireEnd {
  /** Dotted IPv4, or IPv6 with at most one `::`; both ends of one kind. */
  readonly address: string;
  readonly port: number;
}

export interface WireSegment {
  readonly time: Time;
  readonly from: WireEnd;
  readonly to: WireEnd;
  /** Any whole number: cut to 32 bits when it is written. */
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly window: number;
  readonly payload: Uint8Array;
  /** TCP options, a multiple of four bytes. */
  readonly options?: readonly number[];
}

export interface WireFrame {
  readonly time: Time;
  readonly bytes: Uint8Array;
  /** Where more was on the wire than was captured. */
  readonly originalLength?: number;
}

export interface FrameOptions {
  readonly linkType?: number;
  /** VLAN ids from the outside in (Ethernet and cooked captures). */
  readonly vlans?: readonly number[];
  /** Bytes captured of each frame. */
  readonly snapLength?: number;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN = 0x8100;

export function framesOf(segments: readonly WireSegment[], options: FrameOptions = {}): WireFrame[] {
  return segments.map((segment) => frameOf(segment, options));
}

export function frameOf(
  segment: WireSegment,
  { linkType = linkTypes.ETHERNET, vlans = [], snapLength = 262_144 }: FrameOptions = {},
): WireFrame {
  const isV6 = segment.from.address.includes(':');
  const bytes = joined([linkHeader(linkType, isV6 ? IPV6 : IPV4, vlans), isV6 ? ipv6Of(segment) : ipv4Of(segment)]);
  const frame = { time: segment.time, bytes: bytes.subarray(0, snapLength) };
  return bytes.length > snapLength ? { ...frame, originalLength: bytes.length } : frame;
}

function linkHeader(linkType: number, etherType: number, vlans: readonly number[]): Uint8Array {
  const typed = [...vlans.flatMap((id) => [...big16(VLAN), ...big16(id)]), ...big16(etherType)];
  switch (linkType) {
    case linkTypes.ETHERNET:
      return Uint8Array.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...typed]);
    case linkTypes.LINUX_SLL:
      return Uint8Array.from([0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...typed]);
    case linkTypes.LINUX_SLL2: {
      const [protocol, inside] = [typed.slice(0, 2), typed.slice(2)];
      return Uint8Array.from([...protocol, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...inside]);
    }
    case linkTypes.NULL:
      return Uint8Array.from([etherType === IPV4 ? 2 : 30, 0, 0, 0]);
    case linkTypes.LOOP:
      return Uint8Array.from([0, 0, 0, etherType === IPV4 ? 2 : 24]);
    default:
      return new Uint8Array(0);
  }
}

function ipv4Of(segment: WireSegment): Uint8Array {
  const ends = [...ipv4Bytes(segment.from.address), ...ipv4Bytes(segment.to.address)];
  const tcp = tcpOf(segment, [...ends, 0, 6]);
  const header = Uint8Array.from([0x45, 0, ...big16(20 + tcp.length), 0, 0, 0x40, 0, 64, 6, 0, 0, ...ends]);
  header.set(big16(checksum(header)), 10);
  return joined([header, tcp]);
}

function ipv6Of(segment: WireSegment): Uint8Array {
  const ends = [...ipv6Bytes(segment.from.address), ...ipv6Bytes(segment.to.address)];
  const tcp = tcpOf(segment, [...ends, 0, 6]);
  return joined([Uint8Array.from([0x60, 0, 0, 0, ...big16(tcp.length), 6, 64, ...ends]), tcp]);
}

/** `pseudo`: addresses and protocol, which the checksum covers together with the length. */
function tcpOf(segment: WireSegment, pseudo: readonly number[]): Uint8Array {
  const { from, to, sequence, acknowledgment, flags, window, payload, options = [] } = segment;
  const numbers = [...big16(from.port), ...big16(to.port), ...big32(sequence), ...big32(acknowledgment)];
  const tcp = joined([
    Uint8Array.from([...numbers, (5 + options.length / 4) << 4, flags, ...big16(window), 0, 0, 0, 0, ...options]),
    payload,
  ]);
  tcp.set(big16(checksum(joined([Uint8Array.from([...pseudo, ...big16(tcp.length)]), tcp]))), 16);
  return tcp;
}

const ipv4Bytes = (address: string): number[] => address.split('.').map(Number);

function ipv6Bytes(address: string): number[] {
  const [front = '', back] = address.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(front), groups(back ?? '')];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after].flatMap(big16);
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface FileOptions {
  readonly littleEndian?: boolean;
  readonly linkType?: number;
  /** Nanoseconds since 1970 of time 0. */
  readonly epoch?: bigint;
}

export interface PcapOptions extends FileOptions {
  readonly nanoseconds?: boolean;
  /** Kuznetzov's modified format: 8 more bytes in each record header. */
  readonly modified?: boolean;
}

export const EPOCH = 1_700_000_000_000_000_000n;

export function pcapOf(frames: readonly WireFrame[], options: PcapOptions = {}): Uint8Array {
  const { littleEndian = true, linkType = linkTypes.ETHERNET, epoch = EPOCH, nanoseconds = false, modified = false } = options;
  const magic = modified ? 0xa1b2cd34 : nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const word = words(littleEndian);
  const head = [
    ...word(magic),
    ...half(littleEndian)(2),
    ...half(littleEndian)(4),
    ...word(0),
    ...word(0),
    ...word(262_144),
    ...word(linkType),
  ];
  const parts: Uint8Array[] = [Uint8Array.from(head)];
  for (const { time, bytes, originalLength } of frames) {
    const at = epoch + BigInt(Math.round(time));
    const fraction = Number(at % BigInt(second)) / (nanoseconds ? 1 : 1000);
    const record = [Number(at / BigInt(second)), Math.floor(fraction), bytes.length, originalLength ?? bytes.length];
    parts.push(Uint8Array.from([...record.flatMap(word), ...(modified ? Array<number>(8).fill(0) : [])]), bytes);
  }
  return joined(parts);
}

export interface PcapngOptions extends FileOptions {
  /** `if_tsresol`: a power of ten, or of two with the highest bit set; 6 is left out, as it is the default. */
  readonly resolution?: number;
  /** `if_tsoffset`, in seconds. */
  readonly offset?: number;
  /** Written between the packets: blocks of types that no reader knows, statistics, comments. */
  readonly noise?: boolean;
}

export function pcapngOf(frames: readonly WireFrame[], options: PcapngOptions = {}): Uint8Array {
  const { littleEndian = true, linkType = linkTypes.ETHERNET, epoch = EPOCH, resolution = 6, offset = 0, noise = false } = options;
  const word = words(littleEndian);
  const short = half(littleEndian);
  const wide = (value: bigint): number[] => {
    const [high, low] = [word(Number((value >> 32n) & 0xffffffffn)), word(Number(value & 0xffffffffn))];
    return littleEndian ? [...low, ...high] : [...high, ...low];
  };
  const option = (code: number, value: readonly number[]): number[] => [
    ...short(code),
    ...short(value.length),
    ...value,
    ...padding(value.length),
  ];
  const block = (
    type: number,
    body: readonly number[],
    bytes: Uint8Array = new Uint8Array(0),
    after: readonly number[] = [],
  ): Uint8Array => {
    const fill = padding(bytes.length);
    const length = 12 + body.length + bytes.length + fill.length + after.length;
    return joined([
      Uint8Array.from([...word(type), ...word(length), ...body]),
      bytes,
      Uint8Array.from([...fill, ...after, ...word(length)]),
    ]);
  };
  const described = [
    ...(resolution === 6 ? [] : option(9, [resolution])),
    ...(offset === 0 ? [] : option(14, wide(BigInt.asUintN(64, BigInt(offset))))),
  ];
  const parts: Uint8Array[] = [
    block(0x0a0d0d0a, [...word(0x1a2b3c4d), ...short(1), ...short(0), ...wide(0xffffffffffffffffn)]),
    block(1, [...short(linkType), ...short(0), ...word(262_144), ...described, ...(described.length > 0 ? option(0, []) : [])]),
  ];
  const perSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  for (const { time, bytes, originalLength } of frames) {
    const at = epoch + BigInt(Math.round(time)) - BigInt(offset) * BigInt(second);
    const ticks = BigInt.asUintN(64, (at * perSecond) / BigInt(second));
    const stamp = [...word(Number(ticks >> 32n)), ...word(Number(ticks & 0xffffffffn))];
    const comment = noise ? [...option(1, [...Buffer.from('a comment')]), ...option(0x7abc, [1, 2, 3]), ...option(0, [])] : [];
    parts.push(block(6, [...word(0), ...stamp, ...word(bytes.length), ...word(originalLength ?? bytes.length)], bytes, comment));
    if (noise) parts.push(block(0x0bad0001, word(7)), block(5, [...word(0), ...word(0), ...word(0)]));
  }
  return joined(parts);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const padding = (length: number): number[] => Array<number>((4 - (length & 3)) & 3).fill(0);
const big16 = (value: number): [number, number] => [(value >>> 8) & 255, value & 255];
const big32 = (value: number): number[] => [...big16(value >>> 16), ...big16(value)];
const words = (littleEndian: boolean): ((value: number) => number[]) => (littleEndian ? (value) => big32(value).reverse() : big32);
const half = (littleEndian: boolean): ((value: number) => number[]) => (littleEndian ? (value) => big16(value).reverse() : big16);
