/** Everything that can grow has its limit here, with the reason; a limit that acts leaves a note and a count. */

export interface Limits {
  /** Longest pcap record believed (bytes). libpcap allows 256 KiB, USB and netlink captures more; anything beyond is damage. */
  readonly record: number;
  /** Longest pcapng block believed (bytes); comments and secrets can be long. */
  readonly block: number;
  /** Bytes that a compressed capture may become: nobody captures more in one file. */
  readonly unpacked: number;
  /** Unless the limit was given: above so many bytes, more than so many times the packed ones are a bomb. */
  readonly unpackedUnasked: number;
  readonly unpackedRatio: number;
  /** Window of a zstd frame: what RFC 8878 recommends every decoder to have; levels 1 to 19 stay below it. */
  readonly zstdWindow: number;
  /** Nested headers looked through in one frame (Suricata's limit). */
  readonly layers: number;
  /** Of a pcapng file: comments, interfaces and named addresses kept, and bytes of one such text. */
  readonly comments: number;
  readonly interfaces: number;
  readonly names: number;
  /** Interfaces of a pcapng file that differ in link type, snap length or clock: some hundred bytes each. */
  readonly interfaceKinds: number;
  readonly annotation: number;
  /** VLANs and tunnels told apart. */
  readonly linkTags: number;
  /** IP fragments: datagrams that wait for more of them, bytes kept of all (Suricata's limits), pieces of one; nanoseconds it waits (RFC 8200 §4.5). */
  readonly datagrams: number;
  readonly fragmentBytes: number;
  readonly fragmentPieces: number;
  readonly fragmentWait: number;
  /** Connections listed at most: 2^24, about 5 GiB of records; floods of SYNs are stopped earlier by `halfOpen`. */
  readonly connections: number;
  /** Exchanges listed at most: about 3 GB with what the analysis makes of them. A request line of 18 bytes needs 96 of them. */
  readonly exchanges: number;
  /** Of a capture without end, which is watched: what a screen is made for, and about a gigabyte with its analysis. */
  readonly watched: number;
  /** Connections listed that have not been answered: half a million, so that ten million SYNs are read in less than 512 MB. SYNs beyond them wait in a crowd of so many, 84 bytes each, until they are: the oldest give way. */
  readonly halfOpen: number;
  readonly crowd: number;
  /** Connections whose round trips, bytes under way and closed windows are measured: 336 bytes each. */
  readonly measured: number;
  /** Bytes kept behind a hole, per direction and in all. Zeek keeps 16 KiB to 10 MiB, Suricata 256 MiB in all. */
  readonly outOfOrder: number;
  readonly outOfOrderTotal: number;
  /** Separate pieces kept behind holes, per direction. */
  readonly holes: number;
  /** Connections whose bytes are being read at once: their readers take one to two KiB each. Of more, one that was idle for long is read no further. */
  readonly readers: number;
  /** TLS connections that are described: half a KiB each. */
  readonly tls: number;
  /** Connections of which one side has ended and the other may still send: their readers are kept until so many wait. */
  readonly lingering: number;
  /** HTTP head: bytes stored, fields read, bytes of one value kept; a head that exceeds the first is read on, not stored. */
  readonly head: number;
  readonly headerFields: number;
  readonly headerValue: number;
  /** Bytes without a line end after which a stream is not HTTP. */
  readonly line: number;
  /** HTTP/2: bytes of a header block (HEADERS and its CONTINUATIONs) kept until it is complete, of the list made of it (nghttp2: 64 KiB), of the dynamic table. */
  readonly headerBlock: number;
  readonly headerList: number;
  readonly headerTable: number;
  /** Settings read of one frame. */
  readonly settings: number;
  /** Requests that may wait for their response on one connection. */
  readonly pendingRequests: number;
  /** Exchanges of one connection whose texts (targets) are kept. */
  readonly texts: number;
  /** Distinct hosts, agents, methods and server names kept of a trace, and their bytes; bytes of targets, as far as 32 bits number them. */
  readonly distinctTexts: number;
  readonly distinctTextBytes: number;
  readonly targetBytes: number;
  /** Flows of QUIC told apart. */
  readonly quicFlows: number;
  /** Packets of one connection that are listed, and bytes of them that are kept: a screen shows a few dozen at once. */
  readonly packetsListed: number;
  readonly packetBytes: number;
  /** Bytes of a pipe or of an unpacked capture that are kept in a file, so that packets can be read again. */
  readonly spool: number;
  /** Bytes looked at before a stream's protocol is called unknown: a request line of an unknown method must be whole. */
  readonly recognise: number;
}

export const limits: Limits = {
  record: 16 << 20,
  block: 128 << 20,
  unpacked: 64 * 2 ** 30,
  unpackedUnasked: 2 ** 30,
  unpackedRatio: 1000,
  zstdWindow: 8 << 20,
  layers: 16,
  comments: 1000,
  interfaces: 1024,
  names: 65_536,
  interfaceKinds: 65_536,
  annotation: 4096,
  linkTags: 1 << 16,
  datagrams: 65_536,
  fragmentBytes: 32 << 20,
  fragmentPieces: 1024,
  fragmentWait: 60e9,
  connections: 1 << 24,
  exchanges: 16_000_000,
  watched: 1 << 20,
  halfOpen: 1 << 19,
  crowd: 1 << 18,
  measured: 1 << 18,
  outOfOrder: 1 << 20,
  outOfOrderTotal: 128 << 20,
  holes: 1024,
  readers: 1 << 20,
  tls: 3 << 20,
  lingering: 1 << 16,
  head: 64 << 10,
  headerFields: 256,
  headerValue: 8 << 10,
  line: 1 << 20,
  headerBlock: 256 << 10,
  headerList: 64 << 10,
  headerTable: 256 << 10,
  settings: 64,
  pendingRequests: 100_000,
  texts: 10_000,
  distinctTexts: 1 << 20,
  distinctTextBytes: 128 << 20,
  targetBytes: 2 ** 32,
  quicFlows: 65_536,
  packetsListed: 50_000,
  packetBytes: 32 << 20,
  spool: 4 * 2 ** 30,
  recognise: 512,
};
