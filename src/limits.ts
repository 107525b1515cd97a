/** Everything that can grow has its limit here, with the reason; a limit that acts leaves a note and a count. */

export interface Limits {
  /** Longest pcap record believed (bytes). libpcap allows 256 KiB, USB and netlink captures more; anything beyond is damage. */
  readonly record: number;
  /** Longest pcapng block believed (bytes); comments and secrets can be long. */
  readonly block: number;
  /** Nested headers looked through in one frame (Suricata's limit). */
  readonly layers: number;
  /** Connections listed at most: 2^24, about 5 GiB of records; half-open floods are stopped earlier by `halfOpen`. */
  readonly connections: number;
  /** Flows that never answered, kept at once; the oldest give way. */
  readonly halfOpen: number;
  /** Bytes kept behind a hole, per direction and in all. Zeek keeps 16 KiB to 10 MiB, Suricata 256 MiB in all. */
  readonly outOfOrder: number;
  readonly outOfOrderTotal: number;
  /** Separate pieces kept behind holes, per direction. */
  readonly holes: number;
  /** Connections of which one side has ended and the other may still send: their readers are kept until so many wait. */
  readonly lingering: number;
  /** HTTP head: bytes stored, fields read, bytes of one value kept; a head that exceeds the first is read on, not stored. */
  readonly head: number;
  readonly headerFields: number;
  readonly headerValue: number;
  /** Bytes without a line end after which a stream is not HTTP. */
  readonly line: number;
  /** Requests that may wait for their response on one connection. */
  readonly pendingRequests: number;
  /** Exchanges of one connection whose texts (targets) are kept. */
  readonly texts: number;
  /** Bytes looked at before a stream's protocol is called unknown. */
  readonly recognise: number;
}

export const limits: Limits = {
  record: 16 << 20,
  block: 128 << 20,
  layers: 16,
  connections: 1 << 24,
  halfOpen: 1 << 20,
  outOfOrder: 1 << 20,
  outOfOrderTotal: 128 << 20,
  holes: 1024,
  lingering: 1 << 16,
  head: 64 << 10,
  headerFields: 256,
  headerValue: 8 << 10,
  line: 1 << 20,
  pendingRequests: 100_000,
  texts: 10_000,
  recognise: 64,
};
