/** Numbers for the VLANs and tunnels around a packet: part of a connection's identity, equal where they are equal. */

import { limits } from '../limits.ts';

/** Kinds of tunnels. Those whose ids differ by direction (GTP-U, MPLS) are told apart by kind at most. */
const kinds = ['vlan', 'ipip', '6in4', '4in6', '6in6', 'gre', 'erspan', 'vxlan', 'geneve', 'gtp', 'pppoe', 'etherip'] as const;
const KIND_VLAN = 0;
export const TUNNEL_IPIP = 1;
export const TUNNEL_6IN4 = 2;
export const TUNNEL_4IN6 = 3;
export const TUNNEL_6IN6 = 4;
export const TUNNEL_GRE = 5;
export const TUNNEL_ERSPAN = 6;
export const TUNNEL_VXLAN = 7;
export const TUNNEL_GENEVE = 8;
export const TUNNEL_GTP = 9;
export const TUNNEL_PPPOE = 10;
export const TUNNEL_ETHERIP = 11;

/** For tunnels that have no id. */
export const NO_ID = -1;

// 0: neither · up to 4,096: one VLAN, its id + 1 · below 2^25: two, the outer one's (id + 1) * 4,097 + the inner one's id + 1
// from 2^25 on: a row of the table
const PACKED = 4097;
const FIRST_ROW = 1 << 25;

interface Row {
  readonly outer: number;
  readonly kind: number;
  readonly id: number;
}

export class LinkTags {
  /** A limit acted: some that differ have the same number. */
  full = false;
  readonly #rows: Row[] = [];
  /** By outer tag, then kind and id. */
  readonly #known = new Map<number, Map<number, number>>();

  /** A VLAN inside `outer`. Of more than two around one another, the two outermost are told apart. */
  vlan(outer: number, id: number): number {
    if (outer < PACKED) return outer * PACKED + id + 1;
    return outer < FIRST_ROW ? outer : this.#row(outer, KIND_VLAN, id);
  }

  tunnel(outer: number, kind: number, id: number): number {
    return this.#row(outer, kind, id);
  }

  /** VLAN ids from the outside in. */
  vlansOf(tag: number): readonly number[] {
    if (tag >= FIRST_ROW) {
      const { outer, kind, id } = this.#rows[tag - FIRST_ROW]!;
      return kind === KIND_VLAN ? [...this.vlansOf(outer), id] : this.vlansOf(outer);
    }
    if (tag === 0) return [];
    const inner = (tag % PACKED) - 1;
    return tag > PACKED ? [Math.floor(tag / PACKED) - 1, inner] : [inner];
  }

  /** Kind and id of the innermost tunnel: `vxlan:42`, `ipip`. */
  tunnelOf(tag: number): string | undefined {
    if (tag < FIRST_ROW) return undefined;
    const { outer, kind, id } = this.#rows[tag - FIRST_ROW]!;
    if (kind === KIND_VLAN) return this.tunnelOf(outer);
    return id === NO_ID ? kinds[kind]! : `${kinds[kind]}:${id}`;
  }

  #row(outer: number, kind: number, id: number): number {
    let inside = this.#known.get(outer);
    if (!inside) {
      inside = new Map();
      this.#known.set(outer, inside);
    }
    const key = kind * 2 ** 33 + id;
    const known = inside.get(key);
    if (known !== undefined) return known;
    if (this.#rows.length >= limits.linkTags) {
      this.full = true;
      return outer;
    }
    const tag = FIRST_ROW + this.#rows.push({ outer, kind, id }) - 1;
    inside.set(key, tag);
    return tag;
  }
}
