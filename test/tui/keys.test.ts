/** Every key of the table on every screen: it can be typed, and does what the table says. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Binding, Keys } from '../../src/tui/keys.ts';
import { lastBelow } from '../../src/tui/screens/below.ts';
import type { View } from '../../src/tui/session.ts';
import { here, layoutOf, type ScreenName, screenNames, tabs, views } from '../../src/tui/store.ts';
import { samples } from '../support/samples.ts';
import { Table, textsOf } from './table.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { bytes } = samples.find(({ name }) => name === 'nginx-idle-too-short.pcap')!;
const keys = new Keys();

/** On a screen, with the cursor on its third row where it has one. */
async function on(screen: ScreenName): Promise<Table> {
  const table = new Table('web.pcap', bytes);
  const view = (views as readonly ScreenName[]).indexOf(screen);
  if (view >= 0) await table.press(String(view + 1), 'Home', 'Down', 'Down');
  else {
    await table.press('2', 'Home', 'Down', 'Enter');
    for (const tab of tabs) {
      if (tab === screen) break;
      await table.press('Tab');
    }
    await table.press('Home', 'Down', 'Down');
  }
  expect(here(table.view.state).screen).toBe(screen);
  return table;
}

type Check = (before: View, after: View, asked: readonly string[], binding: Binding) => void;

const within = (view: View, position: number): number => Math.max(0, Math.min(view.rows.length - 1, position));
const moved =
  (by: (page: number) => number): Check =>
  (before, after) =>
    expect(here(after.state).cursor).toBe(within(before, here(before.state).cursor + by(layoutOf(before.state, before.rows).body)));
const opens =
  (kind: 'search' | 'filter' | 'command', text?: RegExp): Check =>
  (_, { state }) => {
    expect(state.prompt?.kind).toBe(kind);
    if (text) expect(state.prompt?.text).toMatch(text);
  };
const turns =
  (by: 1 | -1): Check =>
  (before, after) => {
    const list: readonly ScreenName[] = tabs;
    expect(here(after.state).screen).toBe(list[(list.indexOf(here(before.state).screen) + by + list.length) % list.length]);
  };
const sorts: Check = (before, after) => {
  const now = here(after.state).sort;
  expect(now).toBeDefined();
  expect(now).not.toEqual(here(before.state).sort ?? before.rows.natural);
};
const finds: Check = ({ rows }, { state }) => {
  const problems = Array.from({ length: rows.length }, (_, row) => rows.listing.problem(row));
  if (problems.includes(true)) expect(problems[rows.row(here(state).cursor)]).toBe(true);
  else expect(state.notice).toBe('no problem is listed here');
};
const asks =
  (what: string): Check =>
  (_, __, asked) =>
    expect(asked.at(-1)).toBe(what);
const goesBack: Check = (before, after) => {
  if (before.state.trail.length > 1) expect(after.state.trail).toHaveLength(before.state.trail.length - 1);
  else expect(after.state.trail).toEqual(before.state.trail);
};
const copies: Check = (_, { state }, asked) => {
  expect(asked.at(-1) ?? '').toMatch(/^copy \S/);
  expect(state.notice).toMatch(/^copied: \S/);
};
const scrolls =
  (by: 1 | -1): Check =>
  (before, after) => {
    const last = lastBelow(before, layoutOf(before.state, before.rows).panel);
    expect(here(after.state).below).toBe(Math.max(0, Math.min(last, here(before.state).below + 3 * by)));
  };
const column =
  (by: 1 | -1): Check =>
  (before, after) => {
    const { column: was = -1 } = here(before.state);
    expect(here(after.state).column ?? -1).toBe(Math.max(-1, Math.min(before.rows.names.length - 1, was + by)));
  };

/** The command line that gives the same as a screen, of connection 1 where it is of one. */
const csv = 'warmwire report web.pcap -T csv';
const commandLines: Readonly<Record<ScreenName, string>> = {
  origins: 'warmwire report web.pcap',
  connections: csv,
  waterfall: 'warmwire report web.pcap -w report.html',
  requests: `${csv} --table exchanges`,
  findings: `${csv} --table findings`,
  whatif: 'warmwire simulate web.pcap',
  story: 'warmwire explain web.pcap 1',
  ladder: 'warmwire explain web.pcap 1',
  exchanges: `${csv} --table exchanges -Y tcp.stream eq 1`,
  packets: 'tshark -r web.pcap -Y tcp.stream eq 1',
  timers: 'warmwire explain web.pcap 1',
  bytes: 'tshark -r web.pcap -q -z follow,tcp,ascii,1',
};

