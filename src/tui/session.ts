/** What is going on between the data, the keys and the screen: holds the state, sorts and searches beside it, and says when to draw. */

import { Arrangement } from './arrangement.ts';
import type { Context } from './column.ts';
import { actionOf } from './keys.ts';
import type { Size } from './layout.ts';
import type { Listing } from './listing.ts';
import { sorted } from './order.ts';
import { requestsOf, storyOf } from './screens/connection.ts';
import { connections } from './screens/connections.ts';
import { help } from './screens/help.ts';
import { origins } from './screens/origins.ts';
import { runInSlices, runNow } from './slices.ts';
import type { Snapshot, Source } from './source.ts';
import { type Action, here, initial, type Place, reduce, type ScreenName, type State } from './store.ts';
import type { Theme } from './theme.ts';

/** Everything that a frame is drawn from. */
export interface View {
  readonly state: State;
  readonly rows: Arrangement;
  readonly context: Context;
  /** What takes longer than a moment, and how much of it is done. */
  readonly busy: { readonly doing: 'sorting' | 'searching'; readonly part: number } | undefined;
}

export interface SessionOptions {
  readonly source: Source;
  readonly size: Size;
  readonly theme: Theme;
  /** Called for what only the terminal can do. */
  readonly perform: (action: 'redraw' | 'suspend' | 'quit') => void;
}

const lists: Readonly<Record<ScreenName, (place: Place, snapshot: Snapshot, theme: Theme) => Listing>> = {
  origins,
  connections,
  story: storyOf,
  requests: requestsOf,
};

/** Milliseconds: 30 frames and 10 looks at a growing trace a second; how long a count such as `25` waits for its `G`. */
const frameTime = 33;
const progressTime = 100;
const countTime = 600;
/** Rows that are sorted at once, between two frames. */
const few = 4096;

type TimerName = 'frame' | 'progress' | 'snapshot' | 'count' | 'sort';

