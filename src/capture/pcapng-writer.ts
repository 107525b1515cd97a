/** Writes pcapng: one section, an interface for each link type, times in nanoseconds. */

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const SECRETS = 10;
const TLS_KEY_LOG = 0x544c534b;
const BYTE_ORDER = 0x1a2b3c4d;
const TIME_RESOLUTION = 9;
const nanoseconds = 9;

export interface WrittenFrame {
  readonly linkType: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
}

export class PcapngWriter {
  readonly #interfaces = new Map<number, number>();

  header(): Uint8Array {
    return block(SECTION, 16, (view) => {
      view.setUint32(0, BYTE_ORDER, true);
      view.setUint16(4, 1, true);
      view.setBigInt64(8, -1n, true);
    });
  }

  /** Secrets of TLS connections, so that what was readable stays so. */
  secrets(keyLog: string): Uint8Array {
    const text = new TextEncoder().encode(keyLog);
    return block(SECRETS, 8 + padded(text.length), (view, body) => {
      view.setUint32(0, TLS_KEY_LOG, true);
      view.setUint32(4, text.length, true);
      body.set(text, 8);
    });
  }

  /** The frame, and before the first of its link type the interface that it needs. */
  *frame({ linkType, time, bytes, originalLength }: WrittenFrame): Generator<Uint8Array> {
    let number = this.#interfaces.get(linkType);
    if (number === undefined) {
      number = this.#interfaces.size;
      this.#interfaces.set(linkType, number);
      yield block(INTERFACE, 8 + 8 + 4, (view) => {
        view.setUint16(0, linkType, true);
        view.setUint16(8, TIME_RESOLUTION, true);
        view.setUint16(10, 1, true);
        view.setUint8(12, nanoseconds);
      });
    }
    const place = number;
    const stamp = BigInt.asUintN(64, time);
    yield block(ENHANCED_PACKET, 20 + padded(bytes.length), (view, body) => {
      view.setUint32(0, place, true);
      view.setUint32(4, Number(stamp >> 32n), true);
      view.setUint32(8, Number(stamp & 0xffffffffn), true);
      view.setUint32(12, bytes.length, true);
      view.setUint32(16, originalLength, true);
      body.set(bytes, 20);
    });
  }
}

const padded = (length: number): number => (length + 3) & ~3;

function block(type: number, size: number, fill: (view: DataView, body: Uint8Array) => void): Uint8Array {
  const bytes = new Uint8Array(size + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, size + 12, true);
  fill(new DataView(bytes.buffer, 8, size), bytes.subarray(8, 8 + size));
  view.setUint32(size + 8, size + 12, true);
  return bytes;
}
