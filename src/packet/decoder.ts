/** Turns frames into TCP segments; every other frame is counted by what it is, or by why it cannot be used. */

import { type Frame, linkTypeName, linkTypes } from '../capture/index.ts';
import { limits } from '../limits.ts';
import type { Notes } from '../note.ts';
import { isIpv4HeaderRight, tcpChecksum } from './checksum.ts';
import { BAD, Cursor, DONE, OTHER, UNKNOWN_LINK } from './cursor.ts';
import { Datagram, type DatagramSink } from './datagram.ts';
import { Duplicates } from './duplicates.ts';
import * as E from './ether-type.ts';
import { backbone, ethernet, llc, mpls, vlan } from './ethernet.ts';
import { type Fragment, Fragments } from './fragments.ts';
import { quotedTcp } from './icmp.ts';
import { beginLink } from './link.ts';
import { LinkTags } from './link-tags.ts';
import { ppp, pppoe } from './ppp.ts';
import { PacketFacts, Segment } from './segment.ts';
import { insideIp } from './tunnel.ts';
import { packetOfAggregate } from './wifi.ts';

const TCP = 6;
const ROUTING = 43;
const UDP = 17;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const IPV4_HEADER = 20;
const IPV4_LONGEST_HEADER = 60;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
/** Up to its window a TCP header tells what counts; what is behind may be cut off. */
const TCP_READ = 16;
/** Extension headers looked through in one packet; each is at least 8 bytes. */
const EXTENSION_HEADERS = 16;
/** Offload engines make packets up to 512 KiB (BIG TCP); a frame that claims more on the wire than this is not believed. */
const LONGEST_OFFLOAD = 1 << 20;

export interface SegmentSink {
  segment(segment: Segment): void;
  /** An ICMP error says that a segment did not reach its destination: frame and time of the error; addresses, ports and number of the segment. */
  unreachable?(quoted: Segment): void;
}

type Unusable = 'bad-link-header' | 'bad-ip-header' | 'bad-tcp-header' | 'bad-checksum' | 'ip-fragment' | 'too-deep' | 'unknown-link-type';

export interface DecoderOptions {
  /** Segments that the capture holds twice are not marked. */
  readonly keepDuplicates?: boolean | undefined;
  /** Packets whose IPv4 or TCP checksum is wrong are unusable. */
  readonly verifyChecksums?: boolean | undefined;
  /** VLANs and tunnels do not tell connections apart. */
  readonly ignoreEncapsulation?: boolean | undefined;
  /** Who shall have the UDP datagrams that carry no packet. */
  readonly datagrams?: DatagramSink | undefined;
}

export class PacketDecoder {
  readonly facts: PacketFacts = new PacketFacts();
  /** What `linkTag` of a segment means. */
  readonly tags: LinkTags = new LinkTags();
  readonly #sink: SegmentSink;
  readonly #notes: Notes;
  readonly #segment = new Segment();
  readonly #quotation = new Segment();
  readonly #cursor = new Cursor();
  readonly #fragments: Fragments;
  readonly #duplicates: Duplicates | undefined;
  readonly #verify: boolean;
  readonly #ignoreTags: boolean;
  /** The pseudo header's destination is not the one in the IP header (IPv6 source routing). */
  #isRouted = false;
  #isAggregate = false;
  readonly #datagrams: DatagramSink | undefined;
  readonly #datagram = new Datagram();

  constructor(sink: SegmentSink, notes: Notes, options: DecoderOptions = {}) {
    this.#sink = sink;
    this.#notes = notes;
    this.#fragments = new Fragments(notes);
    this.#duplicates = options.keepDuplicates ? undefined : new Duplicates();
    this.#verify = options.verifyChecksums === true;
    this.#ignoreTags = options.ignoreEncapsulation === true;
    this.#datagrams = options.datagrams;
  }

  frame(frame: Frame): void {
    const { buffer, view, start, end } = frame;
    // Nearly all frames of nearly all captures: TCP in IPv4 in Ethernet.
    if (frame.linkType === linkTypes.ETHERNET && end - start >= 34 && buffer[start + 12] === 8 && buffer[start + 13] === 0) {
      this.#cursor.linkTag = 0;
      const next = this.#ipv4(frame, buffer, view, start + 14, end, start + frame.originalLength);
      if (next !== DONE) this.#walk(frame, next, 1);
    } else this.#walk(frame, beginLink(frame, this.#cursor), 0);
  }

  /** The capture is over: fragments that still wait are noted. */
  end(): void {
    this.#fragments.end();
    if (this.tags.full) this.#notes.add('tunnel-limit', 0);
  }

