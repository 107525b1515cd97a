/** Damage and oddities are results, never exceptions: counted by code, with the first frame and one detail. */

/** Every code with its meaning in one line; the codes are part of the report's contract. */
export const noteMeanings = {
  'cut-short': 'the capture ends in the middle of a record',
  'bad-record': 'a record header is not plausible; bytes were skipped to the next plausible one',
  'bad-block': 'a pcapng block is not well formed',
  'bad-time': 'a timestamp cannot be represented; the time of the frame before it is used',
  'no-time': 'a Simple Packet Block has no timestamp; the time of the frame before it is used',
  'time-went-back': 'a frame is earlier than the frame before it; reordercap, of Wireshark, puts frames in order',
  'unknown-interface': 'a packet names an interface that was never described',
  'interface-limit': 'more different interfaces than the limit; packets of further ones are skipped',
  'unknown-version': 'the file format version is not the known one',
  'second-file': 'the header of a second capture file was found inside the first',
  'captured-longer-than-original': 'a record says that more was captured than was on the wire',
  'bad-compression': 'the compressed file is cut, damaged or followed by something else; what could be unpacked is used',
  'unread-capture': 'one of the captures could not be read; the report is of the others',
  'unpacked-limit': 'more comes out of the compressed file than the limit; reading stopped there',
  'unknown-link-type': 'frames of a link type that cannot be decoded',
  'bad-link-header': 'a link-layer header is cut or not well formed',
  'bad-ip-header': 'an IP header is cut or not well formed',
  'bad-tcp-header': 'a TCP header is cut or not well formed',
  'bad-checksum': 'the IPv4 or TCP checksum is wrong; the packet is left out, as --verify-checksums asks',
  'checksum-offload': 'the TCP checksum had not been computed when the packet was captured (offload); it cannot be verified',
  'ip-fragment': 'fragments of an IP packet that is not whole in the capture; what it carries is not read',
  'fragment-conflict': 'fragments of one IP packet carry different bytes for the same place; the first ones are used',
  'fragment-limit': 'more fragments of IP packets wait than the limit; the oldest were given up',
  'tunnel-limit': 'more VLANs and tunnels than can be told apart',
  'too-deep': 'more nested headers than the limit',
  'cut-frames': 'frames were captured only in part (snap length)',
  'segmentation-offload': 'IP total length is 0 (segmentation offload); the captured length is used',
  gap: 'bytes that the peer acknowledged are not in the capture',
  'lost-on-network': 'bytes before others were neither acknowledged nor sent again: lost on the network',
  'urgent-data': 'a segment has urgent data; its bytes are read as part of the stream, as RFC 6093 recommends',
  'out-of-order-limit': 'too many bytes waited behind a hole; the hole was given up',
  'overlap-conflict': 'a retransmission carried other bytes than the first copy; the first copy is used',
  'bytes-after-close': 'bytes arrived on a stream that had already ended',
  'flow-limit': 'more half-open flows than the limit; SYNs beyond it are listed only if they are answered',
  'connection-limit': 'more connections than the limit; those beyond it are not listed',
  'reader-limit':
    'more connections were open at once than can be read; those that were idle for long are read no further, counts of them are lower bounds',
  'tls-limit': 'more TLS connections than the limit; of those beyond it version, handshake and certificate are not known',
  'exchange-limit': 'more HTTP exchanges than the limit; those beyond it are not listed',
  'history-limit': 'more different histories of connections, or longer ones, than the limit; some are cut',
  'reset-out-of-window': 'a reset has a number that its receiver cannot take; it is not believed',
  'reset-another-way': "a reset came over another number of hops than its sender's other segments; a device on the way may have sent it",
  'measure-limit': 'round trips, bytes in flight and closed windows of more connections than the limit; of the others they are not known',
  'old-connection-half-open': 'a new connection was opened on a flow whose old connection had not been closed',
  'smuggling-risk':
    'the length of an HTTP message is given in a way that receivers read differently; it is read as RFC 9112 has it, counts after it are lower bounds',
  'framing-error': 'the length of an HTTP message cannot be known; counts after it are lower bounds',
  'framing-lost': 'bytes of an HTTP message are missing, or do not follow its framing; the next message start is searched for',
  resynchronised: 'reading went on at the next message start after lost bytes (a guess)',
  'cut-head': 'only the beginning of an HTTP head is in the capture; the message is counted, its length is unknown',
  'bare-line-feed': 'an HTTP line ends with LF alone',
  'obsolete-line-folding': 'a header field is folded over several lines',
  'malformed-http': 'a line of an HTTP message is not as RFC 9112 has it; it is read as well as can be, strict receivers refuse it',
  'unknown-method': 'a request method that is in no registry; some servers refuse it',
  'header-limit': 'an HTTP head is larger than the limit; it is kept in part',
  'not-http': 'a stream that began like HTTP went on as something else',
  'bad-keep-alive': 'a Keep-Alive parameter is not a number below 2^31, or is given twice with other values; the first valid one is used',
  'proxy-connection': 'a message carries Proxy-Connection, which decides nothing',
  'unsolicited-response': 'a response came without a request',
  'early-response': 'a response began before its request had been sent completely',
  'early-bytes': 'a client sent bytes behind CONNECT or a request to upgrade before it was answered; they are read as the answer says',
  'http-after-close': 'a message follows one that had announced to be the last of its direction',
  'bad-proxy-header': 'a PROXY header of a load balancer is not well formed; whose connection it passes on is unknown',
  'http2-frame': 'an HTTP/2 frame is not well formed or not where it belongs; it is skipped',
  'http2-compression':
    'a header block of HTTP/2 cannot be decoded; from there on the methods, targets and status codes of its direction are unknown',
  'http2-lost': 'the frames of an HTTP/2 direction cannot be followed any further; counts after it are lower bounds',
  'http2-limit': 'a header block, a list of settings or the open streams of an HTTP/2 connection exceed the limit; they are kept in part',
  'tls-lost': 'the records of a TLS direction cannot be followed any further',
  'tls-answered-otherwise': 'one side speaks TLS, the other does not',
  'tls-hello': 'a ClientHello or ServerHello of TLS is not well formed; it is read in part',
  'ssl2-hello': 'a ClientHello in the form of SSL 2.0; what it offers is not read',
  'quic-limit':
    'more flows of QUIC, or first packets of them that cannot be opened, than the limit; further ones are not counted or have no name',
  'text-limit': 'there are more targets, hosts and agents than are kept; times and sizes are complete',
} as const;

