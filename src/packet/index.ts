/** The door of packet: turns a frame into a TCP segment. */

export { PacketDecoder, type SegmentSink } from './decoder.ts';
export { Hosts } from './hosts.ts';
export { vlansOf } from './link.ts';
export { ACK, FIN, PSH, PacketFacts, RST, Segment, SYN, URG } from './segment.ts';
