/** Decode As: what the user says is spoken on a port, in Wireshark's words, where its content does not tell. */

export const decodeAsProtocols = ['http', 'http2', 'tls', 'none'] as const;
export type DecodeAsProtocol = (typeof decodeAsProtocols)[number];

interface Rule {
  /** Of TCP itself, or of what is inside TLS. */
  readonly layer: 'tcp' | 'tls';
  readonly first: number;
  readonly last: number;
  readonly protocol: DecodeAsProtocol;
}

/** A rule that cannot be read; its message says what was expected and where. */
export class DecodeAsError extends Error {
  override readonly name = 'DecodeAsError';
}

const EXAMPLE = 'tcp.port==8888,http';

/** Of several rules for a port the last one counts. */
export class DecodeAs {
  readonly #rules: readonly Rule[];

  /** Rules as tshark's -d takes them: `tcp.port==8888,http`, `tcp.port==8000-8100,tls`, `tls.port==8443,http2`. @throws DecodeAsError */
  constructor(rules: readonly string[] = []) {
    this.#rules = rules.map(read).reverse();
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  protocol(layer: 'tcp' | 'tls', port: number): DecodeAsProtocol | undefined {
    return this.#rules.find((rule) => rule.layer === layer && rule.first <= port && port <= rule.last)?.protocol;
  }
}

// tcp.port==8888,http     layer type == selector , protocol
//   tcp.port  tls.port      of the TCP connection; of what is inside its TLS
//   8888  8000-8100  8000:3 one port, first to last, first and how many
function read(rule: string): Rule {
  const comma = rule.lastIndexOf(',');
  const equals = rule.indexOf('==');
  if (equals < 0 || comma < equals) throw wrong(rule, `a rule has the form LAYER==PORT,PROTOCOL, as in ${EXAMPLE}`);
  const layer = rule.slice(0, equals).trim();
  if (layer !== 'tcp.port' && layer !== 'tls.port')
    throw wrong(rule, `'${layer}' is none of the layers known: tcp.port, and tls.port for what is inside TLS`);
  const selector = rule.slice(equals + 2, comma).trim();
  const [, first = '', kind, second = ''] = /^(\d{1,5})(?:([-:])(\d{1,5}))?$/.exec(selector) ?? [];
  const from = Number(first);
  const to = kind === undefined ? from : kind === '-' ? Number(second) : from + Number(second) - 1;
  if (first === '' || from > to || to > 65_535)
    throw wrong(rule, `'${selector}' is no TCP port: one from 0 to 65535 was expected, a range 8000-8100, or 8000:3 for three ports`);
  const name = rule.slice(comma + 1).trim();
  const protocol = names[name];
  if (protocol === undefined)
    throw wrong(rule, `'${name}' is none of the protocols known: ${decodeAsProtocols.join(', ')} (none: not looked into)`);
  if (layer === 'tls.port' && protocol === 'tls') throw wrong(rule, 'TLS inside TLS is found by its content');
  return { layer: layer === 'tcp.port' ? 'tcp' : 'tls', first: from, last: to, protocol };
}

/** With Wireshark's own words for two of them. */
const names: Readonly<Partial<Record<string, DecodeAsProtocol>>> = Object.assign(Object.create(null) as Record<string, never>, {
  ...Object.fromEntries(decodeAsProtocols.map((name) => [name, name])),
  ssl: 'tls',
  data: 'none',
});

const wrong = (rule: string, why: string): DecodeAsError => new DecodeAsError(`'${rule}': ${why}`);
