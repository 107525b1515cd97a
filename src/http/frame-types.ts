/** The frames of HTTP/2 (RFC 9113 §6): their types, flags and shapes. */

// RFC 9113 §6
export const DATA = 0;
export const HEADERS = 1;
const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

// Flags; which of them mean something depends on the type.
export const ACK = 1;
export const END_STREAM = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const WITH_PRIORITY = 32;

export const HEADER_LENGTH = 9;

/** Flags that each type may have, and whether it belongs to a stream (RFC 9113 §6). */
const shapes: Readonly<Record<number, { readonly flags: number; readonly onStream: boolean | undefined; readonly length?: number }>> = {
  [DATA]: { flags: 0x09, onStream: true },
  [HEADERS]: { flags: 0x2d, onStream: true },
  [PRIORITY]: { flags: 0, onStream: true, length: 5 },
  [RST_STREAM]: { flags: 0, onStream: true, length: 4 },
  [SETTINGS]: { flags: 0x01, onStream: false },
  [PUSH_PROMISE]: { flags: 0x0c, onStream: true },
  [PING]: { flags: 0x01, onStream: false, length: 8 },
  [GOAWAY]: { flags: 0, onStream: false },
  [WINDOW_UPDATE]: { flags: 0, onStream: undefined, length: 4 },
  [CONTINUATION]: { flags: 0x04, onStream: true },
};

/** Could this be the header of a frame of the usual size? */
export function isFrame(bytes: Uint8Array, at: number): boolean {
  const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const type = bytes[at + 3]!;
  const shape = shapes[type];
  if (!shape || length > 16_384 || bytes[at + 4]! & ~shape.flags || bytes[at + 5]! > 127) return false;
  const onStream = (bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]! | bytes[at + 8]!) !== 0;
  if (shape.onStream !== undefined && shape.onStream !== onStream) return false;
  return (shape.length === undefined || shape.length === length) && (type !== SETTINGS || length % 6 === 0);
}
