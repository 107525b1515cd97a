/** Which key does what on which screen: tables that the screens, the help and the bottom line share. */

import type { Action, ScreenName, State } from './store.ts';
import { here } from './store.ts';

export interface Binding {
  /** What a key map calls it. */
  readonly id: string;
  /** Names of keys, as `keyboard.ts` gives them. */
  readonly keys: readonly string[];
  readonly does: string;
  /** Its word on the bottom line; undefined where it is not worth the room. */
  readonly hint?: string;
  readonly action: Action;
}

/** Keys of the user's own, by what they do. */
export type KeyMap = Readonly<Record<string, readonly string[]>>;

const bind = (id: string, keys: string, does: string, action: Action, hint?: string): Binding => ({
  id,
  keys: keys.split(' '),
  does,
  action,
  ...(hint !== undefined && { hint }),
});

const moving: readonly Binding[] = [
  bind('down', 'Down j', 'next line', { type: 'move', by: 1 }),
  bind('up', 'Up k', 'line before', { type: 'move', by: -1 }),
  bind('page-down', 'PageDown ^F', 'a page down', { type: 'page', by: 1 }),
  bind('page-up', 'PageUp ^B', 'a page up', { type: 'page', by: -1 }),
  bind('half-down', '^D', 'half a page down', { type: 'page', by: 0.5 }),
  bind('half-up', '^U', 'half a page up', { type: 'page', by: -0.5 }),
  bind('wheel-down', 'WheelDown', '', { type: 'move', by: 3 }),
  bind('wheel-up', 'WheelUp', '', { type: 'move', by: -3 }),
  bind('top', 'g Home', 'first line', { type: 'top' }),
  bind('bottom', 'G End', 'last line, also while it grows; 25G goes to line 25', { type: 'bottom' }),
];

const choosing: readonly Binding[] = [
  bind('column-right', 'Right l >', 'next column, for ? (explain), y (copy), F (filter), o (sort)', {
    type: 'column',
    by: 1,
  }),
  bind('column-left', 'Left h <', 'column before', { type: 'column', by: -1 }),
];

/** Where the arrows turn tabs or the time. */
const choosingBeside = choosing.map((each) => ({ ...each, keys: each.keys.slice(-1) }));

const scrolling: readonly Binding[] = [
  bind('below-down', ']', 'scroll what is below the rows', { type: 'below', by: 3 }, 'scroll below'),
  bind('below-up', '[', 'scroll it back', { type: 'below', by: -3 }),
];

const searching: readonly Binding[] = [
  bind('search', '/', 'search the rows for a text', { type: 'prompt-open', kind: 'search' }, 'search'),
  bind('search-next', 'n', 'next row found', { type: 'search', by: 1 }),
  bind('search-before', 'N', 'row found before', { type: 'search', by: -1 }),
];

const filtering: readonly Binding[] = [
  bind('filter', 'f', 'filter connections, in the language of Wireshark', { type: 'prompt-open', kind: 'filter' }, 'filter'),
  bind('filter-cell', 'F', 'filter by the value under the cursor', { type: 'filter-cell' }),
  bind('problem-next', 'e', 'next problem', { type: 'problem', by: 1 }, 'problem'),
  bind('problem-before', 'E', 'problem before', { type: 'problem', by: -1 }),
];

const sorting: readonly Binding[] = [
  bind('sort', 's', 'sort by the next column', { type: 'sort', by: 1 }, 'sort'),
  bind('sort-before', 'S', 'sort by the column before', { type: 'sort', by: -1 }),
  bind('sort-here', 'o', 'sort by the column under the cursor', { type: 'sort-here' }),
  bind('reverse', 'r', 'reverse the order', { type: 'reverse' }, 'reverse'),
  bind('columns', 'c', 'choose and order the columns', { type: 'prompt-open', kind: 'command', text: 'columns ' }),
];

const times = bind('times', 't', 'times since the beginning, of day (UTC), since the last', { type: 'time' }, 'times');
const marking = bind('mark', 'Space', 'mark: what is marked is exported and copied together', { type: 'mark' }, 'mark');

const giving: readonly Binding[] = [
  bind('copy', 'y', 'copy the value under the cursor, else tcp.stream eq N', { type: 'copy', kind: 'value' }, 'copy'),
  bind('copy-more', 'Y', 'copy something else: stream, tuple, curl, rows', { type: 'prompt-open', kind: 'command', text: 'copy ' }),
  bind('export', 'x', 'export what is shown', { type: 'suggest-export' }, 'export'),
  bind('command-line', 'X', 'copy the command line that gives the same', { type: 'copy', kind: 'command' }),
];

