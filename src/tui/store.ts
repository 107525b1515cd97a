/** What can happen: one pure function per action. */

import { timeFormats } from './format.ts';
import { layout } from './layout.ts';
import { edited, opened, type PromptAction } from './prompt.ts';
import {
  type Action,
  type Goal,
  type Look,
  type Place,
  type Rows,
  type ScreenName,
  type Sort,
  type State,
  start,
  type TabName,
  tabs,
  type ViewName,
  views,
} from './state.ts';

export * from './state.ts';

export const here = (state: State): Place => state.trail.at(-1)!;
export const layoutOf = (state: State, { panel, length }: Pick<Rows, 'panel' | 'length'>): ReturnType<typeof layout> =>
  layout(state.size, {
    summary: here(state).connection !== undefined,
    filter: filterLines(state),
    rates: showsRates(here(state)) && state.help === undefined,
    panel: state.help === undefined ? panel : 0,
    rows: length,
  });
export const showsRates = ({ screen }: Place): boolean => screen === 'origins' || screen === 'connections';
/** One for a filter that is applied, two while it is typed. */
const filterLines = ({ prompt, filter }: State): number => (prompt?.kind === 'filter' ? 2 : filter === '' ? 0 : 1);
const pageOf = (state: State, look: Look): number => layoutOf(state, look(here(state))).body;

export function reduce(state: State, action: Action, look: Look): State {
  const waits = action.type === 'digit' || passive.has(action.type);
  const change = reducers[action.type] as ((state: State, action: Action, look: Look, count: State['count']) => State) | undefined;
  const ready = waits ? state : { ...state, count: undefined, notice: '' };
  return change === undefined ? ready : change(ready, action, look, state.count);
}

/** What happens by itself, and so must not disturb what a user is about to do. */
const passive: ReadonlySet<Action['type']> = new Set(['refresh', 'resize', 'redraw', 'say', 'count-over']);

type Reducers = {
  readonly [T in Action['type']]?: (state: State, action: Extract<Action, { type: T }>, look: Look, count: State['count']) => State;
};

const edit = (state: State, action: Exclude<PromptAction, { type: 'prompt-open' }>): State =>
  state.prompt ? { ...state, prompt: edited(state.prompt, action, state.history[state.prompt.kind]) } : state;

