/** Which key does what on which screen: tables that the screens, the help and the bottom line share. */

import type { Action, ScreenName, State } from './store.ts';
import { here } from './store.ts';

export interface Binding {
  /** Names of keys, as `keyboard.ts` gives them. */
  readonly keys: readonly string[];
  /** How help writes them. */
  readonly label: string;
  readonly does: string;
  /** Its word on the bottom line; undefined where it is not worth the room. */
  readonly hint?: string;
  readonly action: Action;
}

const moving: readonly Binding[] = [
  { keys: ['Down', 'j'], label: '↓ j', does: 'next line', action: { type: 'move', by: 1 } },
  { keys: ['Up', 'k'], label: '↑ k', does: 'line before', action: { type: 'move', by: -1 } },
  { keys: ['PageDown', '^F'], label: 'PgDn ^F', does: 'a page down', action: { type: 'page', by: 1 } },
  { keys: ['PageUp', '^B'], label: 'PgUp ^B', does: 'a page up', action: { type: 'page', by: -1 } },
  { keys: ['^D'], label: '^D', does: 'half a page down', action: { type: 'page', by: 0.5 } },
  { keys: ['^U'], label: '^U', does: 'half a page up', action: { type: 'page', by: -0.5 } },
  { keys: ['g', 'Home'], label: 'g Home', does: 'first line', action: { type: 'top' } },
  { keys: ['G', 'End'], label: 'G End', does: 'last line; 25G goes to line 25', action: { type: 'bottom' } },
];

const shifting: readonly Binding[] = [
  { keys: ['Right', 'l'], label: '→ l', does: 'columns further right', action: { type: 'shift', by: 1 } },
  { keys: ['Left', 'h'], label: '← h', does: 'columns further left', action: { type: 'shift', by: -1 } },
];

const searching: readonly Binding[] = [
  { keys: ['/'], label: '/', does: 'search the rows for a text', hint: 'search', action: { type: 'prompt-open' } },
  { keys: ['n'], label: 'n', does: 'next row found', action: { type: 'search', by: 1 } },
  { keys: ['N'], label: 'N', does: 'row found before', action: { type: 'search', by: -1 } },
];

const sorting: readonly Binding[] = [
  { keys: ['s'], label: 's', does: 'sort by the next column', hint: 'sort', action: { type: 'sort', by: 1 } },
  { keys: ['S'], label: 'S', does: 'sort by the column before', action: { type: 'sort', by: -1 } },
  { keys: ['r'], label: 'r', does: 'reverse the order', hint: 'reverse', action: { type: 'reverse' } },
];

const times: Binding = {
  keys: ['t'],
  label: 't',
  does: 'times since the beginning, of day (UTC), since the line above',
  hint: 'times',
  action: { type: 'time' },
};

const everywhere: readonly Binding[] = [
  ...[...'0123456789'].map((digit): Binding => ({ keys: [digit], label: digit, does: '', action: { type: 'digit', digit } })),
  { keys: ['?'], label: '?', does: 'this help', hint: 'help', action: { type: 'help' } },
  { keys: ['Esc'], label: 'Esc', does: 'back', action: { type: 'back' } },
  { keys: ['q'], label: 'q', does: 'back; from the top quit', hint: 'quit', action: { type: 'leave' } },
  { keys: ['^C'], label: '^C', does: 'quit at once', action: { type: 'quit' } },
  { keys: ['^L'], label: '^L', does: 'draw the screen again', action: { type: 'redraw' } },
  { keys: ['^Z'], label: '^Z', does: 'suspend; fg comes back', action: { type: 'suspend' } },
];

const opening = (does: string): Binding => ({ keys: ['Enter'], label: 'Enter', does, hint: 'open', action: { type: 'open' } });

const turning: readonly Binding[] = [
  { keys: ['Tab', 'Right', 'l'], label: 'Tab → l', does: 'next tab', hint: 'next tab', action: { type: 'tab', by: 1 } },
  { keys: ['Shift-Tab', 'Left', 'h'], label: '← h', does: 'tab before', action: { type: 'tab', by: -1 } },
];

/** The keys of each screen, in the order in which help lists them. */
export const bindings: Readonly<Record<ScreenName, readonly Binding[]>> = {
  origins: [opening('the connections of this origin'), ...moving, ...shifting, ...sorting, ...searching, ...everywhere],
  connections: [opening('the story of this connection'), ...moving, ...shifting, ...sorting, ...searching, ...everywhere],
  story: [
    { keys: ['Enter'], label: 'Enter', does: 'the connection that followed (on its line)', action: { type: 'open' } },
    ...turning,
    times,
    ...moving,
    ...searching,
    ...everywhere,
  ],
  requests: [...turning, times, ...moving, ...sorting, ...searching, ...everywhere],
};

/** While help is open. */
const helping: readonly Binding[] = [
  { keys: ['?', 'Esc', 'q'], label: '?', does: 'close', hint: 'close', action: { type: 'help' } },
  { ...moving[0]!, hint: 'scroll' },
  ...moving.slice(1),
  ...everywhere.filter(({ keys }) => keys.some((key) => key.startsWith('^'))),
];

const prompting: readonly Binding[] = [
  { keys: ['Enter'], label: 'Enter', does: 'search', hint: 'search', action: { type: 'prompt-accept' } },
  { keys: ['Esc', '^C'], label: 'Esc', does: 'leave the search', hint: 'leave', action: { type: 'prompt-close' } },
  { keys: ['Backspace'], label: 'Backspace', does: 'erase a character', action: { type: 'prompt-erase' } },
  { keys: ['^U'], label: '^U', does: 'erase the line', hint: 'erase', action: { type: 'prompt-clear' } },
];

/** What the key does now; undefined where it does nothing. */
export function actionOf(state: State, key: string): Action | undefined {
  if (state.prompt === undefined) return tables[state.help === undefined ? here(state).screen : 'help'].get(key);
  return tables.prompt.get(key) ?? (typed.test(key) ? { type: 'prompt-type', text: key } : undefined);
}

/** The keys that the bottom line offers. */
export function offered(state: State): readonly Binding[] {
  const list = state.prompt !== undefined ? prompting : state.help !== undefined ? helping : bindings[here(state).screen];
  return list.filter(({ hint }) => hint !== undefined);
}

/** One character; names of keys have more. */
const typed = /^[^\p{Cc}]$/u;

const table = (list: readonly Binding[]): ReadonlyMap<string, Action> =>
  new Map(list.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)));

const tables: Readonly<Record<ScreenName | 'help' | 'prompt', ReadonlyMap<string, Action>>> = {
  origins: table(bindings.origins),
  connections: table(bindings.connections),
  story: table(bindings.story),
  requests: table(bindings.requests),
  help: table(helping),
  prompt: table(prompting),
};
