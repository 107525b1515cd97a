/** Builds frames by hand, from the inside out. */

export type Bytes = readonly number[] | Uint8Array;

export const bytes = (...parts: readonly Bytes[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];
export const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
export const hex = (value: string): Uint8Array => Buffer.from(value.replace(/\s/g, ''), 'hex');

const MAC = hex('02 00 00 00 00 02  02 00 00 00 00 01');

export interface TcpParts {
  readonly from?: number;
  readonly to?: number;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly flags?: number;
  readonly checksum?: number;
  readonly payload?: Bytes;
}

export const tcp = (parts: TcpParts = {}): Uint8Array => {
  const { from = 40_000, to = 80, sequence = 1, acknowledgment = 0, flags = 0x02, checksum = 0, payload = [] } = parts;
  return bytes(u16(from), u16(to), u32(sequence), u32(acknowledgment), [0x50, flags], u16(1000), u16(checksum), [0, 0], payload);
};

export interface Ipv4Parts {
  readonly protocol?: number;
  readonly id?: number;
  readonly ttl?: number;
  /** In bytes. */
  readonly offset?: number;
  readonly more?: boolean;
  readonly total?: number;
  readonly from?: Bytes;
  readonly to?: Bytes;
}

export const ipv4 = (payload: Bytes, parts: Ipv4Parts = {}): Uint8Array => {
  const { protocol = 6, id = 7, ttl = 64, offset = 0, more = false, from = [10, 0, 0, 1], to = [10, 0, 0, 2] } = parts;
  const total = parts.total ?? 20 + payload.length;
  return bytes([0x45, 0], u16(total), u16(id), u16((offset >> 3) | (more ? 0x2000 : 0)), [ttl, protocol, 0, 0], from, to, payload);
};

export const ipv6 = (payload: Bytes, next = 6, length: number = payload.length): Uint8Array =>
  bytes(
    [0x60, 0, 0, 0],
    u16(length),
    [next, 64],
    hex('20010db8000000000000000000000001'),
    hex('20010db8000000000000000000000002'),
    payload,
  );

export const ethernet = (type: number, payload: Bytes): Uint8Array => bytes(MAC, u16(type), payload);
export const udp = (from: number, to: number, payload: Bytes): Uint8Array =>
  bytes(u16(from), u16(to), u16(8 + payload.length), [0, 0], payload);

export interface CapturedFrame {
  readonly data: Uint8Array;
  /** Microseconds. */
  readonly at?: number;
  /** Length on the wire, where it is not the captured one. */
  readonly original?: number;
}

/** A classic capture, little-endian, microseconds. */
export function pcap(frames: readonly (CapturedFrame | Uint8Array)[], linkType = 1): Uint8Array {
  const records = frames.map((frame, i) => {
    const { data, at = i, original }: CapturedFrame = frame instanceof Uint8Array ? { data: frame } : frame;
    const record = new Uint8Array(16 + data.length);
    const view = new DataView(record.buffer);
    view.setUint32(0, 1_700_000_000 + Math.floor(at / 1e6), true);
    view.setUint32(4, at % 1e6, true);
    view.setUint32(8, data.length, true);
    view.setUint32(12, original ?? data.length, true);
    record.set(data, 16);
    return record;
  });
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 262_144, true);
  view.setUint32(20, linkType, true);
  return bytes(header, ...records);
}
