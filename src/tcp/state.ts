/** Zeek's endpoint states and connection codes (scripts/base/protocols/conn/main.zeek, TCPSessionAdapter.cc), and Wireshark's completeness bits. */

import { ACK, FIN, RST, SYN } from '../packet/index.ts';

export const INACTIVE = 0;
export const SYN_SENT_STATE = 1;
export const SYN_ACK_SENT = 2;
/** Seen from the middle of its life. */
export const PARTIAL = 3;
export const ESTABLISHED = 4;
/** Has sent FIN. */
export const CLOSED = 5;
export const RESET = 6;
export const BOTH_ESTABLISHED: number = ESTABLISHED | (ESTABLISHED << 3);

/** Both endpoints' states after a segment: the sender's in the low three bits, the peer's above. */
export function nextStates(sender: number, peer: number, flags: number, isClient: boolean): number {
  let own = sender;
  let other = peer;
  if (flags & RST) own = own === CLOSED && other === CLOSED ? CLOSED : RESET;
  else if (flags & SYN) {
    if (isClient) {
      if (own === INACTIVE) own = flags & ACK ? SYN_ACK_SENT : SYN_SENT_STATE;
    } else if (own === INACTIVE) {
      own = ESTABLISHED;
      if (other === SYN_SENT_STATE) other = ESTABLISHED;
    }
  } else if (own === INACTIVE) own = flags & ACK && other === ESTABLISHED ? ESTABLISHED : PARTIAL;
  if (flags & FIN && !(flags & RST)) own = CLOSED;
  return own | (other << 3);
}

/** The client's SYN, and its reset with nothing of its own between them that belongs to an open connection. */
const synThenReset = /^\^?S[^HAFGIQ]*R/;

/** Zeek's code for a connection whose ends are in these states, from its payload bytes and its history. */
export function stateCode(client: number, server: number, clientBytes: number, serverBytes: number, history: string): StateCode {
  const inactive = (state: number): boolean => state === INACTIVE || state === PARTIAL;
  if (server === RESET) {
    if (client === SYN_SENT_STATE || client === SYN_ACK_SENT || (client === RESET && clientBytes === 0 && serverBytes === 0)) return 'REJ';
    return inactive(client) ? 'RSTRH' : 'RSTR';
  }
  if (client === RESET) {
    if (!inactive(server)) return 'RSTO';
    return synThenReset.test(history) ? 'RSTOS0' : 'OTH';
  }
  if (client === CLOSED && server === CLOSED) return 'SF';
  if (client === CLOSED) return inactive(server) ? 'SH' : 'S2';
  if (server === CLOSED) return inactive(client) ? 'SHR' : 'S3';
  if (client === SYN_SENT_STATE && server === INACTIVE) return 'S0';
  if (client === ESTABLISHED && server === ESTABLISHED) return 'S1';
  return 'OTH';
}

export type StateCode = 'S0' | 'S1' | 'SF' | 'REJ' | 'S2' | 'S3' | 'RSTO' | 'RSTR' | 'RSTOS0' | 'RSTRH' | 'SH' | 'SHR' | 'OTH';

/**
 * The bits that one segment adds to Wireshark's `tcp.completeness`: 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST.
 * A SYN counts only where it begins a conversation (`first`), and its data only where the ports were not used before (`reused`).
 */
export function completenessBits(flags: number, payloadLength: number, first: boolean, reused: boolean): number {
  let bits = flags & RST ? 32 : 0;
  if ((flags & ACK) === 0) return first && flags & SYN ? bits | 1 | (payloadLength > 0 && !reused ? 8 : 0) : bits;
  if (flags & FIN) bits |= 16;
  if (flags & SYN) return bits | 2;
  return bits | (payloadLength > 0 ? 8 : 4);
}
