/** Puts IP fragments together, within bounds: first bytes win, what differs is noted, what never gets whole is noted when it is given up. */

import { grown } from '../bytes.ts';
import type { Frame } from '../capture/index.ts';
import { limits } from '../limits.ts';
import type { Notes } from '../note.ts';
import type { Time } from '../time.ts';
import type { Cursor } from './cursor.ts';

/** Where a piece of a datagram's payload belongs, [from, to), and where it lies in `bytes`. */
interface Piece {
  readonly from: number;
  to: number;
  readonly at: number;
}

interface Datagram {
  /** Of its key: addresses (8 words), id, protocol, tag. */
  readonly place: number;
  readonly hash: number;
  /** Of the same hash. */
  next: Datagram | undefined;
  older: Datagram | undefined;
  newer: Datagram | undefined;
  readonly frame: number;
  readonly time: Time;
  /** In order of `from`. */
  readonly pieces: Piece[];
  /** What arrived, in that order; grows. */
  bytes: Uint8Array;
  /** Bytes that are there. */
  filled: number;
  fragments: number;
  /** Payload length; -1 while the last fragment is not there. */
  total: number;
}

/** What its IP header says of a fragment; its bytes are what the cursor stands at. */
export interface Fragment {
  readonly v6: boolean;
  /** Where the addresses are, 4 or 16 bytes each. */
  readonly addresses: number;
  readonly id: number;
  readonly protocol: number;
  /** Where in the datagram's payload it belongs, and whether more comes behind it. */
  readonly offset: number;
  readonly more: boolean;
  /** Bytes to leave for a header in front of the whole. */
  readonly room: number;
}

/** Longest payload that IP can name. */
const LONGEST = 65_535;
const KEY_WORDS = 11;
const NOTHING = new Uint8Array(0);

/** Memory that a piece takes beside its bytes: there may be millions of eight bytes each. */
const PIECE_COST = 64;

export class Fragments {
  /** Of the datagram that `add` completed: how many fragments were held before. */
  held = 0;
  readonly #notes: Notes;
  readonly #byHash = new Map<number, Datagram>();
  #oldest: Datagram | undefined;
  #newest: Datagram | undefined;
  #waiting = 0;
  /** Keys of those that wait, and the places that are free. */
  #keys = new Int32Array(64 * KEY_WORDS);
  readonly #free: number[] = [];
  readonly #key = new Int32Array(KEY_WORDS);
  /** Nobody can choose packets that all fall into one chain; results do not depend on it. */
  readonly #seed = (Math.random() * 2 ** 32) | 0;
  /** Memory of those that wait. */
  #cost = 0;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** The whole payload, behind room for its header, once this fragment completes it. */
  add(frame: Frame, c: Cursor, f: Fragment): Uint8Array | undefined {
    const hash = this.#fill(c, f);
    let datagram = this.#find(hash);
    if (datagram && frame.time - datagram.time > limits.fragmentWait) {
      this.#giveUp(datagram);
      datagram = undefined;
    }
    datagram ??= this.#open(hash, frame);
    datagram.fragments += 1;
    if (!this.#accept(datagram, frame.number, c, f)) return undefined;
    if (datagram.filled === datagram.total) return this.#whole(datagram, f.room);
    while (this.#oldest && (this.#cost > limits.fragmentBytes || this.#waiting > limits.datagrams)) {
      this.#notes.add('fragment-limit', frame.number);
      this.#giveUp(this.#oldest);
    }
    return undefined;
  }

  /** The capture is over. */
  end(): void {
    while (this.#oldest) this.#giveUp(this.#oldest);
  }

  #accept(datagram: Datagram, frame: number, c: Cursor, f: Fragment): boolean {
    const to = f.offset + c.left;
    const conflict = (what: string): false => {
      this.#notes.add('fragment-conflict', frame, what);
      return false;
    };
    if (to > LONGEST) return conflict(`a fragment up to byte ${to}`);
    const reach = datagram.pieces.at(-1)?.to ?? 0;
    if (datagram.total >= 0 && (to > datagram.total || (!f.more && to !== datagram.total))) return conflict('two ends');
    if (!f.more) {
      if (reach > to) return conflict('bytes behind the end');
      datagram.total = to;
    }
    if (datagram.pieces.length >= limits.fragmentPieces) return conflict(`more than ${limits.fragmentPieces} pieces`);
    if (this.#insert(datagram, c, f.offset, to))
      this.#notes.add('fragment-conflict', frame, `at byte ${f.offset} of the packet that began with frame ${datagram.frame}`);
    return true;
  }

  /** Keeps what of [offset, to) is not there yet; whether the rest differs from what is. */
  #insert(datagram: Datagram, { buffer, at }: Cursor, offset: number, to: number): boolean {
    const { pieces } = datagram;
    const source = at - offset;
    let differs = false;
    let from = offset;
    let i = pieces.length;
    while (i > 0 && pieces[i - 1]!.to > from) i -= 1;
    while (from < to) {
      const piece = pieces[i];
      const until = piece && piece.from < to ? Math.max(from, piece.from) : to;
      if (until > from) i = this.#keep(datagram, i, from, until, buffer, source + from);
      from = until;
      if (from >= to || !piece) break;
      const end = Math.min(to, piece.to);
      const kept = piece.at - piece.from;
      for (let p = from; p < end; p += 1) differs ||= datagram.bytes[kept + p] !== buffer[source + p];
      from = end;
      i += 1;
    }
    return differs;
  }

  /** A piece before the i-th, or more of the one before it; returns the place behind. */
  #keep(datagram: Datagram, i: number, from: number, to: number, buffer: Uint8Array, at: number): number {
    const { pieces, filled } = datagram;
    const length = to - from;
    const before = datagram.bytes.length;
    datagram.bytes = grown(datagram.bytes, filled + length);
    datagram.bytes.set(buffer.subarray(at, at + length), filled);
    datagram.filled += length;
    this.#cost += datagram.bytes.length - before;
    const last = pieces[i - 1];
    if (last?.to === from && last.at + from - last.from === filled) {
      last.to = to;
      return i;
    }
    pieces.splice(i, 0, { from, to, at: filled });
    this.#cost += PIECE_COST;
    return i + 1;
  }

