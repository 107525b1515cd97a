/** JSON that is safe to print: well-formed, and with nothing in it that a terminal would act upon. */

/** Printable ASCII without quote and backslash: needs no escaping at all. */
const plain = /^[ !#-[\]-~]*$/;
const loneSurrogate = /\p{Cs}/gu;
const beyondAscii = /[\x7f-\uffff]/;
/** Allowed by JSON, yet not harmless: DEL, C1, bidi and other format characters, U+2028 and U+2029. */
const unsafe = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

export function jsonString(text: string): string {
  return plain.test(text) ? `"${text}"` : escaped(JSON.stringify(text.replace(loneSurrogate, '\ufffd')));
}

/** A value of plain data; members that are undefined or no number are left out. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value);
  // What is no number, and half a surrogate pair, look so; asking at each value what it is takes ten times as long.
  return escaped(json.includes('null') || json.includes('\\ud') ? JSON.stringify(value, wellFormed) : json);
}

const wellFormed = (_: string, value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(loneSurrogate, '\ufffd');
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
};

/** The characters stand only inside strings, so the whole text can be searched. */
const escaped = (json: string): string =>
  beyondAscii.test(json)
    ? json.replace(unsafe, (character) => [...Array(character.length).keys()].map((i) => unit(character, i)).join(''))
    : json;

const unit = (character: string, index: number): string => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
