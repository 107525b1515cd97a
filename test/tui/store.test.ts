/** What can happen, as pure functions: moving, opening, sorting, counting. */

import { expect, test } from 'vitest';
import { Keys } from '../../src/tui/keys.ts';
import {
  type Action,
  type Goal,
  here,
  type Item,
  initial,
  type Look,
  layoutOf,
  type Place,
  type Rows,
  reduce,
  type State,
} from '../../src/tui/store.ts';

/** Items by place: origins a, b, c; 100 connections; three lines of a story. */
const items = (place: Place): readonly Item[] => {
  if (place.screen === 'origins') return ['a', 'b', 'c'];
  if (place.screen === 'connections') return place.origin === undefined ? hundred : [3, 5];
  return [0, 1, 2];
};
const hundred = Array.from({ length: 100 }, (_, i) => i);
const look =
  (of: (place: Place) => readonly Item[] = items): Look =>
  (place) =>
    rowsOf(of(place), place);
const rowsOf = (list: readonly Item[], place: Place): Rows => ({
  length: list.length,
  natural: { column: 0, descending: false },
  sortable: [
    { column: 0, descending: false },
    { column: 2, descending: true },
  ],
  names: ['a', 'b', 'c', 'd'],
  help: 40,
  panel: 0,
  mark: () => undefined,
  turn: () => undefined,
  item: (position) => list[position],
  find: (item) => list.indexOf(item),
  goal: (position) => goal(place, list[position]),
});

function goal(place: Place, item: Item | undefined): Goal | undefined {
  if (item === undefined || place.connection !== undefined) return undefined;
  return place.screen === 'origins' ? { origin: String(item) } : { connection: Number(item) };
}

const keys = new Keys();
const pageOf = (state: State): number => layoutOf(state, { panel: 0, length: 1 }).body;

const after = (actions: readonly Action[], from: State = initial({ columns: 80, rows: 24 })): State =>
  actions.reduce((state, action) => reduce(state, action, look()), from);
const connections: readonly Action[] = [{ type: 'digit', digit: '2' }, { type: 'count-over' }];

test('the cursor stays among the rows and on the screen', () => {
  expect(here(after([{ type: 'move', by: -1 }])).cursor).toBe(0);
  expect(here(after([{ type: 'move', by: 10 }])).cursor).toBe(2);
  const bottom = after([...connections, { type: 'bottom' }]);
  const page = pageOf(bottom);
  expect(here(bottom)).toMatchObject({ cursor: 99, top: 100 - page });
  expect(here(after([{ type: 'top' }], bottom))).toMatchObject({ cursor: 0, top: 0, item: undefined });
  expect(here(after([{ type: 'page', by: 1 }], after(connections)))).toMatchObject({ cursor: page - 1, top: page - 1 });
  expect(here(after([{ type: 'page', by: 0.5 }], after(connections)))).toMatchObject({
    cursor: Math.floor(page / 2),
    top: Math.floor(page / 2),
  });
});

test('Enter goes down to a connection, Esc comes back to the same row', () => {
  const down = after([{ type: 'move', by: 1 }, { type: 'open' }, { type: 'move', by: 1 }, { type: 'open' }]);
  expect(down.trail.map(({ screen, origin, connection }) => [screen, origin, connection])).toEqual([
    ['origins', undefined, undefined],
    ['connections', 'b', undefined],
    ['story', 'b', 5],
  ]);
  expect(here(after([{ type: 'tab', by: 1 }], down)).screen).toBe('ladder');
  expect(here(after([{ type: 'back' }], down))).toMatchObject({ screen: 'connections', cursor: 1 });
  expect(here(after([{ type: 'back' }, { type: 'back' }, { type: 'back' }], down))).toMatchObject({ screen: 'origins', cursor: 1 });
});

test('q leaves what is open, and at the top everything', () => {
  expect(after([{ type: 'open' }, { type: 'leave' }])).toMatchObject({ done: false, trail: [{ screen: 'origins' }] });
  expect(after([{ type: 'help' }, { type: 'leave' }])).toMatchObject({ done: false, help: undefined });
  expect(after([{ type: 'leave' }]).done).toBe(true);
});

test('views are found again where they were left', () => {
  const there = after([...connections, { type: 'go', position: 42 }, { type: 'digit', digit: '1' }, { type: 'count-over' }]);
  expect(here(there).screen).toBe('origins');
  expect(here(after(connections, there))).toMatchObject({ screen: 'connections', cursor: 42 });
});

