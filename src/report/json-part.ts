/** Plain data as JSON, byte after byte behind rows: the parts of a report around them, of which there may be as many origins as connections. */

import type { Part } from './document.ts';
import { writeString } from './json-row.ts';
import { jsonString } from './json-text.ts';
import { type Constant, constant, type RowBytes } from './row-bytes.ts';

const [yes, no, nothing] = [constant('true'), constant('false'), constant('null')];
const [open, close, openList, closeList, comma] = [constant('{'), constant('}'), constant('['), constant(']'), constant(',')];

/** Members' names, as they are written behind a brace and behind a comma; the same few come again with each part. */
interface Name {
  readonly first: Constant;
  readonly next: Constant;
}

export class PartWriter {
  readonly #names = new Map<string, Name>();

  /** As `jsonOf` has it: members that are undefined or no number are left out, in a list they are null. */
  write(out: RowBytes, value: unknown): void {
    switch (typeof value) {
      case 'number':
        return Number.isFinite(value) ? out.number(value) : out.constant(nothing);
      case 'string':
        return writeString(out, value);
      case 'boolean':
        return out.constant(value ? yes : no);
      case 'object':
        if (value === null) return out.constant(nothing);
        if (Array.isArray(value)) return this.#list(out, value);
        out.constant(open);
        this.writeMembers(out, value as Part);
        return out.constant(close);
      default:
        return out.constant(nothing);
    }
  }

  #list(out: RowBytes, values: readonly unknown[]): void {
    out.constant(openList);
    for (let i = 0; i < values.length; i += 1) {
      if (i > 0) out.constant(comma);
      this.write(out, values[i]);
    }
    out.constant(closeList);
  }

  /** Without braces. `led`: something stands before the first one. */
  writeMembers(out: RowBytes, part: Part, led: boolean = false): void {
    let isLed = led;
    for (const name in part) {
      const value = part[name];
      if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) continue;
      const { first, next } = this.#names.get(name) ?? this.#named(name);
      out.constant(isLed ? next : first);
      isLed = true;
      this.write(out, value);
    }
  }

  #named(name: string): Name {
    const text = `${jsonString(name)}:`;
    const made = { first: constant(text), next: constant(`,${text}`) };
    this.#names.set(name, made);
    return made;
  }
}