const everywhere: readonly Binding[] = [
  ...[...'0123456789'].map((digit) => bind(`digit-${digit}`, digit, '', { type: 'digit', digit })),
  bind('what-if', 'w', 'what if the idle limit were another', { type: 'view', view: 'whatif' }),
  bind('command', ':', 'a command: :export :sort :theme :goto 17 :set …', { type: 'prompt-open', kind: 'command' }),
  bind('pause', 'p', 'pause: a capture is read on, the screen waits', { type: 'pause' }),
  bind('mouse', 'm', 'take or free the mouse (Shift-drag stays the terminal’s)', { type: 'set', setting: 'mouse' }),
  bind('hints', 'K', 'show or hide these hints', { type: 'set', setting: 'hints' }),
  bind('help', '?', 'this help; on a column: what it means', { type: 'help' }, 'help'),
  bind('back', 'Esc', 'back', { type: 'back' }, 'back'),
  bind('leave', 'q', 'back; from the top quit', { type: 'leave' }, 'quit'),
  bind('quit', '^C', 'quit at once', { type: 'quit' }),
  bind('redraw', '^L', 'draw the screen again', { type: 'redraw' }),
  bind('suspend', '^Z', 'suspend; fg comes back', { type: 'suspend' }),
];

const opening = (does: string): Binding => bind('open', 'Enter', does, { type: 'open' }, 'open');

const turning: readonly Binding[] = [
  bind('tab', 'Tab Right l', 'next tab', { type: 'tab', by: 1 }, 'next tab'),
  bind('tab-before', 'Shift-Tab Left h', 'tab before', { type: 'tab', by: -1 }),
];

const zooming: readonly Binding[] = [
  bind('zoom-in', '+ =', 'zoom in', { type: 'zoom', by: 1 }, 'zoom'),
  bind('zoom-out', '-', 'zoom out', { type: 'zoom', by: -1 }),
  bind('pan-right', 'Right l', 'later', { type: 'pan', by: 1 }),
  bind('pan-left', 'Left h', 'earlier', { type: 'pan', by: -1 }),
  bind('unzoom', '_', 'the whole time again', { type: 'unzoom' }),
];

const knobs: readonly Binding[] = [
  bind('turn-up', 'Right l +', 'more', { type: 'turn', by: 1 }, 'more'),
  bind('turn-down', 'Left h -', 'less', { type: 'turn', by: -1 }, 'less'),
];

const followed = bind('open', 'Enter', 'the connection that it speaks of (on its line)', { type: 'open' }, 'open');
const raw = (does: string, hint: string): Binding => bind('raw', 'r', does, { type: 'raw' }, hint);
const tab = [...turning, ...choosingBeside, times, marking, ...moving, ...searching, ...giving, ...everywhere];

/** Without its word on the bottom line. */
const quietly = ({ hint: _, ...binding }: Binding): Binding => binding;

/** The keys of each screen, in the order in which help lists them. */
const defaults: Readonly<Record<ScreenName, readonly Binding[]>> = {
  origins: [
    opening('the connections of this origin'),
    ...moving,
    ...choosing,
    ...scrolling.map(quietly),
    ...filtering,
    ...sorting,
    ...searching,
    ...giving,
    ...everywhere,
  ],
  connections: [
    opening('the story of this connection'),
    ...moving,
    ...choosing,
    marking,
    ...filtering,
    ...sorting,
    ...searching,
    ...giving,
    ...everywhere,
  ],
  waterfall: [
    opening('the story of this connection'),
    ...zooming,
    ...choosingBeside,
    ...moving,
    marking,
    ...filtering,
    ...sorting.filter(({ id }) => id === 'sort' || id === 'reverse'),
    ...searching,
    ...giving,
    ...everywhere,
  ],
  requests: [
    opening('the story of its connection'),
    ...moving,
    ...choosing,
    marking,
    times,
    ...filtering,
    ...sorting,
    ...searching,
    ...giving,
    ...everywhere,
  ],
  findings: [
    opening('the connection that shows it'),
    ...moving,
    ...choosing,
    ...scrolling,
    ...filtering,
    ...sorting,
    ...searching,
    ...giving,
    ...everywhere,
  ],
  whatif: [...knobs, ...moving, ...scrolling.map(quietly), ...filtering.filter(({ id }) => id === 'filter'), ...giving, ...everywhere],
  story: [followed, ...tab],
  ladder: [raw('every packet, or runs of them put together', 'raw'), ...tab],
  exchanges: [...tab, ...sorting.filter(({ id }) => id.startsWith('sort') || id === 'reverse')],
  packets: [raw('only the bytes below, or the fields too', 'hex'), ...scrolling, ...tab],
  timers: [followed, ...tab],
  bytes: [raw('bytes in hexadecimal, or text', 'hex'), ...tab],
};

