/** Server names beside an Encrypted ClientHello: the origin's own, or one that only stands in front of it (draft-ietf-tls-esni §6). */

/** Different configurations that are told apart; beyond it they are many. */
const MANY = 128;

interface Seen {
  connections: number;
  readonly configurations: Set<number>;
}

/**
 * Browsers send the extension to every server so that nobody can tell (GREASE): then its configuration number is random for each connection and
 * the name is true. A real one repeats its server's number. With a single connection nobody can tell, and the origin is unknown.
 */
export class OuterNames {
  readonly #names = new Map<number, Seen>();

  add(name: number, configuration: number): void {
    const known = this.#names.get(name) ?? { connections: 0, configurations: new Set<number>() };
    known.connections += 1;
    known.configurations.add(configuration);
    this.#names.set(name, known);
  }

  /** Does the name stand for something else, as far as it is known? */
  mayHide(name: number): boolean {
    const known = this.#names.get(name);
    if (!known) return false;
    return known.configurations.size < Math.min(MANY, Math.floor(known.connections / 2) + 1) || known.connections === 1;
  }
}
