/** What could be typed next: names of fields, operators, values. */

import { isFilterError } from './filter.ts';
import { filterFields, known } from './names.ts';
import { parseFilter } from './parser.ts';

export interface Completion {
  /** What of the text before the caret it would replace. */
  readonly from: number;
  readonly words: readonly { readonly text: string; readonly meaning: string }[];
}

const comparisons: readonly (readonly [string, string])[] = [
  ['==', 'equal'],
  ['!=', 'not equal'],
  ['>', 'greater'],
  ['<', 'less'],
  ['>=', 'greater or equal'],
  ['<=', 'less or equal'],
];
const textual: readonly (readonly [string, string])[] = [
  ['==', 'equal'],
  ['!=', 'not equal'],
  ['contains', 'has this text in it'],
  ['matches', 'fits this regular expression'],
  ['in', 'is one of {…}'],
];
const connectives: readonly (readonly [string, string])[] = [
  ['and', 'both'],
  ['or', 'either'],
];

/** For the text before the caret. */
export function completions(text: string): Completion {
  const word = /[\w.]*$/.exec(text)![0];
  const from = text.length - word.length;
  const before = text.slice(0, from);
  const result = before.trim() === '' ? undefined : parseFilter(before);
  const expected =
    result === undefined
      ? 'field'
      : isFilterError(result)
        ? result.at >= before.trimEnd().length
          ? result.expected
          : 'nothing'
        : 'operator';
  const offer = (pairs: readonly (readonly [string, string])[]): Completion['words'] =>
    pairs.filter(([name]) => name.startsWith(word.toLowerCase()) && name !== word).map(([name, meaning]) => ({ text: name, meaning }));
  if (expected === 'field') return { from, words: fieldWords(word) };
  if (expected === 'value') return { from, words: offer(valuesOf(before)) };
  if (expected === 'connective') return { from, words: offer(connectives) };
  if (expected !== 'operator') return { from, words: [] };
  // A whole filter: behind a bare field an operator may come, behind a comparison only a connective.
  const field = known.get(/([\w.]+)\s+$/.exec(before)?.[1] ?? '');
  if (!/\s$/.test(before) && !/\)$/.test(before)) return { from, words: [] };
  if (!field || field.type === 'flag' || /(==|!=|[<>]=?|\b(eq|ne|gt|lt|ge|le|contains|matches))\s*[\w.]+\s+$/.test(before))
    return { from, words: offer(connectives) };
  return {
    from,
    words: offer([
      ...(field.type === 'string'
        ? textual
        : field.type === 'number'
          ? [...comparisons, ['in', 'is one of {…}'] as const]
          : comparisons.slice(0, 2)),
      ...connectives,
    ]),
  };
}

/** Names that begin so, else names that have it in them; those of Wireshark first. */
function fieldWords(word: string): Completion['words'] {
  const wanted = word.toLowerCase();
  const begins = filterFields.filter(({ name }) => name.startsWith(wanted) && name !== word);
  const contains = filterFields.filter(({ name }) => !name.startsWith(wanted) && wanted.length > 1 && name.includes(wanted));
  return [...begins, ...contains].map(({ name, meaning }) => ({ text: name, meaning }));
}

function valuesOf(before: string): readonly (readonly [string, string])[] {
  const name = /([\w.]+)\s*(?:[=!<>]+|\w+)\s*$/.exec(before)?.[1] ?? '';
  const field = known.get(name);
  if (field?.type === 'boolean')
    return [
      ['true', ''],
      ['false', ''],
    ];
  return (field?.values ?? []).map((value) => [value, '']);
}
