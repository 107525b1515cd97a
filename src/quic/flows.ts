/** Flows of QUIC in a capture, by the name that their client asked for. */

import { ipv4Text, ipv6Text } from '../address.ts';
import { latin1 } from '../bytes.ts';
import { limits } from '../limits.ts';
import type { Notes } from '../note.ts';
import type { Datagram } from '../packet/index.ts';
import { HelloPieces } from './hello-pieces.ts';
import { InitialKeys, VERSION_1, VERSION_2 } from './initial-keys.ts';
import { type LongHeader, mayBeLong, readLongHeader } from './long-header.ts';

/** Flows to one name, or, where no ClientHello could be read, to one address. */
export interface QuicName {
  /** SNI of the first packets; undefined where they are not in the capture or could not be read. */
  readonly serverName: string | undefined;
  /** Of the first flow. */
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly flows: number;
  readonly firstFrame: number;
}

/** Of a flow whose ClientHello is not whole yet. */
interface Reading {
  keys: InitialKeys | undefined;
  readonly pieces: HelloPieces;
  tries: number;
}

interface Flow {
  /** By whom it was opened is known: its packets could be read. */
  isOpened: boolean;
  serverAddress: string;
  serverPort: number;
  serverName: string | undefined;
  readonly frame: number;
  reading: Reading | undefined;
}

/** A client's datagrams with Initial packets are this long at least (RFC 9000 §14.1): trying keys is not cheap, nobody shall ask for it with less. */
const SHORTEST_DATAGRAM = 1200;
/** Packets of one flow that are tried, and flows whose hello may be unfinished at once: a hello takes two or three packets. */
const TRIES = 16;
const UNFINISHED = 1024;
/** Packets in all that may turn out not to be a client's. */
const FAILURES = 4096;
/** A client's first packets name a destination of eight bytes at least (RFC 9000 §7.2). */
const SHORTEST_DESTINATION = 8;

export class QuicFlows {
  readonly #notes: Notes;
  readonly #flows = new Map<string, Flow>();
  #unfinished: Flow[] = [];
  #failures = 0;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  /** Looks only at packets that set up a connection: all others cost three comparisons. */
  datagram(d: Datagram): void {
    const { buffer, start, end } = d;
    if (!mayBeLong(buffer, start, end)) return;
    const header = readLongHeader(buffer, start, end);
    if (!header) return;
    const flow = this.#flowOf(d);
    if (flow?.reading) this.#read(flow, flow.reading, header, d);
  }

  /** Most flows first, then the one seen first. */
  names(): readonly QuicName[] {
    const names = new Map<string, { flow: Flow; flows: number }>();
    for (const flow of this.#flows.values()) {
      const key = `${flow.serverName ?? `[${flow.serverAddress}]`}:${flow.serverPort}`;
      const known = names.get(key);
      if (known) known.flows += 1;
      else names.set(key, { flow, flows: 1 });
    }
    return [...names.values()]
      .map(({ flow: { serverName, serverAddress, serverPort, frame }, flows }) => {
        return { serverName, serverAddress, serverPort, flows, firstFrame: frame };
      })
      .sort((a, b) => b.flows - a.flows || a.firstFrame - b.firstFrame);
  }

  /** undefined for the server's packets of a flow that its client opened. */
  #flowOf(d: Datagram): Flow | undefined {
    const [source, destination] = [endOf(d, d.source, d.sourcePort), endOf(d, d.destination, d.destinationPort)];
    const known = this.#flows.get(source + destination);
    if (known) return known;
    const other = this.#flows.get(destination + source);
    if (other) return other.isOpened ? undefined : other;
    if (this.#flows.size >= limits.quicFlows) {
      this.#notes.add('quic-limit', d.frame, `${limits.quicFlows} flows`);
      return undefined;
    }
    // Until its packets tell, the lower port is the server's.
    const toServer = d.sourcePort >= d.destinationPort;
    const flow: Flow = {
      isOpened: false,
      serverAddress: addressOf(d, toServer ? d.destination : d.source),
      serverPort: toServer ? d.destinationPort : d.sourcePort,
      serverName: undefined,
      frame: d.frame,
      reading: { keys: undefined, pieces: new HelloPieces(), tries: 0 },
    };
    this.#flows.set(source + destination, flow);
    this.#unfinished.push(flow);
    if (this.#unfinished.length > UNFINISHED) this.#giveUpSome();
    return flow;
  }

  /** Of those that wait longest, half. */
  #giveUpSome(): void {
    this.#unfinished = this.#unfinished.filter(({ reading }) => reading);
    if (this.#unfinished.length < UNFINISHED) return;
    for (const flow of this.#unfinished.splice(0, UNFINISHED / 2)) flow.reading = undefined;
  }

  #read(flow: Flow, reading: Reading, first: LongHeader, d: Datagram): void {
    let start = d.start;
    for (let header: LongHeader | undefined = first; header?.isInitial; header = readLongHeader(d.buffer, start, d.end)) {
      reading.tries += 1;
      if (reading.tries > TRIES) flow.reading = undefined;
      if (!flow.reading) return;
      const frames = this.#open(reading, header, d, start);
      if (frames) this.#take(flow, reading, frames, d);
      start = header.end;
      if (!mayBeLong(d.buffer, start, d.end)) return;
    }
  }

  #open(reading: Reading, header: LongHeader, d: Datagram, start: number): Uint8Array | undefined {
    const { version, destination } = header;
    const packet = d.buffer.subarray(start, header.end);
    const numberAt = header.numberAt - start;
    const opened = reading.keys?.open(packet, numberAt);
    if (opened || destination.length < SHORTEST_DESTINATION || d.end - d.start < SHORTEST_DATAGRAM) return opened;
    if (this.#failures === FAILURES) {
      this.#notes.add('quic-limit', d.frame, `${FAILURES} first packets that cannot be opened`);
      return undefined;
    }
    // The first packet, or the first after the server asked for another one (RFC 9001 §5.2).
    const keys = new InitialKeys(version === VERSION_2 ? VERSION_2 : VERSION_1, destination);
    const frames = keys.open(packet, numberAt);
    if (frames) reading.keys = keys;
    else this.#failures += 1;
    return frames;
  }

  #take(flow: Flow, reading: Reading, frames: Uint8Array, d: Datagram): void {
    if (!flow.isOpened) {
      flow.isOpened = true;
      flow.serverAddress = addressOf(d, d.destination);
      flow.serverPort = d.destinationPort;
    }
    reading.pieces.add(frames);
    const hello = reading.pieces.hello();
    if (!hello) return;
    flow.serverName = hello.serverName?.slice(0, limits.headerValue);
    flow.reading = undefined;
  }
}

const endOf = (d: Datagram, address: number, port: number): string =>
  `${latin1(d.buffer, address, address + (d.v6 ? 16 : 4))}${String.fromCharCode(port)}`;

function addressOf({ buffer, v6 }: Datagram, at: number): string {
  if (v6) return ipv6Text(latin1(buffer, at, at + 16));
  return ipv4Text((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!);
}
