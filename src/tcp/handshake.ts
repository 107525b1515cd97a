/** Finds the handshake of a connection: SYN, the SYN-ACK that answers its number, and the client's first ACK of that (RFC 9293 §3.5); and TCP Fast Open (RFC 7413). */

import { ACK, FIN, RST, type Segment, SYN } from '../packet/index.ts';
import { CLIENT, SERVER, type Side } from '../stream.ts';
import { fastOpenCookie } from './options.ts';
import * as R from './record-layout.ts';
import type { ConnectionRecords } from './records.ts';
import { distance } from './sequence.ts';

/** A segment of a connection whose handshake is not complete, after the begins of both halves were noted. `bareSyn`: a SYN without ACK or RST. */
export function noteHandshake(records: ConnectionRecords, c: number, side: Side, s: Segment, bareSyn: boolean): void {
  const words = records.i32;
  const w = c * R.WORDS;
  const known = words[w + R.FLAGS]!;
  if (bareSyn) {
    if ((known & R.SYN_SEEN) === 0) {
      if (side === SERVER) return;
      words[w + R.FLAGS] = (known & ~R.GUESSED) | R.SYN_SEEN | fastOpen(s);
      records.setSynFrame(c, s.frame);
    } else if (side === SERVER) words[w + R.FLAGS] = known | R.SIMULTANEOUS;
    else if ((words[w + R.SYN_COUNT]! & 0xffff) < 0xffff) words[w + R.SYN_COUNT] = words[w + R.SYN_COUNT]! + 1;
  } else if ((known & R.SYN_SEEN) === 0) return;
  else if ((s.flags & (SYN | ACK)) === (SYN | ACK)) synAck(records, c, known, side, s);
  else if (known & R.SYN_ACK_SEEN && side !== SERVER && (s.flags & (ACK | SYN | FIN | RST)) === ACK) {
    if (s.acknowledgment !== ((words[w + R.SERVER_HALF + R.BASE]! + 1) | 0)) return;
    words[w + R.FLAGS] = known | R.HANDSHAKE | (s.payloadLength > 0 ? R.ACK_WITH_DATA : 0);
    words[w + R.ACK_FRAME] = s.frame;
    records.setAckTime(c, s.time);
  }
}

function synAck(records: ConnectionRecords, c: number, known: number, side: Side, s: Segment): void {
  // Where both sides began (RFC 9293 §3.5, figure 8), no three frames are the handshake.
  if (known & R.SIMULTANEOUS || side !== SERVER) return;
  const words = records.i32;
  const w = c * R.WORDS;
  if (known & R.SYN_ACK_SEEN) {
    words[w + R.FLAGS] = known | R.SYN_ACK_AGAIN;
    return;
  }
  const confirmed = distance((words[w + R.CLIENT_HALF + R.BASE]! + 1) | 0, s.acknowledgment);
  if (confirmed < 0 || confirmed > records.bytes(c, CLIENT)) return;
  words[w + R.FLAGS] = known | R.SYN_ACK_SEEN | (confirmed > 0 ? R.FAST_OPEN_ACCEPTED : 0);
  words[w + R.SYN_ACK_FRAME] = s.frame;
  words[w + R.SERVER_HALF + R.BASE] = s.sequence;
  records.setSynAckTime(c, s.time);
}

/** A SYN with data wants it taken at once; one without asks for the cookie that allows it next time. */
function fastOpen(s: Segment): number {
  if (s.payloadLength > 0) return R.FAST_OPEN_DATA;
  return fastOpenCookie(s) === 0 ? R.FAST_OPEN_ASKED : 0;
}
