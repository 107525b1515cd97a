/** What can happen: the state of the whole screen as plain data, and one pure function per action. */

import { type TimeFormat, timeFormats } from './format.ts';
import { layout, type Size } from './layout.ts';

export const views = ['origins', 'connections'] as const;
/** The views that a digit opens, in the order of the digits. */
type ViewName = (typeof views)[number];
export const tabs = ['story', 'requests'] as const;
type TabName = (typeof tabs)[number];
export type ScreenName = ViewName | TabName;

/** What stays the same of a row while the list around it grows: an origin's key, a connection's number. */
export type Item = string | number;

export interface Sort {
  readonly column: number;
  readonly descending: boolean;
}

/** One screen on the way from a view down to a connection. */
export interface Place {
  readonly screen: ScreenName;
  /** Key of the origin whose connections are listed; undefined for all. */
  readonly origin: string | undefined;
  /** The connection that is told. */
  readonly connection: number | undefined;
  readonly cursor: number;
  readonly top: number;
  /** The row that the cursor holds on to; undefined until it was moved. */
  readonly item: Item | undefined;
  readonly sort: Sort | undefined;
  /** Columns scrolled out to the left. */
  readonly shift: number;
}

export interface State {
  readonly size: Size;
  /** Where each view was left. */
  readonly roots: Readonly<Record<ViewName, Place>>;
  /** From the view down to what is shown; never empty. */
  readonly trail: readonly Place[];
  /** First line of the help that is shown; undefined while it is closed. */
  readonly help: number | undefined;
  /** Text of the search that is being typed. */
  readonly prompt: string | undefined;
  readonly pattern: string;
  readonly notice: string;
  /** Digits of `25G` typed so far, and the state before the first of them opened a view. */
  readonly count: { readonly digits: string; readonly before: Pick<State, 'roots' | 'trail'> } | undefined;
  readonly timeFormat: TimeFormat;
  readonly done: boolean;
}

/** Where a row leads: an origin's connections, or one connection. */
export type Goal = { readonly origin: string } | { readonly connection: number };

/** The rows of a place, as far as moving among them needs to know. */
export interface Rows {
  readonly length: number;
  /** How they are sorted where the place does not say. */
  readonly natural: Sort | undefined;
  /** Columns that they can be sorted by, each in the direction that shows the interesting rows first. */
  readonly sortable: readonly Sort[];
  /** How far its columns can be scrolled. */
  readonly shifts: number;
  /** Lines of its help. */
  readonly help: number;
  item(position: number): Item | undefined;
  /** -1 where it is not listed. */
  find(item: Item): number;
  /** What Enter opens there. */
  goal(position: number): Goal | undefined;
}

export type Look = (place: Place) => Rows;

export type Action =
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'page'; readonly by: number }
  | { readonly type: 'top' | 'bottom' | 'open' | 'back' | 'leave' | 'help' | 'reverse' | 'time' }
  | { readonly type: 'shift' | 'sort' | 'tab'; readonly by: 1 | -1 }
  | { readonly type: 'digit'; readonly digit: string }
  | { readonly type: 'count-over' }
  | { readonly type: 'prompt-open' | 'prompt-erase' | 'prompt-clear' | 'prompt-close' | 'prompt-accept' }
  | { readonly type: 'prompt-type'; readonly text: string }
  | { readonly type: 'search'; readonly by: 1 | -1 }
  | { readonly type: 'go'; readonly position: number }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'resize'; readonly size: Size }
  | { readonly type: 'refresh' | 'redraw' | 'suspend' | 'quit' };

const start = (screen: ScreenName, origin?: string, connection?: number): Place => ({
  screen,
  origin,
  connection,
  cursor: 0,
  top: 0,
  item: undefined,
  sort: undefined,
  shift: 0,
});

export function initial(size: Size): State {
  const roots = { origins: start('origins'), connections: start('connections') };
  return {
    size,
    roots,
    trail: [roots.origins],
    help: undefined,
    prompt: undefined,
    pattern: '',
    notice: '',
    count: undefined,
    timeFormat: 'relative',
    done: false,
  };
}

export const here = (state: State): Place => state.trail.at(-1)!;
export const pageOf = (state: State): number => layout(state.size, here(state).connection !== undefined).body;

export function reduce(state: State, action: Action, look: Look): State {
  const waits = action.type === 'digit' || passive.has(action.type);
  const change = reducers[action.type] as (state: State, action: Action, look: Look, count: State['count']) => State;
  return change(waits ? state : { ...state, count: undefined, notice: '' }, action, look, state.count);
}

/** What happens by itself, and so must not disturb what a user is about to do. */
const passive: ReadonlySet<Action['type']> = new Set(['refresh', 'resize', 'redraw', 'say', 'count-over']);

type Reducers = {
  readonly [T in Action['type']]: (state: State, action: Extract<Action, { type: T }>, look: Look, count: State['count']) => State;
};

const same = (state: State): State => state;