interface Order {
  readonly sort: string;
  readonly snapshot: Snapshot;
  readonly rows: Uint32Array;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #snapshot: Snapshot;
  #state: State;
  #view: View;
  #busy: View['busy'];
  readonly #arrangements = new Map<string, Arrangement>();
  readonly #orders = new Map<string, Order>();
  #sorting: { readonly key: string; readonly stop: () => void } | undefined;
  #stopSearch: () => void = () => {};
  readonly #timers: Partial<Record<TimerName, ReturnType<typeof setTimeout>>> = {};
  #drawn = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#snapshot = options.source.snapshot();
    this.#state = initial(options.size);
    this.#view = this.#look();
    this.#unsubscribe = options.source.subscribe(() => this.#later('snapshot', progressTime, () => this.#renew()));
  }

  // The two functions that React's useSyncExternalStore asks for.
  readonly view = (): View => this.#view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  press(key: string): void {
    const action = actionOf(this.#state, key);
    if (action) this.dispatch(action);
  }

  dispatch(action: Action): void {
    this.#stopSearch();
    this.#state = reduce(this.#state, action, this.#rows);
    this.#after(action);
    this.#draw();
  }

  close(): void {
    this.#unsubscribe();
    this.#stopSearch();
    this.#sorting?.stop();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#listeners.clear();
  }

  #after(action: Action): void {
    if (this.#state.done) this.#options.perform('quit');
    if (action.type === 'redraw' || action.type === 'suspend') this.#options.perform(action.type);
    if (action.type === 'prompt-accept') this.#search(1, here(this.#state).cursor);
    if (action.type === 'search') this.#search(action.by, here(this.#state).cursor + action.by);
    if (action.type === 'digit') {
      clearTimeout(this.#timers.count);
      delete this.#timers.count;
      this.#later('count', countTime, () => this.dispatch({ type: 'count-over' }));
    }
  }

  /** A newer trace: its rows are others, and the cursor's row may be elsewhere. */
  #renew(): void {
    this.#snapshot = this.#options.source.snapshot();
    this.#rearrange();
  }

  #rearrange(): void {
    this.#arrangements.clear();
    this.#state = reduce(this.#state, { type: 'refresh' }, this.#rows);
    this.#draw();
  }

  readonly #rows = (place: Place): Arrangement => {
    const key = JSON.stringify([place.screen, place.origin, place.connection, place.sort]);
    const known = this.#arrangements.get(key);
    if (known) return known;
    const list = lists[place.screen](place, this.#snapshot, this.#options.theme);
    const made = new Arrangement(list, this.#order(place, list), () => help(place.screen, list, this.#options.theme).length);
    this.#arrangements.set(key, made);
    return made;
  };

  /** The order in which a place is sorted; of long lists the one before, until the new one is ready. */
  #order(place: Place, list: Listing): Uint32Array | undefined {
    const { sort } = place;
    if (!sort || (sort.column === list.natural?.column && sort.descending === list.natural.descending)) return undefined;
    const key = JSON.stringify([place.screen, place.origin, place.connection]);
    const known = this.#orders.get(key);
    const wanted = JSON.stringify(sort);
    if (known?.sort === wanted && known.snapshot === this.#snapshot) return known.rows;
    const work = (): Generator<number, Uint32Array, void> => sorted(list.length, (row) => list.key(row, sort.column), sort.descending);
    const snapshot = this.#snapshot;
    const keep = (rows: Uint32Array): Uint32Array => {
      this.#orders.set(key, { sort: wanted, snapshot, rows });
      return rows;
    };
    if (list.length <= few) return keep(runNow(work()));
    this.#sortSoon(key + wanted, work, keep);
    return known?.sort === wanted ? known.rows : undefined;
  }

  #sortSoon(key: string, work: () => Generator<number, Uint32Array, void>, keep: (rows: Uint32Array) => void): void {
    if (this.#sorting?.key === key) return;
    this.#sorting?.stop();
    const began = performance.now();
    const done = (rows: Uint32Array): void => {
      keep(rows);
      this.#busy = undefined;
      // While the trace grows, the next sorting waits: at most a quarter of the time goes into it.
      this.#later('sort', 3 * (performance.now() - began), () => {
        this.#sorting = undefined;
        this.#rearrange();
      });
      this.#rearrange();
    };
    const stop = runInSlices(work(), done, (part) => {
      this.#progress({ doing: 'sorting', part });
    });
    this.#sorting = { key, stop };
  }

  #search(by: 1 | -1, from: number): void {
    const pattern = this.#state.pattern.toLowerCase();
    const rows = this.#rows(here(this.#state));
    if (pattern === '' || rows.length === 0) return;
    const { context } = this.#look();
    const stop = runInSlices(
      find(rows, (row) => rows.listing.text(row, context).toLowerCase().includes(pattern), by, from),
      (position) => {
        this.#stopSearch();
        this.dispatch(position < 0 ? { type: 'say', text: `"${this.#state.pattern}" is in no row` } : { type: 'go', position });
      },
      (part) => {
        this.#progress({ doing: 'searching', part });
      },
    );
    this.#stopSearch = () => {
      stop();
      this.#busy = undefined;
      this.#stopSearch = () => {};
    };
  }

  #look(): View {
    const { theme } = this.#options;
    const { timeFormat, size } = this.#state;
    const clock = { format: timeFormat, epoch: this.#snapshot.trace.epoch, decimals: size.columns < 100 ? 3 : 6 } as const;
    return {
      state: this.#state,
      rows: this.#rows(here(this.#state)),
      context: { snapshot: this.#snapshot, theme, clock },
      busy: this.#busy,
    };
  }

  #progress(busy: View['busy']): void {
    this.#busy = busy;
    this.#later('progress', progressTime, () => this.#draw());
  }

  /** At once where the last frame is old enough, else when it will be. */
  #draw(): void {
    this.#later('frame', Math.max(0, this.#drawn + frameTime - performance.now()), () => {
      this.#drawn = performance.now();
      this.#view = this.#look();
      for (const listener of this.#listeners) listener();
    });
  }

  #later(name: TimerName, wait: number, work: () => void): void {
    this.#timers[name] ??= setTimeout(() => {
      delete this.#timers[name];
      work();
    }, wait);
  }
}

/** The first position at or after `from`, going round, whose row fits; -1 where none does. */
function* find(rows: Arrangement, fits: (row: number) => boolean, by: 1 | -1, from: number): Generator<number, number, void> {
  const { length } = rows;
  for (let i = 0; i < length; i += 1) {
    const position = (((from + i * by) % length) + length) % length;
    if (fits(rows.row(position))) return position;
    if (i % 64 === 0) yield i / length;
  }
  return -1;
}