  /** Header by header, from the outside in. */
  #walk(frame: Frame, first: number, depth: number): void {
    const c = this.#cursor;
    let next = first;
    for (let layers = depth; next >= 0; layers += 1) {
      if (layers === limits.layers) return this.#unusable('too-deep', frame, `at byte ${c.at - frame.start}`);
      next = this.#layer(frame, c, next);
    }
    if (next === OTHER) this.#other(c.kind);
    else if (next === BAD) this.#unusable('bad-link-header', frame, 'cut');
    else if (next === UNKNOWN_LINK) this.#unusable('unknown-link-type', frame, linkTypeName(frame.linkType));
  }

  #layer(frame: Frame, c: Cursor, type: number): number {
    switch (type) {
      case E.IPV4:
        return this.#ipv4(frame, c.buffer, c.view, c.at, c.end, c.wireEnd);
      case E.IPV6:
        return this.#ipv6(frame, c);
      case E.ETHERNET:
        return ethernet(c);
      case E.LLC:
        return llc(c);
      case E.AGGREGATE:
        return this.#aggregate(frame, c);
      case E.MPLS:
      case E.MPLS_UPSTREAM:
        return mpls(c);
      case E.BACKBONE:
        return backbone(c);
      case E.PPPOE_SESSION:
        return pppoe(c, this.tags);
      case E.PPP:
        return ppp(c);
      default:
        return E.isVlan(type) ? vlan(c, this.tags) : c.other(E.etherTypeName(type));
    }
  }

  // 45 00 00 3c  1c 46 40 00  40 06 b1 e6  c0 a8 00 68  c0 a8 00 01
  // ││    └total length  └ flags, fragment offset       └ destination
  // │└ header length / 4        │  └ protocol 6: TCP └ source
  // └ version
  #ipv4(frame: Frame, buffer: Uint8Array, view: DataView, p: number, end: number, wireEnd: number): number {
    if (end - p < IPV4_HEADER) return this.#bad('bad-ip-header', frame, 'IPv4 header cut');
    const first = buffer[p]!;
    const header = (first & 15) << 2;
    if (first >> 4 !== 4 || header < IPV4_HEADER) return this.#bad('bad-ip-header', frame, `version and length 0x${first.toString(16)}`);
    if (this.#verify && p + header <= end && !isIpv4HeaderRight(buffer, p, p + header))
      return this.#bad('bad-checksum', frame, 'IPv4 header');
    const protocol = buffer[p + 9]!;
    // What is on the wire behind the IP header's own length is padding.
    const onWire = wireEnd - p;
    let total = view.getUint16(p + 2);
    if (total < header) {
      if (total !== 0) return this.#bad('bad-ip-header', frame, `total length ${total}`);
      this.#notes.add('segmentation-offload', frame.number);
      total = onWire > LONGEST_OFFLOAD ? end - p : onWire;
    }
    if (total > onWire) total = onWire;
    const fragment = view.getUint16(p + 6) & 0x3fff;
    if (protocol === TCP && fragment === 0) {
      const segment = this.#segment;
      segment.v6 = false;
      segment.source = p + 12;
      segment.destination = p + 16;
      return this.#tcp(frame, buffer, view, p + header, total - header, end);
    }
    const c = this.#cursor;
    c.buffer = buffer;
    c.view = view;
    c.at = p + header;
    c.end = Math.min(end, p + total);
    c.wireEnd = p + total;
    if (c.at > c.end) return this.#bad('bad-ip-header', frame, 'IPv4 header cut');
    if (fragment === 0) return this.#inside(frame, c, protocol, p + 12, false);
    const offset = (fragment & 0x1fff) << 3;
    // As Wireshark: what was cut by the snap length is not put together; a first fragment still shows the header of what it carries.
    if (c.end < c.wireEnd)
      return offset === 0 ? this.#inside(frame, c, protocol, p + 12, false) : this.#bad('ip-fragment', frame, 'captured in part');
    const whole = this.#fragment(frame, c, {
      v6: false,
      addresses: p + 12,
      id: view.getUint16(p + 4),
      protocol,
      offset,
      more: (fragment & 0x2000) !== 0,
      room: IPV4_LONGEST_HEADER,
    });
    // The header stands right before the payload, where the room for it ends.
    return whole ? this.#inside(frame, c, protocol, c.at - header + 12, false) : DONE;
  }

  // 60 00 00 00  00 28 06 40  …source, 16 bytes…  …destination, 16 bytes…
  // └version     └len └ next header
  #ipv6(frame: Frame, c: Cursor): number {
    const p = c.at;
    if (c.end - p < IPV6_HEADER) return this.#bad('bad-ip-header', frame, 'IPv6 header cut');
    const version = c.buffer[p]! >> 4;
    if (version !== 6) return this.#bad('bad-ip-header', frame, `version ${version}`);
    const onWire = c.wireEnd - p - IPV6_HEADER;
    let left = c.u16(4);
    const next = c.u8(6);
    if (left === 0) {
      // A jumbogram says so in its hop-by-hop header; else it is segmentation offload.
      if (next !== 0) this.#notes.add('segmentation-offload', frame.number);
      left = onWire > LONGEST_OFFLOAD ? c.end - p - IPV6_HEADER : onWire;
    }
    if (left > onWire) left = onWire;
    c.at = p + IPV6_HEADER;
    c.limit(c.at + left);
    this.#isRouted = false;
    return this.#extensions(frame, c, next, p + 8, 0);
  }

  #extensions(frame: Frame, c: Cursor, first: number, addresses: number, passed: number): number {
    let next = first;
    for (let headers = passed; isExtensionHeader(next); headers += 1) {
      if (headers === EXTENSION_HEADERS) return this.#bad('too-deep', frame, 'IPv6 extension headers');
      if (c.left < 8) return this.#bad('bad-ip-header', frame, 'IPv6 extension header cut');
      const following = c.u8(0);
      if (next === FRAGMENT) {
        // 06 00  05 a9  12 34 56 78     next header, reserved, offset and whether more come, id
        const place = c.u16(2);
        const id = c.view.getInt32(c.at + 4);
        c.at += 8;
        const offset = place & 0xfff8;
        const more = (place & 1) !== 0;
        const isCut = c.end < c.wireEnd;
        if (isCut && offset > 0) return this.#bad('ip-fragment', frame, 'captured in part');
        if (!isCut && (more || offset > 0)) {
          const whole = this.#fragment(frame, c, { v6: true, addresses, id, protocol: following, offset, more, room: IPV6_HEADER });
          return whole ? this.#extensions(frame, c, following, c.at - IPV6_HEADER + 8, headers + 1) : DONE;
        }
      } else {
        // An Authentication Header counts in 4 bytes, less two; the others in 8, less one.
        if (next === ROUTING && c.u8(3) > 0) this.#isRouted = true;
        const length = next === AUTHENTICATION ? (c.u8(1) + 2) << 2 : (c.u8(1) + 1) << 3;
        c.at += Math.max(8, length);
      }
      next = following;
    }
    return this.#inside(frame, c, next, addresses, true);
  }

  /** The header of what an IP packet carries is next. */
  #inside(frame: Frame, c: Cursor, protocol: number, addresses: number, v6: boolean): number {
    if (protocol === TCP) {
      const segment = this.#segment;
      segment.v6 = v6;
      segment.source = addresses;
      segment.destination = addresses + (v6 ? 16 : 4);
      return this.#tcp(frame, c.buffer, c.view, c.at, c.wireEnd - c.at, c.end);
    }
    if (protocol === AUTHENTICATION && !v6 && c.left >= 12) {
      const next = c.u8(0);
      c.at += (c.u8(1) + 2) << 2;
      // RFC 4302 forbids one inside another.
      return next === AUTHENTICATION || c.left < 0 ? c.other('ip-other') : this.#inside(frame, c, next, addresses, v6);
    }
    if (protocol === 1 || protocol === 58) this.#quoted(frame, c, protocol);
    const next = insideIp(c, protocol, v6, this.tags);
    if (next === OTHER && protocol === UDP && this.#datagrams && this.#datagram.read(frame, c, addresses, v6))
      this.#datagrams.datagram(this.#datagram);
    return next;
  }

  /** Whether this fragment made its datagram whole: then the cursor is at the begin of what it carries. */
  #fragment(frame: Frame, c: Cursor, f: Fragment): boolean {
    if (this.#isAggregate) {
      this.#unusable('ip-fragment', frame, 'in a frame with other packets');
      return false;
    }
    const whole = this.#fragments.add(frame, c, f);
    this.facts.hold(whole ? -this.#fragments.held : 1);
    if (!whole) return false;
    // The addresses are the last of an IPv6 header and 12 bytes behind the begin of an IPv4 one.
    const start = f.v6 ? f.addresses - 8 : f.addresses - 12;
    const header = f.v6 ? IPV6_HEADER : (c.buffer[start]! & 15) << 2;
    whole.set(c.buffer.subarray(start, start + header), f.room - header);
    c.buffer = whole;
    c.view = new DataView(whole.buffer);
    c.at = f.room;
    c.end = whole.length;
    c.wireEnd = whole.length;
    return true;
  }

  // 9c 41 00 50  11 22 33 44  00 00 00 00  50 02 fa f0  b8 64 00 00
  // └src  └dst   └ sequence   └ acknowledg.│  │  └window └sum  └ urgent
  //                                        │  └ flags
  //                                        └ header length / 4 in the upper half
  #tcp(frame: Frame, buffer: Uint8Array, view: DataView, p: number, length: number, end: number): number {
    if (end - p < TCP_READ) return this.#bad('bad-tcp-header', frame, 'TCP header cut');
    const header = (buffer[p + 12]! >> 4) << 2;
    if (header < TCP_HEADER || header > length) return this.#bad('bad-tcp-header', frame, `header length ${header} of ${length}`);
    const { facts } = this;
    const segment = this.#segment;
    if (this.#verify && this.#isWrong(frame, buffer, p, length, end)) return this.#bad('bad-checksum', frame, 'TCP');
    facts.tcp += 1;
    segment.frame = frame.number;
    segment.time = frame.time;
    segment.interface = frame.interface;
    // The same for thousands of segments, and V8's collector wants to hear of each store.
    if (segment.buffer !== buffer || segment.view !== view) {
      segment.buffer = buffer;
      segment.view = view;
    }
    segment.sourcePort = (buffer[p]! << 8) | buffer[p + 1]!;
    segment.destinationPort = (buffer[p + 2]! << 8) | buffer[p + 3]!;
    segment.sequence = view.getInt32(p + 4);
    segment.acknowledgment = view.getInt32(p + 8);
    segment.flags = buffer[p + 13]!;
    segment.window = (buffer[p + 14]! << 8) | buffer[p + 15]!;
    const options = p + header;
    segment.optionsStart = p + TCP_HEADER;
    segment.optionsEnd = options < end ? options : end;
    segment.headerCut = options > end;
    segment.payloadLength = length - header;
    const payloadEnd = options + segment.payloadLength;
    segment.payloadStart = segment.optionsEnd;
    segment.payloadEnd = payloadEnd < end ? payloadEnd : end;
    if (segment.payloadEnd < segment.payloadStart) segment.payloadEnd = segment.payloadStart;
    segment.linkTag = this.#ignoreTags ? 0 : this.#cursor.linkTag;
    segment.duplicate = this.#duplicates?.seen(segment) === true;
    if (segment.duplicate) facts.duplicates += 1;
    this.#sink.segment(segment);
    return DONE;
  }

  /** What was cut by the snap length, or left to the network card, cannot be verified. */
  #isWrong(frame: Frame, buffer: Uint8Array, p: number, length: number, end: number): boolean {
    const { v6, source, destination } = this.#segment;
    if (p + length > end || (v6 && this.#isRouted)) return false;
    const verdict = tcpChecksum(buffer, p, p + length, source, destination, v6 ? 16 : 4);
    if (verdict === 'offloaded') this.#notes.add('checksum-offload', frame.number);
    return verdict === 'wrong';
  }

  #quoted(frame: Frame, c: Cursor, protocol: number): void {
    const quotation = quotedTcp(frame, c, protocol, this.#quotation);
    if (quotation === 'none') return;
    if (this.#ignoreTags) this.#quotation.linkTag = 0;
    this.facts.quotedTcp += 1;
    if (quotation === 'unreachable') this.#sink.unreachable?.(this.#quotation);
  }

  /** Several packets in one frame: each is looked at, the frame is counted once. */
  #aggregate(frame: Frame, c: Cursor): number {
    if (c.left <= 0) return BAD;
    const { facts } = this;
    const before = facts.copy();
    const { end, wireEnd, linkTag } = c;
    this.#isAggregate = true;
    for (let next = c.at; next >= 0 && next < end; ) {
      c.at = next;
      c.end = end;
      c.wireEnd = wireEnd;
      c.linkTag = linkTag;
      next = packetOfAggregate(c);
      this.#walk(frame, next < 0 ? BAD : E.LLC, 2);
    }
    this.#isAggregate = false;
    facts.countOnce(before);
    return DONE;
  }

  #other(kind: string): void {
    const { other } = this.facts;
    other[kind] = (other[kind] ?? 0) + 1;
  }

  #bad(why: Unusable, frame: Frame, detail: string): typeof DONE {
    this.#unusable(why, frame, detail);
    return DONE;
  }

  #unusable(why: Unusable, frame: Frame, detail: string): void {
    const { unusable } = this.facts;
    unusable[why] = (unusable[why] ?? 0) + 1;
    this.#notes.add(why, frame.number, detail);
  }
}

const isExtensionHeader = (next: number): boolean =>
  next === 0 ||
  next === ROUTING ||
  next === FRAGMENT ||
  next === AUTHENTICATION ||
  next === 60 ||
  next === 135 ||
  next === 139 ||
  next === 140;