const reducers: Reducers = {
  move: (state, { by }, look) => scroll(state, by, look) ?? moveTo(state, here(state).cursor + by, look),
  page: (state, { by }, look) => {
    const page = pageOf(state);
    const lines = Math.sign(by) * Math.max(1, Math.abs(by) < 1 ? Math.floor(page * Math.abs(by)) : page - 1);
    return scroll(state, lines, look) ?? turnPage(state, lines, look);
  },
  top: (state, _, look) => scroll(state, Number.NEGATIVE_INFINITY, look) ?? put(moveTo(state, 0, look), { item: undefined }),
  bottom: (state, _, look, count) => {
    // `2G` is a view and its last line: a view's own digit is no count.
    if (count && !views[Number(count.digits) - 1]) return moveTo({ ...state, ...count.before }, Number(count.digits) - 1, look);
    return scroll(state, Number.POSITIVE_INFINITY, look) ?? moveTo(state, Number.POSITIVE_INFINITY, look);
  },
  go: (state, { position }, look) => moveTo(state, position, look),
  open,
  back: (state, _, look) => back(state, look),
  leave: (state, _, look) => (state.help === undefined && state.trail.length === 1 ? { ...state, done: true } : back(state, look)),
  help: (state) => ({ ...state, help: state.help === undefined ? 0 : undefined }),
  tab: (state, { by }, look) => {
    const place = here(state);
    const tab = tabs[(tabs.indexOf(place.screen as TabName) + by + tabs.length) % tabs.length]!;
    return settle(put(state, start(tab, place.origin, place.connection)), look);
  },
  shift: (state, { by }, look) => put(state, { shift: Math.max(0, Math.min(look(here(state)).shifts, here(state).shift + by)) }),
  sort: (state, { by }, look) => {
    const { sortable, natural } = look(here(state));
    if (sortable.length === 0) return state;
    const now = sortable.findIndex(({ column }) => column === (here(state).sort ?? natural)?.column);
    const next = sortable[now < 0 && by < 0 ? sortable.length - 1 : (now + by + sortable.length) % sortable.length]!;
    return follow(put(state, { sort: { column: next.column, descending: next.descending } }), look);
  },
  reverse: (state, _, look) => {
    const sort = here(state).sort ?? look(here(state)).natural;
    return sort ? follow(put(state, { sort: { column: sort.column, descending: !sort.descending } }), look) : state;
  },
  time: (state) => ({ ...state, timeFormat: timeFormats[(timeFormats.indexOf(state.timeFormat) + 1) % timeFormats.length]! }),
  digit: (state, { digit }, look) => {
    if (state.count)
      return { ...state, ...state.count.before, count: { ...state.count, digits: (state.count.digits + digit).slice(0, 9) } };
    const view = views[Number(digit) - 1];
    const count = { digits: digit, before: { roots: state.roots, trail: state.trail } };
    return { ...(view ? show(state, view, look) : state), notice: '', count };
  },
  'count-over': (state) => ({ ...state, count: undefined }),
  'prompt-open': (state) => ({ ...state, prompt: '', help: undefined }),
  'prompt-type': (state, { text }) => ({ ...state, prompt: (state.prompt ?? '') + text }),
  'prompt-erase': (state) => ({ ...state, prompt: state.prompt ? [...state.prompt].slice(0, -1).join('') : undefined }),
  'prompt-clear': (state) => ({ ...state, prompt: '' }),
  'prompt-close': (state) => ({ ...state, prompt: undefined }),
  'prompt-accept': (state) => ({ ...state, prompt: undefined, pattern: state.prompt || state.pattern }),
  search: same,
  say: (state, { text }) => ({ ...state, notice: text }),
  resize: (state, { size }, look) => settle({ ...state, size }, look),
  refresh: (state, _, look) => follow(state, look),
  redraw: same,
  suspend: same,
  quit: (state) => ({ ...state, done: true }),
};

function open(state: State, _: Action, look: Look): State {
  const place = here(state);
  const rows = look(place);
  const goal = rows.goal(place.cursor);
  if (goal === undefined) return state;
  const next = 'origin' in goal ? start('connections', goal.origin) : start('story', place.origin, goal.connection);
  const left = put(state, { item: rows.item(place.cursor) });
  return settle({ ...left, trail: [...left.trail, next] }, look);
}

function back(state: State, look: Look): State {
  if (state.help !== undefined) return { ...state, help: undefined };
  return state.trail.length > 1 ? follow({ ...state, trail: state.trail.slice(0, -1) }, look) : state;
}

/** Opens a view where it was left, at its top level. */
function show(state: State, view: ViewName, look: Look): State {
  const root = state.trail[0]!;
  const roots = { ...state.roots, [root.screen]: root };
  return follow({ ...state, help: undefined, roots, trail: [roots[view]] }, look);
}

/** While help is open, moving scrolls it. */
function scroll(state: State, by: number, look: Look): State | undefined {
  if (state.help === undefined) return undefined;
  const last = Math.max(0, look(here(state)).help - pageOf(state));
  return { ...state, help: Math.max(0, Math.min(last, state.help + by)) };
}

function moveTo(state: State, position: number, look: Look): State {
  const rows = look(here(state));
  const cursor = Math.max(0, Math.min(rows.length - 1, position));
  return settle(put(state, { cursor, item: rows.item(cursor) }), look);
}

/** The list moves under the cursor, which stays on its line of the screen. */
function turnPage(state: State, by: number, look: Look): State {
  const { top, cursor } = here(state);
  return moveTo(put(state, { top: top + by }), cursor + by, look);
}

/** After the rows changed: the cursor goes where its row went, and the list moves with it. */
function follow(state: State, look: Look): State {
  const { item, cursor, top } = here(state);
  const found = item === undefined ? -1 : look(here(state)).find(item);
  return settle(found < 0 ? state : put(state, { cursor: found, top: top + found - cursor }), look);
}

/** The cursor is on a row, and the row on the screen. */
function settle(state: State, look: Look): State {
  const place = here(state);
  const { length } = look(place);
  const page = pageOf(state);
  const cursor = Math.max(0, Math.min(length - 1, place.cursor));
  const top = Math.max(0, cursor - page + 1, Math.min(place.top, cursor, length - page));
  return cursor === place.cursor && top === place.top ? state : put(state, { cursor, top });
}

const put = (state: State, change: Partial<Place>): State => ({
  ...state,
  trail: [...state.trail.slice(0, -1), { ...here(state), ...change }],
});