export type NoteCode = keyof typeof noteMeanings;

export interface NoteCount {
  readonly code: NoteCode;
  readonly count: number;
  /** `frame.number` of the first one; 0 where no frame carries it. */
  readonly firstFrame: number;
  readonly detail: string;
  /** Of several captures: index of the one with that frame. */
  readonly capture: number;
}

/** Counts notes by code and keeps the first of each. */
export class Notes {
  /** The capture that is being read. */
  capture = 0;
  /** The connection that is being read; -1 between segments. What is noted meanwhile is about it. */
  about = -1;
  readonly #counts = new Map<NoteCode, { code: NoteCode; count: number; firstFrame: number; detail: string; capture: number }>();
  /** Codes by connection, as numbers of sets: there are few different ones. */
  readonly #byConnection = new Map<number, number>();
  readonly #sets: { readonly codes: readonly NoteCode[]; readonly larger: Map<NoteCode, number> }[] = [{ codes: [], larger: new Map() }];

  add(code: NoteCode, frame: number, detail = ''): void {
    if (this.about >= 0) this.#byConnection.set(this.about, this.#with(this.#byConnection.get(this.about) ?? 0, code));
    const known = this.#counts.get(code);
    if (known) known.count += 1;
    else this.#counts.set(code, { code, count: 1, firstFrame: frame, detail, capture: this.capture });
  }

  count(code: NoteCode): number {
    return this.#counts.get(code)?.count ?? 0;
  }

  /** Codes of one connection, in the order in which they first happened. */
  of(connection: number): readonly NoteCode[] {
    return this.#sets[this.#byConnection.get(connection) ?? 0]!.codes;
  }

  /** The set with one more code. */
  #with(set: number, code: NoteCode): number {
    const { codes, larger } = this.#sets[set]!;
    if (codes.includes(code)) return set;
    const known = larger.get(code);
    if (known !== undefined) return known;
    larger.set(code, this.#sets.length);
    this.#sets.push({ codes: [...codes, code], larger: new Map() });
    return this.#sets.length - 1;
  }

  /** In the order in which they first happened. */
  list(): readonly NoteCount[] {
    return [...this.#counts.values()];
  }
}

/** Several of them as one list: each code once. */
export function combined(all: readonly Notes[]): readonly NoteCount[] {
  const sums = new Map<NoteCode, NoteCount>();
  for (const notes of all) {
    for (const note of notes.list()) {
      const known = sums.get(note.code);
      sums.set(note.code, known ? { ...known, count: known.count + note.count } : note);
    }
  }
  return [...sums.values()];
}
