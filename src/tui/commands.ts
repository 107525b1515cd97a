/** What can be typed behind `:`, and what it does. */

import { nearest } from '../nearest.ts';
import type { Action } from './store.ts';

export type Setting = 'mouse' | 'hints' | 'secrets';

interface Command {
  readonly name: string;
  /** How its words are written. */
  readonly usage: string;
  readonly does: string;
  /** Words that can follow it. */
  readonly words?: readonly string[];
  /** A text instead of an action says what was expected. */
  action(rest: string): Action | string;
}

const copies = ['value', 'stream', 'tuple', 'curl', 'rows', 'command'] as const;
export type CopyKind = (typeof copies)[number];
export const themes = ['dark', 'light', 'mono'] as const;
const settings = ['mouse', 'nomouse', 'hints', 'nohints', 'secrets', 'nosecrets'] as const;

export const commands: readonly Command[] = [
  {
    name: 'filter',
    usage: 'filter EXPRESSION',
    does: 'show only connections that satisfy it; without one, all',
    action: (text) => ({ type: 'filter', text }),
  },
  {
    name: 'goto',
    usage: 'goto N | goto stream N',
    does: 'open connection N, or the one of tcp.stream N',
    words: ['stream'],
    action: (rest) => {
      const [, stream, number] = /^(stream\s+)?#?(\d{1,9})$/.exec(rest) ?? [];
      return number === undefined
        ? 'goto needs the number of a connection: goto 17, or goto stream 17'
        : { type: 'goto', number: Number(number), by: stream === undefined ? 'id' : 'stream' };
    },
  },
  {
    name: 'sort',
    usage: 'sort COLUMN [asc|desc]',
    does: 'sort by a column, named as in reports',
    action: (rest) => {
      const [, name, order] = /^(\S+)(?:\s+(asc|desc))?$/.exec(rest) ?? [];
      return name === undefined
        ? 'sort needs the name of a column: sort wasted_ms desc'
        : { type: 'sort-by', name, order: order as 'asc' | 'desc' | undefined };
    },
  },
  {
    name: 'columns',
    usage: 'columns A,B,C',
    does: 'show these columns in this order; without names, the usual ones',
    action: (rest) => ({ type: 'columns', names: rest === '' ? undefined : rest.split(/[\s,]+/).filter(Boolean) }),
  },
  {
    name: 'export',
    usage: 'export FILE',
    does: 'write what is shown; the ending tells the format (.json .csv .md … .pcapng; a ladder also .svg .mmd .txt)',
    action: (path) => (path === '' ? 'export needs the name of a file: export report.json' : { type: 'export', path }),
  },
  {
    name: 'copy',
    usage: `copy ${copies.join('|')}`,
    does: 'copy the value under the cursor, the connection as a filter of Wireshark, its two ends, its request for curl, all rows as a filter, or the command line that gives the same',
    words: copies,
    action: (kind) =>
      copies.some((known) => known === kind) ? { type: 'copy', kind: kind as CopyKind } : `copy what? ${copies.join(', ')}`,
  },
  {
    name: 'theme',
    usage: 'theme dark|light|mono',
    does: 'change the colours',
    words: themes,
    action: (name) =>
      themes.some((known) => known === name)
        ? { type: 'theme', colors: name as (typeof themes)[number] }
        : `there are the themes ${themes.join(', ')}`,
  },
  {
    name: 'set',
    usage: 'set [no]mouse | [no]hints | [no]secrets',
    does: 'take or free the mouse; show or hide the bottom line; show or mask secrets',
    words: settings,
    action: (word) => {
      const [, off, name] = /^(no)?(mouse|hints|secrets)$/.exec(word) ?? [];
      return name === undefined ? `set what? ${settings.join(', ')}` : { type: 'set', setting: name as Setting, on: off === undefined };
    },
  },
  { name: 'unmark', usage: 'unmark', does: 'take all marks away', action: () => ({ type: 'unmark' }) },
  { name: 'help', usage: 'help', does: 'the keys and columns of this view', action: () => ({ type: 'help' }) },
  { name: 'quit', usage: 'quit', does: 'leave', action: () => ({ type: 'quit' }) },
];

/** The action of a line, or what is wrong with it. */
export function commandOf(line: string): Action | string {
  const [, word = '', rest = ''] = /^\s*:?\s*(\S*)\s*([\s\S]*?)\s*$/.exec(line) ?? [];
  if (word === '') return '';
  if (/^\d{1,9}$/.test(word)) return { type: 'go', position: Math.max(0, Number(word) - 1) };
  const found = commands.find(({ name }) => name === word) ?? onlyOne(commands.filter(({ name }) => name.startsWith(word)));
  if (found) return found.action(rest);
  const meant = nearest(
    word,
    commands.map(({ name }) => name),
  );
  return `there is no command '${word}'${meant === undefined ? '' : `; did you mean ${meant}?`} (${commands.map(({ name }) => name).join(' ')})`;
}

const onlyOne = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

export function commandCompletions(text: string): {
  readonly from: number;
  readonly words: readonly { readonly text: string; readonly meaning: string }[];
} {
  const [, name = '', rest] = /^(\S*)(?:\s+(\S*))?$/.exec(text) ?? [];
  if (rest === undefined)
    return {
      from: 0,
      words: commands.filter((each) => each.name.startsWith(name)).map((each) => ({ text: each.name, meaning: each.does })),
    };
  const words = commands.find((each) => each.name === name)?.words ?? [];
  return {
    from: text.length - rest.length,
    words: words.filter((word) => word.startsWith(rest)).map((word) => ({ text: word, meaning: '' })),
  };
}
