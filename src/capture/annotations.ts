/** What a pcapng file tells besides its packets: host names, comments, interfaces. Bounded; what is not kept is counted. */

import { ipv4Text, ipv6Text } from '../address.ts';
import { latin1 } from '../bytes.ts';
import { limits } from '../limits.ts';

export interface Comment {
  /** `frame` with its number, `interface` with its index; a section's or another block's own. */
  readonly about: 'section' | 'interface' | 'frame' | 'names' | 'statistics' | 'secrets';
  readonly number: number;
  readonly text: string;
}

/** Who wrote a section of the file, and where. */
export interface SectionFacts {
  readonly hardware: string | undefined;
  readonly system: string | undefined;
  readonly application: string | undefined;
}

/** `Dumpcap (Wireshark) 4.0.17, Linux 6.1.0, Intel Xeon` */
export const writerOf = ({ application, system, hardware }: SectionFacts): string =>
  [application, system, hardware].filter((one) => one !== undefined).join(', ');

export interface InterfaceFacts {
  readonly linkType: number;
  /** 0 where everything was captured. */
  readonly snapLength: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly filter: string | undefined;
  readonly hardware: string | undefined;
  readonly system: string | undefined;
  /** Bits per second. */
  readonly speed: number | undefined;
  /** Nanoseconds in one tick of its clock, where that is a whole number; 0 for a finer one. */
  readonly tick: number;
  /** Packets seen and lost by the capturing system, as the last Interface Statistics Block says. */
  received: number | undefined;
  dropped: number | undefined;
}

export class Annotations {
  readonly comments: Comment[] = [];
  /** All that there were; `comments` keeps the first of them. */
  commentCount = 0;
  /** Those that tell of themselves. The first ones are kept. */
  readonly sections: SectionFacts[] = [];
  sectionCount = 0;
  /** Of all sections, in order: a frame's `interface` is an index into it. The first ones are kept. */
  readonly interfaces: InterfaceFacts[] = [];
  interfaceCount = 0;
  nameCount = 0;
  readonly #names = new Map<string, string[]>();

  comment(about: Comment['about'], number: number, buffer: Uint8Array, start: number, end: number): void {
    this.commentCount += 1;
    if (this.comments.length < limits.comments) this.comments.push({ about, number, text: utf8(buffer, start, end) });
  }

  section(facts: SectionFacts): void {
    this.sectionCount += 1;
    if (this.sections.length < limits.interfaces) this.sections.push(facts);
  }

  interface(facts: InterfaceFacts): void {
    this.interfaceCount += 1;
    if (this.interfaces.length < limits.interfaces) this.interfaces.push(facts);
  }

  /** Names for the address at `at`, 4 or 16 bytes long; each ends with a zero. */
  name(buffer: Uint8Array, at: number, length: 4 | 16, end: number): void {
    const bytes = latin1(buffer, at, at + length);
    const address = length === 4 ? ipv4Text(new DataView(buffer.buffer, buffer.byteOffset + at, 4).getInt32(0)) : ipv6Text(bytes);
    for (let p = at + length; p < end; ) {
      const zero = buffer.indexOf(0, p);
      const stop = zero < 0 || zero > end ? end : zero;
      if (stop > p) this.#keep(address, utf8(buffer, p, stop));
      p = stop + 1;
    }
  }

  /** Host names that the capture gives an address, in its text form. */
  names(address: string): readonly string[] {
    return this.#names.get(address) ?? [];
  }

  #keep(address: string, name: string): void {
    this.nameCount += 1;
    const known = this.#names.get(address);
    if (!known) {
      if (this.#names.size < limits.names) this.#names.set(address, [name]);
    } else if (known.length < 16 && !known.includes(name)) known.push(name);
  }
}

/** At most so many bytes of one text are kept. */
export function utf8(buffer: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer.buffer, buffer.byteOffset + start, Math.min(end - start, limits.annotation)).toString('utf8');
}
