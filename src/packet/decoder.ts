/** Turns frames into TCP segments; every other frame is counted by what it is, or by why it cannot be used. */

import { type Frame, linkTypeName, linkTypes } from '../capture/index.ts';
import type { Notes } from '../note.ts';
import { ipProtocolName, networkOf, readEtherType } from './link.ts';
import { PacketFacts, Segment } from './segment.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TCP = 6;
const FRAGMENT = 44;
const TCP_HEADER = 20;
/** Extension headers looked through in one packet; each is at least 8 bytes. */
const EXTENSION_HEADERS = 16;

export interface SegmentSink {
  segment(segment: Segment): void;
}

export class PacketDecoder {
  readonly facts: PacketFacts = new PacketFacts();
  readonly #sink: SegmentSink;
  readonly #notes: Notes;
  readonly #segment = new Segment();
  /** What `networkOf` found: where the packet begins and the tag around it. */
  readonly #network = { etherType: 0, start: 0, linkTag: 0 };

  constructor(sink: SegmentSink, notes: Notes) {
    this.#sink = sink;
    this.#notes = notes;
  }

  frame(frame: Frame): void {
    const network = this.#network;
    const { buffer, view, start, end } = frame;
    if (frame.linkType === linkTypes.ETHERNET && end - start >= 14) {
      network.linkTag = 0;
      network.start = start + 14;
      network.etherType = (buffer[start + 12]! << 8) | buffer[start + 13]!;
      if (network.etherType !== IPV4 && network.etherType !== IPV6) readEtherType(network, buffer, end);
    } else {
      const problem = networkOf(frame, network);
      if (problem) return this.#unusable(problem, frame, linkTypeName(frame.linkType));
    }
    if (network.etherType === IPV4) this.#ipv4(frame, buffer, view, network.start, end);
    else if (network.etherType === IPV6) this.#ipv6(frame, buffer, view, network.start, end);
    else if (network.etherType === -1) this.#unusable('bad-link-header', frame, 'cut');
    else this.#other(etherTypeName(network.etherType));
  }

