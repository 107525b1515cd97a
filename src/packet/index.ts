/** The door of packet: turns a frame into a TCP segment. */

export type { Datagram } from './datagram.ts';
export { type DecoderOptions, PacketDecoder, type SegmentSink } from './decoder.ts';
export { Hosts } from './hosts.ts';
export { LinkTags } from './link-tags.ts';
export { ACK, FIN, PacketFacts, RST, Segment, SYN, URG } from './segment.ts';
