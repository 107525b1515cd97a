/** The header of QUIC packets that set up a connection (RFC 9000 §17.2). */

import { VERSION_1, VERSION_2 } from './initial-keys.ts';

export interface LongHeader {
  readonly version: number;
  /** An Initial packet of a version whose keys are known. */
  readonly isInitial: boolean;
  readonly destination: Uint8Array;
  /** Of an Initial packet: where its number begins, and where the packet ends; a datagram may hold more of them. */
  readonly numberAt: number;
  readonly end: number;
}

const LONGEST_ID = 20;
/** Types of Initial packets: version 2 numbers them differently (RFC 9369 §3.2). */
const initialTypes: Readonly<Record<number, number>> = { [VERSION_1]: 0, [VERSION_2]: 1 };
/** Drafts that were in use were 0xff000000 and the draft's number, from 17 on in this form. */
const isDraft = (version: number): boolean => version >>> 8 === 0xff0000 && (version & 255) >= 17 && (version & 255) <= 34;

/** Could these be the first bytes of such a packet? Cheap: every datagram is asked. */
export const mayBeLong = (bytes: Uint8Array, start: number, end: number): boolean => end - start >= 23 && (bytes[start]! & 0xc0) === 0xc0;

// c3  00 00 00 01  08 83 94 c8 …  00  00  44 9e  …    type, version, destination, source, token, length, number
export function readLongHeader(bytes: Uint8Array, start: number, end: number): LongHeader | undefined {
  const version = ((bytes[start + 1]! << 24) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 8) | bytes[start + 4]!) >>> 0;
  const type = initialTypes[version];
  if (type === undefined && !isDraft(version)) return undefined;
  const idLength = bytes[start + 5]!;
  const sourceAt = start + 6 + idLength;
  if (idLength > LONGEST_ID || sourceAt >= end || bytes[sourceAt]! > LONGEST_ID) return undefined;
  const destination = bytes.subarray(start + 6, sourceAt);
  const tokenAt = sourceAt + 1 + bytes[sourceAt]!;
  const isInitial = type !== undefined && ((bytes[start]! >> 4) & 3) === type;
  const other = { version, isInitial: false, destination, numberAt: 0, end };
  if (!isInitial) return other;
  const token = readNumber(bytes, tokenAt, end);
  if (!token) return undefined;
  const length = readNumber(bytes, token.end + token.value, end);
  if (!length || length.end + length.value > end) return undefined;
  return { version, isInitial, destination, numberAt: length.end, end: length.end + length.value };
}

/** A number of variable length (RFC 9000 §16); undefined where it is cut. */
export function readNumber(bytes: Uint8Array, at: number, end: number): { value: number; end: number } | undefined {
  if (at >= end) return undefined;
  const length = 1 << (bytes[at]! >> 6);
  if (at + length > end) return undefined;
  let value = bytes[at]! & 0x3f;
  for (let i = 1; i < length; i += 1) value = value * 256 + bytes[at + i]!;
  return { value, end: at + length };
}