  // 45 00 00 3c  1c 46 40 00  40 06 b1 e6  c0 a8 00 68  c0 a8 00 01
  // ││    └total length  └ flags, fragment offset       └ destination
  // │└ header length / 4        │  └ protocol 6: TCP └ source
  // └ version
  #ipv4(frame: Frame, buffer: Uint8Array, view: DataView, p: number, end: number): void {
    if (end - p < 20) return this.#unusable('bad-ip-header', frame, 'IPv4 header cut');
    const first = buffer[p]!;
    const header = (first & 15) << 2;
    if (first >> 4 !== 4 || header < 20) return this.#unusable('bad-ip-header', frame, `version and length 0x${first.toString(16)}`);
    const protocol = buffer[p + 9]!;
    const fragment = view.getUint16(p + 6) & 0x3fff;
    if (fragment !== 0) return this.#unusable('ip-fragment', frame, '');
    if (protocol !== TCP) return this.#notTcp(protocol, view, p, header, end);
    // What is on the wire behind the IP header's own length is padding.
    const onWire = frame.originalLength - (p - frame.start);
    let total = view.getUint16(p + 2);
    if (total === 0) {
      this.#notes.add('segmentation-offload', frame.number);
      total = onWire;
    }
    if (total > onWire) total = onWire;
    const segment = this.#segment;
    segment.v6 = false;
    segment.source = p + 12;
    segment.destination = p + 16;
    this.#tcp(frame, buffer, view, p + header, total - header, end);
  }

  // 60 00 00 00  00 28 06 40  …source, 16 bytes…  …destination, 16 bytes…
  // └version     └len └ next header
  #ipv6(frame: Frame, buffer: Uint8Array, view: DataView, p: number, end: number): void {
    if (end - p < 40) return this.#unusable('bad-ip-header', frame, 'IPv6 header cut');
    if (buffer[p]! >> 4 !== 6) return this.#unusable('bad-ip-header', frame, `version ${buffer[p]! >> 4}`);
    const onWire = frame.originalLength - (p - frame.start) - 40;
    let left = view.getUint16(p + 4);
    // Length 0: a jumbogram, or segmentation offload.
    if (left === 0 || left > onWire) left = onWire;
    let next = buffer[p + 6]!;
    let q = p + 40;
    for (let headers = 0; isExtensionHeader(next); headers += 1) {
      if (headers === EXTENSION_HEADERS) return this.#unusable('too-deep', frame, 'IPv6 extension headers');
      if (q + 8 > end) return this.#unusable('bad-ip-header', frame, 'IPv6 extension header cut');
      if (next === FRAGMENT && (view.getUint16(q + 2) & 0xfff9) !== 0) return this.#unusable('ip-fragment', frame, '');
      // An Authentication Header counts in 4 bytes, less two; the others in 8, less one; a Fragment header is 8.
      const length = next === FRAGMENT ? 8 : next === 51 ? (buffer[q + 1]! + 2) << 2 : (buffer[q + 1]! + 1) << 3;
      next = buffer[q]!;
      q += Math.max(8, length);
      left -= Math.max(8, length);
    }
    if (next !== TCP) return this.#notTcp(next, view, q, 0, end);
    const segment = this.#segment;
    segment.v6 = true;
    segment.source = p + 8;
    segment.destination = p + 24;
    this.#tcp(frame, buffer, view, q, left, end);
  }

  // 9c 41 00 50  11 22 33 44  00 00 00 00  50 02 fa f0  b8 64 00 00
  // └src  └dst   └ sequence   └ acknowledg.│  │  └window └sum  └ urgent
  //                                        │  └ flags
  //                                        └ header length / 4 in the upper half
  #tcp(frame: Frame, buffer: Uint8Array, view: DataView, p: number, length: number, end: number): void {
    if (end - p < TCP_HEADER) return this.#unusable('bad-tcp-header', frame, 'TCP header cut');
    const header = (buffer[p + 12]! >> 4) << 2;
    if (header < TCP_HEADER || header > length) return this.#unusable('bad-tcp-header', frame, `header length ${header} of ${length}`);
    this.facts.tcp += 1;
    const segment = this.#segment;
    segment.frame = frame.number;
    segment.time = frame.time;
    segment.interface = frame.interface;
    segment.buffer = buffer;
    segment.view = view;
    segment.sourcePort = (buffer[p]! << 8) | buffer[p + 1]!;
    segment.destinationPort = (buffer[p + 2]! << 8) | buffer[p + 3]!;
    segment.sequence = view.getInt32(p + 4);
    segment.acknowledgment = view.getInt32(p + 8);
    segment.flags = buffer[p + 13]!;
    segment.window = (buffer[p + 14]! << 8) | buffer[p + 15]!;
    const options = p + header;
    segment.optionsStart = p + TCP_HEADER;
    segment.optionsEnd = options < end ? options : end;
    segment.payloadLength = length - header;
    const payloadEnd = options + segment.payloadLength;
    segment.payloadStart = segment.optionsEnd;
    segment.payloadEnd = payloadEnd < end ? payloadEnd : end;
    if (segment.payloadEnd < segment.payloadStart) segment.payloadEnd = segment.payloadStart;
    segment.linkTag = this.#network.linkTag;
    this.#sink.segment(segment);
  }

  #notTcp(protocol: number, view: DataView, p: number, header: number, end: number): void {
    // ICMP and ICMPv6 errors quote the header of the packet that they complain of.
    const inner = p + header + 8;
    if (protocol === 1 && inner + 20 <= end && view.getUint8(inner) >> 4 === 4 && view.getUint8(inner + 9) === TCP && isIcmpError(view.getUint8(p + header)))
      this.facts.quotedTcp += 1;
    if (protocol === 58 && inner + 40 <= end && view.getUint8(p + header) < 128 && view.getUint8(inner + 6) === TCP) this.facts.quotedTcp += 1;
    this.#other(ipProtocolName(protocol));
  }

  #other(kind: string): void {
    const { other } = this.facts;
    other[kind] = (other[kind] ?? 0) + 1;
  }

  #unusable(why: 'bad-link-header' | 'bad-ip-header' | 'bad-tcp-header' | 'ip-fragment' | 'too-deep' | 'unknown-link-type', frame: Frame, detail: string): void {
    const { unusable } = this.facts;
    unusable[why] = (unusable[why] ?? 0) + 1;
    this.#notes.add(why, frame.number, detail);
  }
}

const isExtensionHeader = (next: number): boolean =>
  next === 0 || next === 43 || next === FRAGMENT || next === 51 || next === 60 || next === 135 || next === 139 || next === 140;

const isIcmpError = (type: number): boolean => type === 3 || type === 4 || type === 5 || type === 11 || type === 12;

const etherTypeName = (type: number): string => {
  if (type < 1536) return 'llc';
  const names: Record<number, string> = { 0x0806: 'arp', 0x8847: 'mpls', 0x8848: 'mpls', 0x8863: 'pppoe', 0x8864: 'pppoe', 0x88cc: 'lldp', 0x888e: 'eapol' };
  return names[type] ?? 'ethertype-other';
};
