/** Wireshark's flags of a segment (`tcp.analysis`), as bits. Plain numbers only, as in record-layout.ts. */

// One bit per flag of `tcp.analysis`; its place is also the place of its counter.
export const KEEP_ALIVE = 0x1;
export const KEEP_ALIVE_ACK = 0x2;
export const RETRANSMISSION = 0x4;
export const FAST_RETRANSMISSION = 0x8;
export const SPURIOUS_RETRANSMISSION = 0x10;
export const OUT_OF_ORDER = 0x20;
export const LOST_SEGMENT = 0x40;
export const ACK_LOST_SEGMENT = 0x80;
export const DUPLICATE_ACK = 0x100;
export const ZERO_WINDOW = 0x200;
export const ZERO_WINDOW_PROBE = 0x400;
export const ZERO_WINDOW_PROBE_ACK = 0x800;
export const WINDOW_UPDATE = 0x1000;
export const WINDOW_FULL = 0x2000;
export const REUSED_PORTS = 0x4000;
/** Ours, counted beside them: the capture holds this frame twice. */
export const DUPLICATE_FRAME = 0x8000;
/** Any of the three kinds of retransmission. */
export const SENT_AGAIN = 0x1c;
