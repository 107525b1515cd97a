/** Puts IP fragments together, within bounds: first bytes win, what differs is noted, what never gets whole is noted when it is given up. */

import { limits } from '../limits.ts';
import type { Notes } from '../note.ts';
import type { Time } from '../time.ts';

/** A piece of a datagram's payload. */
interface Piece {
  readonly from: number;
  readonly bytes: Uint8Array;
}

interface Datagram {
  /** Addresses (8 words), id, protocol, tag. */
  readonly key: Int32Array;
  readonly hash: number;
  next: Datagram | undefined;
  readonly frame: number;
  readonly time: Time;
  readonly pieces: Piece[];
  fragments: number;
  bytes: number;
  /** Payload length; -1 while the last fragment is not there. */
  total: number;
}

export interface Fragment {
  readonly frame: number;
  readonly time: Time;
  readonly buffer: Uint8Array;
  readonly view: DataView;
  /** The IP header begins here; its addresses, 4 or 16 bytes each. */
  readonly header: number;
  readonly addresses: number;
  readonly v6: boolean;
  readonly id: number;
  readonly protocol: number;
  readonly linkTag: number;
  /** Where in the datagram's payload `buffer[start, end)` belongs, and whether more comes behind it. */
  readonly offset: number;
  readonly start: number;
  readonly end: number;
  readonly more: boolean;
}

/** Longest payload that IP can name. */
const LONGEST = 65_535;
const KEY_WORDS = 11;

export class Fragments {
  /** Of the datagram that `add` completed: how many fragments were held before. */
  held = 0;
  readonly #notes: Notes;
  readonly #byHash = new Map<number, Datagram>();
  /** From the oldest on. */
  readonly #waiting = new Set<Datagram>();
  readonly #key = new Int32Array(KEY_WORDS);
  /** Nobody can choose packets that all fall into one chain; results do not depend on it. */
  readonly #seed = (Math.random() * 2 ** 32) | 0;
  #bytes = 0;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** The whole payload, copied behind `room` bytes for its header, once this fragment completes it. */
  add(f: Fragment, room: number): Uint8Array | undefined {
    const hash = this.#fill(f);
    let datagram = this.#find(hash);
    if (datagram && f.time - datagram.time > limits.fragmentWait) {
      this.#giveUp(datagram);
      datagram = undefined;
    }
    datagram ??= this.#open(hash, f);
    datagram.fragments += 1;
    if (!this.#accept(datagram, f)) return undefined;
    if (datagram.bytes === datagram.total) return this.#whole(datagram, room);
    while (this.#bytes > limits.fragmentBytes || this.#waiting.size > limits.datagrams) {
      this.#notes.add('fragment-limit', f.frame);
      for (const oldest of this.#waiting) {
        this.#giveUp(oldest);
        break;
      }
    }
    return undefined;
  }

  /** The capture is over. */
  end(): void {
    for (const datagram of this.#waiting) this.#giveUp(datagram);
  }

  #accept(datagram: Datagram, f: Fragment): boolean {
    const to = f.offset + f.end - f.start;
    const conflict = (what: string): false => {
      this.#notes.add('fragment-conflict', f.frame, what);
      return false;
    };
    if (to > LONGEST) return conflict(`a fragment up to byte ${to}`);
    const last = datagram.pieces.at(-1);
    const reach = last ? last.from + last.bytes.length : 0;
    if (datagram.total >= 0 && (to > datagram.total || (!f.more && to !== datagram.total))) return conflict('two ends');
    if (!f.more) {
      if (reach > to) return conflict('bytes behind the end');
      datagram.total = to;
    }
    if (datagram.pieces.length >= limits.fragmentPieces) return conflict(`more than ${limits.fragmentPieces} fragments`);
    this.#insert(datagram, f, to);
    return true;
  }

  /** Keeps what of [offset, to) is not there yet. */
  #insert(datagram: Datagram, f: Fragment, to: number): void {
    const { pieces } = datagram;
    let differs = false;
    let from = f.offset;
    let i = pieces.length;
    while (i > 0 && pieces[i - 1]!.from + pieces[i - 1]!.bytes.length > from) i -= 1;
    while (from < to) {
      const piece = pieces[i];
      const until = piece && piece.from < to ? Math.max(from, piece.from) : to;
      if (until > from) {
        const at = f.start + from - f.offset;
        const bytes = f.buffer.slice(at, at + until - from);
        pieces.splice(i, 0, { from, bytes });
        datagram.bytes += bytes.length;
        this.#bytes += bytes.length;
        i += 1;
        from = until;
      }
      if (from >= to || !piece) break;
      const end = Math.min(to, piece.from + piece.bytes.length);
      for (let p = from; p < end; p += 1) differs ||= piece.bytes[p - piece.from] !== f.buffer[f.start + p - f.offset];
      from = end;
      i += 1;
    }
    if (differs) this.#notes.add('fragment-conflict', f.frame, `at byte ${f.offset} of the packet that began with frame ${datagram.frame}`);
  }

  #whole(datagram: Datagram, room: number): Uint8Array {
    const bytes = new Uint8Array(room + datagram.total);
    for (const piece of datagram.pieces) bytes.set(piece.bytes, room + piece.from);
    this.held = datagram.fragments - 1;
    this.#forget(datagram);
    return bytes;
  }

  #giveUp(datagram: Datagram): void {
    this.#notes.add('ip-fragment', datagram.frame, `${datagram.bytes} bytes in ${datagram.fragments} fragments`);
    this.#forget(datagram);
  }

  #forget(datagram: Datagram): void {
    this.#waiting.delete(datagram);
    this.#bytes -= datagram.bytes;
    const first = this.#byHash.get(datagram.hash);
    if (first === datagram) {
      if (datagram.next) this.#byHash.set(datagram.hash, datagram.next);
      else this.#byHash.delete(datagram.hash);
      return;
    }
    for (let other = first; other; other = other.next) if (other.next === datagram) other.next = datagram.next;
  }

  #open(hash: number, f: Fragment): Datagram {
    const datagram: Datagram = {
      key: this.#key.slice(),
      hash,
      next: this.#byHash.get(hash),
      frame: f.frame,
      time: f.time,
      pieces: [],
      fragments: 0,
      bytes: 0,
      total: -1,
    };
    this.#byHash.set(hash, datagram);
    this.#waiting.add(datagram);
    return datagram;
  }

  #find(hash: number): Datagram | undefined {
    for (let datagram = this.#byHash.get(hash); datagram; datagram = datagram.next) {
      const { key } = datagram;
      let i = 0;
      while (i < KEY_WORDS && key[i] === this.#key[i]) i += 1;
      if (i === KEY_WORDS) return datagram;
    }
    return undefined;
  }

  #fill({ view, addresses, v6, id, protocol, linkTag }: Fragment): number {
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