/** What each key does, by what it is called in a key map. */
const checks: Readonly<Record<string, Check>> = {
  down: moved(() => 1),
  up: moved(() => -1),
  'page-down': moved((page) => Math.max(1, page - 1)),
  'page-up': moved((page) => -Math.max(1, page - 1)),
  'half-down': moved((page) => Math.max(1, Math.floor(page / 2))),
  'half-up': moved((page) => -Math.max(1, Math.floor(page / 2))),
  'wheel-down': moved(() => 3),
  'wheel-up': moved(() => -3),
  top: (_, { state }) => expect(here(state).cursor).toBe(0),
  bottom: ({ rows }, { state }) => expect(here(state)).toMatchObject({ cursor: Math.max(0, rows.length - 1), last: true }),
  'column-right': column(1),
  'column-left': column(-1),
  search: opens('search'),
  'search-next': (_, { state }) => expect(state.notice).toBe(''),
  'search-before': (_, { state }) => expect(state.notice).toBe(''),
  filter: opens('filter'),
  'filter-cell': (_, { state }) => expect(state.notice + (state.prompt?.text ?? '')).toMatch(/choose a column|==/),
  'problem-next': finds,
  'problem-before': finds,
  sort: sorts,
  'sort-before': sorts,
  'sort-here': (_, { state }) => expect(state.notice).toMatch(/choose a column first/),
  reverse: sorts,
  columns: opens('command', /^columns $/),
  times: (_, { state }) => expect(state.timeFormat).toBe('absolute'),
  mark: ({ rows, state: before }, { state }) =>
    expect(state.marks.size).toBe(rows.listing.mark(rows.row(here(before).cursor)) === undefined ? 0 : 1),
  copy: copies,
  'copy-more': opens('command', /^copy $/),
  export: opens('command', /^export \S+\.\w+$/),
  'command-line': ({ state }, _, asked) => expect(asked.at(-1)).toBe(`copy ${commandLines[here(state).screen]}`),
  'what-if': (_, { state }) => expect(here(state).screen).toBe('whatif'),
  command: opens('command', /^$/),
  pause: (_, { state }) => expect(state.paused).toBe(true),
  mouse: asks('mouse off'),
  hints: (_, { state }) => expect(state.settings.hints).toBe(false),
  help: (_, { state }) => expect(state.help).toBe(0),
  back: goesBack,
  leave: (before, after, asked) =>
    before.state.trail.length > 1
      ? goesBack(before, after, asked, keys.of('story')[0]!)
      : asks('quit')(before, after, asked, keys.of('story')[0]!),
  quit: asks('quit'),
  redraw: asks('redraw'),
  suspend: asks('suspend'),
  open: ({ rows, state }, after) => {
    const goal = rows.goal(here(state).cursor);
    expect(after.state.trail).toHaveLength(state.trail.length + (goal === undefined ? 0 : 1));
  },
  tab: turns(1),
  'tab-before': turns(-1),
  'zoom-in': (before, { state }) => expect(here(state).zoom).toBe(here(before.state).zoom + 1),
  'zoom-out': (before, { state }) => expect(here(state).zoom).toBe(Math.max(0, here(before.state).zoom - 1)),
  'pan-right': (before, { state }) => expect(here(state).pan).toBeGreaterThan(here(before.state).pan),
  'pan-left': (before, { state }) => expect(here(state).pan).toBeLessThan(here(before.state).pan),
  unzoom: (_, { state }) => expect(here(state)).toMatchObject({ zoom: 0, pan: 0 }),
  'turn-up': (before, { state }) => expect(state.whatIf).not.toEqual(before.state.whatIf),
  'turn-down': (before, { state }) => expect(state.whatIf).not.toEqual(before.state.whatIf),
  raw: (before, { state }) => expect(here(state).raw).toBe(!here(before.state).raw),
  'below-down': scrolls(1),
  'below-up': scrolls(-1),
};

