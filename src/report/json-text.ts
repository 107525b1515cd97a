/** JSON that is safe to print: well-formed, and with nothing in it that a terminal would act upon. */

import type { Field, FieldValue } from '../analysis/fields.ts';
import type { Trace } from '../trace/index.ts';

/** Printable ASCII without quote and backslash: needs no escaping at all. */
const plain = /^[ !#-[\]-~]*$/;
const loneSurrogate = /\p{Cs}/gu;
/** Allowed by JSON, yet not harmless: DEL, C1, bidi and other format characters, U+2028 and U+2029. */
const unsafe = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

export function jsonString(text: string): string {
  return plain.test(text) ? `"${text}"` : escaped(JSON.stringify(text.replace(loneSurrogate, '\ufffd')));
}

/** A value of plain data; members that are undefined or no number are left out. */
export function jsonOf(value: unknown): string {
  return escaped(JSON.stringify(value, wellFormed));
}

/** Makes the writer of one record, `"id":0,"requests":3` without braces; unknown members are left out. */
export function jsonMembers<Subject>(fields: readonly Field<Subject>[]): (row: Subject, trace: Trace) => string {
  const heads = fields.map((field) => `"${field.name}":`);
  return (row, trace) => {
    let members = '';
    for (let i = 0; i < fields.length; i += 1) {
      const value = fields[i]!.value(row, trace);
      if (value === undefined) continue;
      const text = valueText(value);
      if (text === undefined) continue;
      members += members === '' ? heads[i]! + text : `,${heads[i]!}${text}`;
    }
    return members;
  };
}

function valueText(value: FieldValue): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? `${value}` : undefined;
    case 'string':
      return jsonString(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return jsonOf(value);
  }
}

const wellFormed = (_: string, value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(loneSurrogate, '\ufffd');
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
};

/** The characters stand only inside strings, so the whole text can be searched. */
const escaped = (json: string): string =>
  json.replace(unsafe, (character) => [...Array(character.length).keys()].map((i) => unit(character, i)).join(''));

const unit = (character: string, index: number): string => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