  #whole(datagram: Datagram, room: number): Uint8Array {
    const whole = new Uint8Array(room + datagram.total);
    for (const { from, to, at } of datagram.pieces) whole.set(datagram.bytes.subarray(at, at + to - from), room + from);
    this.held = datagram.fragments - 1;
    this.#forget(datagram);
    return whole;
  }

  #giveUp(datagram: Datagram): void {
    this.#notes.add('ip-fragment', datagram.frame, `${datagram.filled} bytes in ${datagram.fragments} fragments`);
    this.#forget(datagram);
  }

  #forget(datagram: Datagram): void {
    const { older, newer, hash, next } = datagram;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    this.#waiting -= 1;
    this.#cost -= datagram.bytes.length + datagram.pieces.length * PIECE_COST;
    this.#free.push(datagram.place);
    const first = this.#byHash.get(hash);
    if (first === datagram) {
      if (next) this.#byHash.set(hash, next);
      else this.#byHash.delete(hash);
      return;
    }
    for (let other = first; other; other = other.next) if (other.next === datagram) other.next = next;
  }

  #open(hash: number, { number, time }: Frame): Datagram {
    const place = this.#free.pop() ?? this.#waiting;
    const datagram: Datagram = {
      place,
      hash,
      next: this.#byHash.get(hash),
      older: this.#newest,
      newer: undefined,
      frame: number,
      time,
      pieces: [],
      bytes: NOTHING,
      filled: 0,
      fragments: 0,
      total: -1,
    };
    const words = (place + 1) * KEY_WORDS;
    if (words > this.#keys.length) {
      const more = new Int32Array(2 * words);
      more.set(this.#keys);
      this.#keys = more;
    }
    this.#keys.set(this.#key, place * KEY_WORDS);
    this.#byHash.set(hash, datagram);
    if (this.#newest) this.#newest.newer = datagram;
    else this.#oldest = datagram;
    this.#newest = datagram;
    this.#waiting += 1;
    return datagram;
  }

  #find(hash: number): Datagram | undefined {
    const keys = this.#keys;
    for (let datagram = this.#byHash.get(hash); datagram; datagram = datagram.next) {
      const at = datagram.place * KEY_WORDS;
      let i = 0;
      while (i < KEY_WORDS && keys[at + i] === this.#key[i]) i += 1;
      if (i === KEY_WORDS) return datagram;
    }
    return undefined;
  }

  #fill({ view, linkTag }: Cursor, { addresses, v6, id, protocol }: Fragment): number {
    const key = this.#key;
    for (let i = 0; i < 8; i += 1) key[i] = v6 || i < 2 ? view.getInt32(addresses + 4 * i) : 0;
    key[8] = id;
    // RFC 791 tells datagrams apart by protocol too, RFC 8200 does not.
    key[9] = v6 ? -1 : protocol;
    key[10] = linkTag;
    let hash = this.#seed;
    for (let i = 0; i < KEY_WORDS; i += 1) hash = Math.imul((hash ^ key[i]!) | 0, 0x9e3779b1) ^ (hash >>> 15);
    return hash | 0;
  }
}