test('two digits and G are a line; one that opens a view is none', () => {
  const digits = (text: string): Action[] => [...text].map((digit) => ({ type: 'digit', digit }));
  const line25 = after([...digits('25'), { type: 'bottom' }], after(connections));
  expect(here(line25)).toMatchObject({ screen: 'connections', cursor: 24 });
  expect(here(after([...digits('12'), { type: 'bottom' }]))).toMatchObject({ screen: 'origins', cursor: 2 });
  expect(here(after([...digits('2'), { type: 'bottom' }]))).toMatchObject({ screen: 'connections', cursor: 99 });
  expect(after(digits('12')).count?.digits).toBe('12');
  expect(after([...digits('12'), { type: 'move', by: 1 }]).count).toBeUndefined();
  expect(after([...digits('12'), { type: 'refresh' }]).count).toBeDefined();
});

test('sorting goes through the columns in both directions and turns round', () => {
  const sort = (actions: readonly Action[]) => here(after(actions)).sort;
  expect(sort([{ type: 'sort', by: 1 }])).toEqual({ column: 2, descending: true });
  expect(sort([{ type: 'sort', by: -1 }])).toEqual({ column: 2, descending: true });
  expect(
    sort([
      { type: 'sort', by: 1 },
      { type: 'sort', by: 1 },
    ]),
  ).toEqual({ column: 0, descending: false });
  expect(sort([{ type: 'reverse' }])).toEqual({ column: 0, descending: true });
});

test('the cursor follows its row when others come before it, and keeps its line of the screen', () => {
  const state = after([...connections, { type: 'go', position: 50 }]);
  const line = here(state).cursor - here(state).top;
  const grown = look((place) => [-3, -2, -1, ...items(place)]);
  const next = here(reduce(state, { type: 'refresh' }, grown));
  expect(next).toMatchObject({ cursor: 53, item: 50 });
  expect(next.cursor - next.top).toBe(line);
  expect(here(reduce(after(connections), { type: 'refresh' }, grown)).cursor).toBe(0);
  expect(
    here(
      reduce(
        state,
        { type: 'refresh' },
        look(() => [1, 2]),
      ),
    ).cursor,
  ).toBe(1);
  expect(
    here(
      reduce(
        state,
        { type: 'refresh' },
        look(() => []),
      ),
    ).cursor,
  ).toBe(0);
});

test('help scrolls to its end and no further', () => {
  const opened = after([{ type: 'help' }, { type: 'bottom' }]);
  expect(opened.help).toBe(40 - pageOf(opened));
  expect(after([{ type: 'move', by: -100 }], opened).help).toBe(0);
});

test('a search is typed, erased and left', () => {
  const typed = after([{ type: 'prompt-open', kind: 'search' }, ...[...'aü😀'].map((text): Action => ({ type: 'prompt-type', text }))]);
  expect(typed.prompt).toMatchObject({ text: 'aü😀', caret: 4 });
  expect(after([{ type: 'prompt-erase' }], typed).prompt).toMatchObject({ text: 'aü', caret: 2 });
  expect(after([{ type: 'prompt-accept' }], typed)).toMatchObject({ prompt: undefined, pattern: 'aü😀' });
  expect(after([{ type: 'prompt-close' }], typed)).toMatchObject({ prompt: undefined, pattern: '' });
  expect(after([{ type: 'prompt-clear' }, { type: 'prompt-erase' }], typed).prompt).toBeUndefined();
});

test('keys mean what the screen offers, and nothing else', () => {
  const origins = initial({ columns: 80, rows: 24 });
  expect(keys.actionOf(origins, 'j')).toEqual({ type: 'move', by: 1 });
  expect(keys.actionOf(origins, '^F')).toEqual({ type: 'page', by: 1 });
  expect(keys.actionOf(origins, 't')).toBeUndefined();
  expect(keys.actionOf(after([{ type: 'prompt-open', kind: 'search' }]), 'j')).toEqual({ type: 'prompt-type', text: 'j' });
  expect(keys.actionOf(after([{ type: 'prompt-open', kind: 'search' }]), 'PageUp')).toBeUndefined();
  expect(keys.actionOf(after([{ type: 'help' }]), 's')).toBeUndefined();
  for (const state of [
    origins,
    after([{ type: 'help' }]),
    after([{ type: 'prompt-open', kind: 'search' }]),
    after([...connections, { type: 'open' }]),
  ]) {
    for (const binding of keys.offered(state, { opens: true, scrolls: true })) expect(keys.actionOf(state, binding.keys[0]!)).toBeDefined();
  }
});

test('sorting by a name: the column that is called so, else the first whose name begins so', () => {
  const named: Look = (place) => ({ ...rowsOf(items(place), place), names: ['reason_text', 'b', 'reason', 'd'] });
  const sorted = (name: string): number | undefined =>
    here(reduce(initial({ columns: 80, rows: 24 }), { type: 'sort-by', name, order: undefined }, named)).sort?.column;
  expect([sorted('reason'), sorted('rea'), sorted('reason_text'), sorted('x')]).toEqual([2, 0, 0, undefined]);
});
