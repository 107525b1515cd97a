/** Records of rows in JSON: the members are known once, the values come row by row. */

import type { Field, FieldValue } from '../analysis/fields.ts';
import type { Trace } from '../trace/index.ts';
import { grouped } from './columns.ts';
import { jsonOf, jsonString } from './json-text.ts';
import { constant, type RowBytes } from './row-bytes.ts';

/** Writes the members of one record, `"id":0,"requests":3` without braces. */
export type WriteMembers<Subject> = (out: RowBytes, row: Subject, trace: Trace) => void;

const quote = 0x22;
const [yes, no] = [constant('true'), constant('false')];
const [open, comma, close] = [constant('['), constant(','), constant(']')];
/** Printable ASCII without quote and backslash: what needs no escaping. */
const harmless = Uint8Array.from({ length: 128 }, (_, code) => Number(code >= 0x20 && code < 0x7f && code !== quote && code !== 0x5c));

/** Unknown members are left out. `led`: each has a comma before it, the first one too. */
export function jsonMembers<Subject>(fields: readonly Field<Subject>[], led: boolean = false): WriteMembers<Subject> {
  const groups = grouped(fields).map(({ usual, members }) => {
    const texts = members.map(({ name }) => `"${name}":`);
    const columns = members.map(({ value }, i) => ({ first: constant(texts[i]!), next: constant(`,${texts[i]}`), value }));
    const all = usual?.value === undefined ? '' : texts.map((text) => text + jsonOf(usual.value)).join(',');
    return { usual, columns, first: constant(all), next: constant(all === '' ? '' : `,${all}`) };
  });
  return (out, row, trace) => {
    let isLed = led;
    for (const group of groups) {
      if (group.usual?.holds(row) === true) {
        out.constant(isLed ? group.next : group.first);
        isLed ||= group.usual.value !== undefined;
        continue;
      }
      for (const { first, next, value } of group.columns) {
        const known = value(row, trace);
        if (known === undefined || (typeof known === 'number' && !Number.isFinite(known))) continue;
        out.constant(isLed ? next : first);
        isLed = true;
        writeValue(out, known);
      }
    }
  };
}

function writeValue(out: RowBytes, value: FieldValue): void {
  switch (typeof value) {
    case 'number':
      return out.number(value);
    case 'string':
      return writeString(out, value);
    case 'boolean':
      return out.constant(value ? yes : no);
    default:
      return writeList(out, value);
  }
}

export function writeString(out: RowBytes, text: string): void {
  if (!out.plain(text, quote, harmless, 1, 1)) out.text(jsonString(text));
}

function writeList(out: RowBytes, values: readonly (number | string)[]): void {
  out.constant(open);
  let isFirst = true;
  for (const value of values) {
    if (!isFirst) out.constant(comma);
    isFirst = false;
    if (typeof value === 'string') writeString(out, value);
    else out.number(value);
  }
  out.constant(close);
}