/** While help is open. */
const helping: readonly Binding[] = [
  bind('close', '? Esc q', 'close', { type: 'help' }, 'close'),
  { ...moving[0]!, hint: 'scroll' },
  ...moving.slice(1),
  ...everywhere.filter(({ keys }) => keys.some((key) => key.startsWith('^'))),
];

const prompting: readonly Binding[] = [
  bind('accept', 'Enter', 'do it', { type: 'prompt-accept' }, 'do it'),
  bind('complete', 'Tab', 'next completion', { type: 'prompt-complete', by: 1 }, 'complete'),
  bind('complete-before', 'Shift-Tab', 'completion before', { type: 'prompt-complete', by: -1 }),
  bind('close', 'Esc ^C', 'leave the line', { type: 'prompt-close' }, 'leave'),
  bind('erase', 'Backspace', 'erase a character', { type: 'prompt-erase' }),
  bind('delete', 'Delete', 'erase the character under the caret', { type: 'prompt-delete' }),
  bind('erase-word', '^W', 'erase a word', { type: 'prompt-word' }),
  bind('clear', '^U', 'erase the line', { type: 'prompt-clear' }, 'erase'),
  bind('left', 'Left', 'caret left', { type: 'prompt-move', by: -1 }),
  bind('right', 'Right', 'caret right', { type: 'prompt-move', by: 1 }),
  bind('home', 'Home ^A', 'to the beginning', { type: 'prompt-home' }),
  bind('end', 'End ^E', 'to the end', { type: 'prompt-end' }),
  bind('older', 'Up', 'what was typed before', { type: 'prompt-older', by: -1 }),
  bind('newer', 'Down', 'what was typed after', { type: 'prompt-older', by: 1 }),
];

/** One character; names of keys have more. */
const typed = /^[^\p{Cc}]$/u;
const paste = 'Paste:';

/** Names that a key map may use. */
export const bindingIds: readonly string[] = [...new Set(Object.values(defaults).flatMap((list) => list.map(({ id }) => id)))];

/** The keys as the user has set them. */
export class Keys {
  readonly #lists: Readonly<Record<ScreenName, readonly Binding[]>>;
  readonly #tables: Readonly<Record<ScreenName | 'help' | 'prompt', ReadonlyMap<string, Action>>>;

  constructor(map: KeyMap = {}) {
    const own = (list: readonly Binding[]): Binding[] => {
      const taken = new Set(list.flatMap(({ id }) => map[id] ?? []));
      return list
        .map((each) => ({ ...each, keys: map[each.id] ?? each.keys.filter((key) => !taken.has(key)) }))
        .filter(({ keys }) => keys.length > 0);
    };
    this.#lists = Object.fromEntries(Object.entries(defaults).map(([screen, list]) => [screen, own(list)])) as unknown as Record<
      ScreenName,
      Binding[]
    >;
    const lists = { ...this.#lists, help: helping, prompt: prompting };
    this.#tables = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, table(list)])) as Record<
      ScreenName | 'help' | 'prompt',
      ReadonlyMap<string, Action>
    >;
  }

  /** What the key does now; undefined where it does nothing. */
  actionOf(state: State, key: string): Action | undefined {
    if (state.prompt === undefined)
      return this.#tables[state.help === undefined ? here(state).screen : 'help'].get(key === ' ' ? 'Space' : key);
    if (key.startsWith(paste)) return { type: 'prompt-type', text: key.slice(paste.length) };
    return this.#tables.prompt.get(key) ?? (typed.test(key) ? { type: 'prompt-type', text: key } : undefined);
  }

  of(screen: ScreenName): readonly Binding[] {
    return this.#lists[screen];
  }

  /** The keys that the bottom line offers: `opens` where Enter leads somewhere, `scrolls` where there is more below than fits; back or quit as the place is. */
  offered(state: State, { opens, scrolls }: { readonly opens: boolean; readonly scrolls: boolean }): readonly Binding[] {
    const list = state.prompt !== undefined ? prompting : state.help !== undefined ? helping : this.#lists[here(state).screen];
    const isTop = state.trail.length === 1;
    return list
      .filter(({ hint }) => hint !== undefined && (state.prompt?.kind !== 'search' || hint !== 'complete'))
      .filter(
        ({ action: { type } }) =>
          (type !== 'open' || opens) && (type !== 'below' || scrolls) && (type !== 'back' || !isTop) && (type !== 'leave' || isTop),
      );
  }
}

/** How help and the bottom line write a key. */
export const keyLabel = (key: string): string => arrows[key] ?? key;
const arrows: Readonly<Record<string, string>> = {
  Down: '↓',
  Up: '↑',
  Left: '←',
  Right: '→',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
  'Shift-Tab': '⇧Tab',
};

const table = (list: readonly Binding[]): ReadonlyMap<string, Action> =>
  new Map(list.toReversed().flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)));