/** What is not listed leaves the state as it is: the session does the rest. */
const reducers: Reducers = {
  move: (state, { by }, look) => scroll(state, by, look) ?? moveTo(state, here(state).cursor + by, look),
  page: (state, { by }, look) => {
    const page = pageOf(state, look);
    const lines = Math.sign(by) * Math.max(1, Math.abs(by) < 1 ? Math.floor(page * Math.abs(by)) : page - 1);
    return scroll(state, lines, look) ?? turnPage(state, lines, look);
  },
  top: (state, _, look) => scroll(state, Number.NEGATIVE_INFINITY, look) ?? put(moveTo(state, 0, look), { item: undefined }),
  bottom: (state, _, look, count) => {
    // `2G` is a view and its last line: a view's own digit is no count.
    if (count && !views[Number(count.digits) - 1]) return moveTo({ ...state, ...count.before }, Number(count.digits) - 1, look);
    return scroll(state, Number.POSITIVE_INFINITY, look) ?? put(moveTo(state, Number.POSITIVE_INFINITY, look), { last: true });
  },
  go: (state, { position }, look) => moveTo(state, position, look),
  open: (state, _, look) => {
    const rows = look(here(state));
    const goal = rows.goal(here(state).cursor);
    return goal === undefined ? state : enter(state, goal, look);
  },
  enter: (state, goal, look) => enter({ ...state, help: undefined }, goal, look),
  back: (state, _, look) => back(state, look),
  leave: (state, _, look) => (state.help === undefined && state.trail.length === 1 ? { ...state, done: true } : back(state, look)),
  help: (state) => ({ ...state, help: state.help === undefined ? 0 : undefined }),
  tab: (state, { by }, look) => toTab(state, tabs[(tabs.indexOf(here(state).screen as TabName) + by + tabs.length) % tabs.length]!, look),
  'tab-to': (state, { tab }, look) => toTab(state, tab, look),
  column: (state, { by }, look) => {
    const { names } = look(here(state));
    const { column } = here(state);
    return put(state, {
      column: column === undefined ? (by > 0 ? 0 : undefined) : column + by < 0 ? undefined : Math.min(names.length - 1, column + by),
    });
  },
  columns: (state, { names }, look) =>
    settle(put({ ...state, columns: { ...state.columns, [here(state).screen]: names } }, { column: undefined, sort: undefined }), look),
  zoom: (state, { by }) => {
    const { zoom, pan } = here(state);
    const next = Math.max(0, Math.min(20, zoom + by));
    return put(state, { zoom: next, pan: within(pan + (2 ** -zoom - 2 ** -next) / 2, next) });
  },
  unzoom: (state) => put(state, { zoom: 0, pan: 0 }),
  pan: (state, { by }) => put(state, { pan: within(here(state).pan + (by * 2 ** -here(state).zoom) / 4, here(state).zoom) }),
  turn: (state, { by }, look) => ({ ...state, whatIf: { ...state.whatIf, ...look(here(state)).turn(here(state).cursor, by) } }),
  // How far it can go only whoever draws it knows.
  below: (state, { by }) => put(state, { below: Math.max(0, here(state).below + by) }),
  raw: (state, _, look) =>
    settle(put(state, { raw: !here(state).raw, below: 0, ...(keepsRows.has(here(state).screen) ? {} : { cursor: 0, top: 0 }) }), look),
  sort: (state, { by }, look) => {
    const { sortable, natural } = look(here(state));
    if (sortable.length === 0) return state;
    const now = sortable.findIndex(({ column }) => column === (here(state).sort ?? natural)?.column);
    const next = sortable[now < 0 && by < 0 ? sortable.length - 1 : (now + by + sortable.length) % sortable.length]!;
    return sortBy(state, next, look);
  },
  'sort-here': (state, _, look) => {
    const { natural, sortable } = look(here(state));
    const { column, sort } = here(state);
    const found = sortable.find((each) => each.column === column);
    if (!found)
      return { ...state, notice: column === undefined ? 'choose a column first, with the arrows' : 'this column cannot be sorted by' };
    const now = sort ?? natural;
    return sortBy(state, now?.column === column ? { ...found, descending: !now!.descending } : found, look);
  },
  'sort-by': (state, { name, order }, look) => {
    const { names, sortable } = look(here(state));
    // `reason` is a column beside `reason_text`: what begins so comes second.
    const found = sortable.find(({ column }) => names[column] === name) ?? sortable.find(({ column }) => names[column]?.startsWith(name));
    if (!found)
      return {
        ...state,
        notice: `this list cannot be sorted by '${name}' (it can by ${sortable.map(({ column }) => names[column]).join(', ')})`,
      };
    return sortBy(state, order === undefined ? found : { ...found, descending: order === 'desc' }, look);
  },
  reverse: (state, _, look) => {
    const sort = here(state).sort ?? look(here(state)).natural;
    return sort ? sortBy(state, { ...sort, descending: !sort.descending }, look) : state;
  },
  time: (state) => ({ ...state, timeFormat: timeFormats[(timeFormats.indexOf(state.timeFormat) + 1) % timeFormats.length]! }),
  digit: (state, { digit }, look) => {
    if (state.count)
      return { ...state, ...state.count.before, count: { ...state.count, digits: (state.count.digits + digit).slice(0, 9) } };
    const view = views[Number(digit) - 1];
    const count = { digits: digit, before: { roots: state.roots, trail: state.trail } };
    return { ...(view ? show(state, view, look) : state), notice: '', count };
  },
  view: (state, { view }, look) => show(state, view, look),
  'count-over': (state) => ({ ...state, count: undefined }),
  mark: (state, _, look) => {
    const mark = look(here(state)).mark(here(state).cursor);
    if (mark === undefined) return state;
    const marks = new Set(state.marks);
    if (!marks.delete(mark)) marks.add(mark);
    return moveTo({ ...state, marks }, here(state).cursor + 1, look);
  },
  unmark: (state) => ({ ...state, marks: new Set() }),
  pause: (state) => ({ ...state, paused: !state.paused }),
  filter: (state, { text }) => ({ ...state, filter: text.trim() }),
  set: (state, { setting, on }) => ({ ...state, settings: { ...state.settings, [setting]: on ?? !state.settings[setting] } }),
  'prompt-open': (state, { kind, text }) => ({
    ...state,
    help: undefined,
    prompt: opened(kind, text ?? (kind === 'filter' ? state.filter : '')),
  }),
  'prompt-type': edit,
  'prompt-erase': edit,
  'prompt-delete': edit,
  'prompt-word': edit,
  'prompt-clear': edit,
  'prompt-home': edit,
  'prompt-end': edit,
  'prompt-move': edit,
  'prompt-complete': edit,
  'prompt-older': edit,
  'prompt-close': (state) => ({ ...state, prompt: undefined }),
  'prompt-accept': (state) => {
    const { prompt, history } = state;
    if (prompt === undefined) return state;
    const { kind, text } = prompt;
    const list = [...history[kind].filter((line) => line !== text), ...(text === '' ? [] : [text])].slice(-100);
    const pattern = kind === 'search' ? text || state.pattern : state.pattern;
    return { ...state, prompt: undefined, pattern, history: { ...history, [kind]: list } };
  },
  say: (state, { text }) => ({ ...state, notice: text }),
  resize: (state, { size }, look) => settle({ ...state, size }, look),
  refresh: (state, _, look) => follow(state, look),
  quit: (state) => ({ ...state, done: true }),
};

