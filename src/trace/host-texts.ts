/** Addresses and names of hosts as text. Those that were asked for last are remembered, for rows ask for the same few again and again. */

import type { Records } from './records.ts';

export interface HostText {
  readonly address: string;
  /** What a capture calls it. */
  readonly name: string | undefined;
}

const places = 256;

export class HostTexts {
  readonly #records: Records;
  readonly #hosts: number[] = [];
  readonly #texts: HostText[] = [];

  constructor(records: Records) {
    this.#records = records;
  }

  at(host: number): HostText {
    const place = host % places;
    const known = this.#texts[place];
    if (known !== undefined && this.#hosts[place] === host) return known;
    const address = this.#records.hosts.text(host);
    const text = { address, name: this.#records.hostName(address) };
    this.#hosts[place] = host;
    this.#texts[place] = text;
    return text;
  }
}
