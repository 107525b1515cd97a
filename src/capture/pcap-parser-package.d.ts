/** Types of the pcap-parser package, which ships none. */

declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';

  export interface Packet {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  export interface Parser {
    on(event: 'globalHeader', listener: (header: { readonly linkLayerType: number }) => void): this;
    on(event: 'packet', listener: (packet: Packet) => void): this;
  }

  export function parse(input: EventEmitter): Parser;
}