/** Digits open views, and are counts where they open none. */
const digit: Check = (_, { state }, __, { keys: [key = ''] }) => {
  const view = views[Number(key) - 1];
  if (view === undefined) expect(state.notice).toBe('');
  else expect(here(state).screen).toBe(view);
};

/** Keys that need something first: a window to pan, a knob that can be turned both ways, something to look for again. */
const first: Readonly<Record<string, readonly string[]>> = {
  'pan-right': ['+', '+'],
  'pan-left': ['+', '+'],
  'zoom-out': ['+', '+'],
  unzoom: ['+'],
  'turn-up': ['Home'],
  'turn-down': ['Home'],
  'below-up': [']', ']'],
};

describe.each(screenNames)('%s', (screen) => {
  const cases = keys.of(screen).flatMap((binding) => binding.keys.map((key) => ({ key, id: binding.id, binding })));

  test.each(cases)('$key ($id)', async ({ key, id, binding }) => {
    const table = await on(screen);
    await table.press(...(first[id] ?? []));
    const before = table.view;
    const after = await table.press(key);
    const check = id.startsWith('digit-') ? digit : checks[id];
    expect(check, `what ${id} does is not said here`).toBeDefined();
    check!(before, after, table.asked, binding);
    table.close();
  });
});

test('no key is meant twice on a screen', () => {
  for (const screen of screenNames) {
    const all = keys.of(screen).flatMap((binding) => binding.keys);
    expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
  }
});

test('a list that is full says so', async () => {
  const table = new Table('web.pcap', bytes, {}, { connections: 3 });
  const view = await table.press('2');
  expect(view.rows.length).toBe(3);
  expect([...textsOf(view)].join()).toMatch(/! list is full: \d+ segments of others/);
  table.close();
});

test('while a line is typed, and in help', async () => {
  const table = await on('connections');
  const typed = async (...list: readonly string[]): Promise<[string, number] | undefined> => {
    const { state } = await table.press(...list);
    return state.prompt && [state.prompt.text, state.prompt.caret];
  };
  expect(await typed('f', 'a', 'b', ' ', 'c')).toEqual(['ab c', 4]);
  expect(await typed('Left', 'Left', 'Backspace')).toEqual(['a c', 1]);
  expect(await typed('Delete')).toEqual(['ac', 1]);
  expect(await typed('Home', 'x', 'End', 'y')).toEqual(['xacy', 4]);
  expect(await typed('^A', 'Right')).toEqual(['xacy', 1]);
  expect(await typed('^E', '^W')).toEqual(['', 0]);
  expect(await typed('t', 'c', 'p', '.', 's', 't', 'r', 'Tab')).toEqual(['tcp.stream ', 11]);
  expect(await typed('^U', 'c', 'o', 'n', 'n', '.', 'i', 'Tab', 'Tab', 'Shift-Tab', 'Shift-Tab')).toEqual([
    expect.stringMatching(/^conn\.i/),
    expect.any(Number),
  ]);
  expect(await typed('^U', '=', '=', ' ', '1', 'Enter')).toEqual(['== 1', 4]);
  expect(await typed('^U', ...'tcp.stream == 3', 'Enter')).toBeUndefined();
  expect(table.view.rows.length).toBe(1);
  expect(await typed('f', '^U', 'Up')).toEqual(['tcp.stream == 3', 15]);
  expect(await typed('Down')).toEqual(['', 0]);
  expect(await typed('Enter')).toBeUndefined();
  expect(table.view.rows.length).toBe(8);
  expect(await typed('/', 'z', '^C')).toBeUndefined();
  expect(await typed(':', 'Esc')).toBeUndefined();
  const lines = async (...list: readonly string[]): Promise<number | undefined> => (await table.press(...list)).state.help;
  expect(await lines('?')).toBe(0);
  expect(await lines('Down', 'j')).toBe(2);
  expect(await lines('k')).toBe(1);
  expect(await lines('End')).toBeGreaterThan(10);
  expect(await lines('Home')).toBe(0);
  for (const close of ['?', 'Esc', 'q']) {
    expect(await lines('PageDown')).toBeGreaterThan(3);
    expect(await lines(close)).toBeUndefined();
    await lines('?');
  }
  table.close();
});