/** The same rows stand on the screen, whatever `raw` adds to what is below them. */
const keepsRows: ReadonlySet<ScreenName> = new Set(['packets']);

const within = (pan: number, zoom: number): number => Math.max(0, Math.min(1 - 2 ** -zoom, pan));

const sortBy = (state: State, { column, descending }: Sort, look: Look): State =>
  follow(put(state, { sort: { column, descending }, last: false }), look);

function enter(state: State, goal: Goal, look: Look): State {
  const place = here(state);
  const next = 'origin' in goal ? start('connections', goal.origin) : start(goal.tab ?? 'story', place.origin, goal.connection);
  const left = put(state, { item: look(place).item(place.cursor) });
  return settle({ ...left, trail: [...left.trail, next] }, look);
}

function toTab(state: State, tab: TabName, look: Look): State {
  const place = here(state);
  return place.connection === undefined
    ? state
    : settle(put({ ...state, help: undefined }, start(tab, place.origin, place.connection)), look);
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
  const last = Math.max(0, look(here(state)).help - pageOf(state, look));
  return { ...state, help: Math.max(0, Math.min(last, state.help + by)) };
}

function moveTo(state: State, position: number, look: Look): State {
  const rows = look(here(state));
  const cursor = Math.max(0, Math.min(rows.length - 1, position));
  return settle(put(state, { cursor, item: rows.item(cursor), last: false, below: 0 }), look);
}

/** The list moves under the cursor, which stays on its line of the screen. */
function turnPage(state: State, by: number, look: Look): State {
  const { top, cursor } = here(state);
  return moveTo(put(state, { top: top + by }), cursor + by, look);
}

/** After the rows changed: the cursor goes where its row went, and the list moves with it. */
function follow(state: State, look: Look): State {
  const { item, cursor, top, last } = here(state);
  if (last) return settle(put(state, { cursor: look(here(state)).length - 1 }), look);
  const found = item === undefined ? -1 : look(here(state)).find(item);
  return settle(found < 0 ? state : put(state, { cursor: found, top: top + found - cursor }), look);
}

/** The cursor is on a row, and the row on the screen. */
function settle(state: State, look: Look): State {
  const place = here(state);
  const { length } = look(place);
  const page = pageOf(state, look);
  const cursor = Math.max(0, Math.min(length - 1, place.cursor));
  const top = Math.max(0, cursor - page + 1, Math.min(place.top, cursor, length - page));
  return cursor === place.cursor && top === place.top ? state : put(state, { cursor, top });
}

const put = (state: State, change: Partial<Place>): State => ({
  ...state,
  trail: [...state.trail.slice(0, -1), { ...here(state), ...change }],
});
