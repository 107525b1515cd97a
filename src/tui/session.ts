/** What is going on between the data, the keys and the screen: holds the state, sorts, searches and filters beside it, and says when to draw. */

import { isFilterError, parseFilter } from '../analysis/filter/index.ts';
import { type Analysis, type Rates, ratesOf, type Simulation } from '../analysis/index.ts';
import { second } from '../time.ts';
import { Arrangement } from './arrangement.ts';
import { Aside } from './aside.ts';
import type { Context } from './column.ts';
import { commandOf } from './commands.ts';
import { clipboardOf, exportOf, exportSuggestion, filterOfCell } from './effects.ts';
import { type Gather, Gathered } from './gathered.ts';
import { hit } from './hit.ts';
import { type KeyMap, Keys } from './keys.ts';
import type { Size } from './layout.ts';
import { Orders } from './orders.ts';
import { explained, find, isExplained, narrowed, numbered, renewed, whole } from './row-work.ts';
import { lastBelow } from './screens/below.ts';
import { idsOf } from './screens/connections.ts';
import { help } from './screens/help.ts';
import { lists } from './screens/index.ts';
import { Simulated } from './simulated.ts';
import { few, runInSlices, runNow } from './slices.ts';
import type { Exporter, Packets, Snapshot, Source } from './source.ts';
import { type Action, here, initial, layoutOf, type Place, reduce, type State, showsRates, type WhatIf } from './store.ts';
import { type Colors, type Theme, theme } from './theme.ts';

/** Everything that a frame is drawn from. */
export interface View {
  readonly state: State;
  readonly rows: Arrangement;
  readonly context: Context;
  readonly keys: Keys;
  /** What takes longer than a moment, and how much of it is done. */
  readonly busy: { readonly doing: 'sorting' | 'searching' | 'filtering'; readonly part: number } | undefined;
  readonly exporter: Exporter | undefined;
  /** Of the connections that are listed; undefined while they are counted, and on screens that do not show them. */
  readonly rates: Rates | undefined;
}

export interface SessionOptions {
  readonly source: Source;
  readonly size: Size;
  readonly colors: Colors;
  readonly ascii: boolean;
  readonly given?: Partial<Pick<State, 'filter' | 'columns' | 'settings' | 'timeFormat'>>;
  readonly keys?: KeyMap;
  readonly exporter?: Exporter;
  /** What only the terminal can do. */
  readonly terminal: {
    redraw(): void;
    suspend(): void;
    quit(): void;
    copy(text: string): void;
    mouse(on: boolean): void;
  };
}

/** Milliseconds: 30 frames and 10 looks at a growing trace a second; how long a count such as `25` waits for its `G`. */
const frameTime = 33;
const progressTime = 100;
const countTime = 600;
/** Points of the rates over time; where the end is not known, they are of the last seconds. */
const ratePoints = 60;
const lastSeconds = 60 * second;

type TimerName = 'frame' | 'progress' | 'snapshot' | 'count' | 'filter';

export class Session {
  readonly #options: SessionOptions;
  readonly #keys: Keys;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #theme: Theme;
  #snapshot: Snapshot;
  /** Before the filter. */
  #base: Snapshot;
  #state: State;
  #view: View;
  #busy: View['busy'];
  readonly #arrangements = new Map<string, Arrangement>();
  readonly #orders = new Orders(
    () => {
      this.#busy = undefined;
      this.#rearrange();
    },
    (part) => this.#progress({ doing: 'sorting', part }),
  );
  #filtering: { readonly text: string; readonly stop: () => void } | undefined;
  #stopSearch: () => void = () => {};
  readonly #timers: Partial<Record<TimerName, ReturnType<typeof setTimeout>>> = {};
  readonly #rates = new Aside<Rates>(() => this.#draw());
  readonly #simulated = new Simulated(() => this.#draw());
  readonly #gathered = new Gathered(() => this.#rearrange());
  #drawn = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#keys = new Keys(options.keys);
    this.#theme = theme(options.colors, options.ascii);
    this.#base = whole(options.source.snapshot(), false);
    this.#snapshot = this.#base;
    this.#state = initial(options.size, options.given);
    this.#view = this.#look();
    this.#unsubscribe = options.source.subscribe(() => this.#later('snapshot', progressTime, () => this.#renew()));
    if (this.#state.filter !== '') this.#filter(true);
    if (this.#state.settings.mouse) options.terminal.mouse(true);
  }

  // The two functions that React's useSyncExternalStore asks for.
  readonly view = (): View => this.#view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  press(key: string): void {
    const [, x, y] = /^Click:(\d+),(\d+)$/.exec(key) ?? [];
    const action = x === undefined ? this.#keys.actionOf(this.#state, key) : hit(this.#look(), Number(x), Number(y));
    if (action) this.dispatch(action);
  }

  dispatch(action: Action): void {
    this.#stopSearch();
    const before = this.#state;
    this.#state = reduce(this.#state, action, this.#rows);
    this.#after(action, before);
    this.#draw();
  }

  close(): void {
    this.#unsubscribe();
    this.#stopSearch();
    this.#orders.stop();
    this.#filtering?.stop();
    this.#rates.stop();
    this.#simulated.stop();
    this.#gathered.stop();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#listeners.clear();
  }

  #after(action: Action, before: State): void {
    const { terminal } = this.#options;
    if (this.#state.done) terminal.quit();
    else if (action.type === 'redraw' || action.type === 'suspend') terminal[action.type]();
    else if (action.type === 'prompt-accept' && before.prompt) this.#accept(before.prompt.kind, before.prompt.text);
    else if (action.type === 'search') this.#search(action.by, here(this.#state).cursor + action.by);
    else if (action.type === 'problem') this.#problem(action.by);
    else if (action.type === 'filter') this.#filter(true);
    else if (action.type === 'goto') this.#goto(action.number, action.by);
    else if (action.type === 'copy') this.#say(clipboardOf(this.#look(), action.kind, terminal.copy));
    else if (action.type === 'export') this.#export(action.path);
    else if (action.type === 'suggest-export')
      this.dispatch({ type: 'prompt-open', kind: 'command', text: `export ${exportSuggestion(this.#look())}` });
    else if (action.type === 'filter-cell') this.#filterCell();
    else if (action.type === 'below') this.#scrolled();
    else if (action.type === 'theme') {
      this.#theme = theme(action.colors, this.#options.ascii);
      this.#rearrange();
    } else if (action.type === 'set') {
      terminal.mouse(this.#state.settings.mouse);
      if (action.setting === 'secrets') this.#filter(true);
      if (action.setting === 'mouse')
        this.#say(this.#state.settings.mouse ? 'the mouse is ours; m frees it' : 'the mouse is the terminal’s');
    } else if (action.type === 'pause' && !this.#state.paused) this.#renew();
    else if (action.type === 'turn' || action.type === 'columns') this.#rearrange();
    else if (action.type === 'digit') {
      clearTimeout(this.#timers.count);
      delete this.#timers.count;
      this.#later('count', countTime, () => this.dispatch({ type: 'count-over' }));
    }
  }

  #accept(kind: 'search' | 'filter' | 'command', text: string): void {
    if (kind === 'search') return this.#search(1, here(this.#state).cursor);
    if (kind === 'filter') {
      const filter = text.trim() === '' ? undefined : parseFilter(text);
      // What is no filter stays on the line to be mended.
      if (filter && isFilterError(filter)) return this.dispatch({ type: 'prompt-open', kind: 'filter', text });
      return this.dispatch({ type: 'filter', text });
    }
    const action = commandOf(text);
    if (typeof action !== 'string') return this.dispatch(action);
    if (action !== '') this.#say(action);
  }

  #say(text: string | undefined): void {
    if (text !== undefined) this.dispatch({ type: 'say', text });
  }

  #export(path: string): void {
    this.#say(exportOf(this.#look(), path, this.packets, (said) => this.#say(said)));
  }

  /** What is below the rows ends somewhere. */
  #scrolled(): void {
    const view = this.#look();
    const most = lastBelow(view, layoutOf(this.#state, view.rows).panel);
    const more = here(this.#state).below - most;
    if (more > 0) this.#state = reduce(this.#state, { type: 'below', by: -more }, this.#rows);
  }

  #filterCell(): void {
    const part = filterOfCell(this.#look());
    if (part === undefined) return this.#say('choose a column with the arrows first: F filters by the value under the cursor');
    const { filter } = this.#state;
    this.dispatch({ type: 'prompt-open', kind: 'filter', text: filter === '' ? part : `(${filter}) && ${part}` });
  }

  #goto(number: number, by: 'id' | 'stream'): void {
    const { trace } = this.#snapshot;
    const found = numbered(trace, number, by);
    if (found < 0)
      this.#say(
        by === 'id' ? `there is no connection ${number}: they are 0 to ${trace.size - 1}` : `no connection is tcp.stream ${number}`,
      );
    else this.dispatch({ type: 'enter', connection: found });
  }

  /** The packets of a connection, as far as they are known. */
  readonly packets = (connection: number): Packets =>
    this.#options.source.packets?.(connection) ?? { state: 'missing', why: 'packets cannot be read again here' };

  #newest(): Snapshot {
    this.#base = renewed(this.#base, this.#options.source.snapshot(), this.#state.settings.secrets);
    return this.#base;
  }

  /** A newer trace: its rows are others, and the cursor's row may be elsewhere. */
  #renew(): void {
    if (this.#state.paused) return;
    const before = this.#base;
    if (this.#newest() === before) this.#rearrange();
    else if (this.#state.filter === '') this.#show(this.#base);
    else this.#filter(false);
  }

  #show(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#rearrange();
  }

  /** Applies the filter to the newest trace. While that grows, at most a quarter of the time goes into it. */
  #filter(now: boolean): void {
    const { filter: text } = this.#state;
    if (now || text !== this.#filtering?.text) {
      this.#filtering?.stop();
      this.#filtering = undefined;
      clearTimeout(this.#timers.filter);
      delete this.#timers.filter;
    }
    if (this.#filtering !== undefined) return;
    const base = this.#newest();
    const filter = text === '' ? undefined : parseFilter(text);
    if (filter === undefined || isFilterError(filter)) {
      if (filter) this.#state = { ...this.#state, filter: '', notice: `the filter is none: ${filter.message}` };
      return this.#show(base);
    }
    // A filter sees what is there; only which connections satisfy it is shown.
    const { original = base.trace } = base.trace;
    const work = narrowed(base, (row) => filter.test(original, base.analysis, row));
    const began = performance.now();
    const rest = (): void => {
      this.#rearrange();
      this.#later('filter', 3 * (performance.now() - began), () => {
        this.#filtering = undefined;
        if (this.#options.source.snapshot().trace !== base.trace) this.#renew();
      });
    };
    // The rows are shown first; what is found in them comes after that.
    const done = (analysis: Analysis): void => {
      this.#busy = undefined;
      this.#show({ ...base, analysis });
      if (isExplained(analysis)) rest();
      else this.#filtering = { text, stop: runInSlices(explained(analysis), rest) };
    };
    if (base.trace.size <= few) {
      done(runNow(work));
      this.#filtering = base.progress.done ? undefined : { text, stop: () => {} };
    } else this.#filtering = { text, stop: runInSlices(work, done, (part) => this.#progress({ doing: 'filtering', part })) };
  }

  #rearrange(): void {
    this.#arrangements.clear();
    this.#state = reduce(this.#state, { type: 'refresh' }, this.#rows);
    this.#draw();
  }

  readonly #rows = (place: Place): Arrangement => {
    const { whatIf, settings, columns } = this.#state;
    const names = columns[place.screen];
    const key = JSON.stringify([
      place.screen,
      place.origin,
      place.connection,
      place.sort,
      place.raw,
      names,
      place.screen === 'whatif' ? whatIf : '',
    ]);
    const known = this.#arrangements.get(key);
    if (known) return known;
    const list = lists[place.screen]({
      place,
      snapshot: this.#snapshot,
      theme: this.#theme,
      columns: names,
      whatIf,
      secrets: settings.secrets,
      simulation: this.#simulationOf,
      packets: this.packets,
      gather: this.#gather,
    });
    const lines = (): number => help(this.#keys, place, list, this.#theme, undefined).length;
    const made = new Arrangement(list, this.#orders.of(place, list, this.#snapshot), lines);
    this.#arrangements.set(key, made);
    return made;
  };

  #search(by: 1 | -1, from: number): void {
    const { pattern } = this.#state;
    const rows = this.#rows(here(this.#state));
    if (pattern === '') return;
    this.#find(rows, rows.listing.finder(pattern.toLowerCase(), this.#look().context), by, from, `"${pattern}" is in no row`);
  }

  #problem(by: 1 | -1): void {
    const rows = this.#rows(here(this.#state));
    this.#find(rows, (row) => rows.listing.problem(row), by, here(this.#state).cursor + by, 'no problem is listed here');
  }

  #find(rows: Arrangement, fits: (row: number) => boolean, by: 1 | -1, from: number, missed: string): void {
    if (rows.length === 0) return this.#say(missed);
    const stop = runInSlices(
      find(rows, fits, by, from),
      (position) => {
        this.#stopSearch();
        this.dispatch(position < 0 ? { type: 'say', text: missed } : { type: 'go', position });
      },
      (part) => this.#progress({ doing: 'searching', part }),
    );
    this.#stopSearch = () => {
      stop();
      this.#busy = undefined;
      this.#stopSearch = () => {};
    };
  }

  #look(): View {
    const { timeFormat, size, settings } = this.#state;
    const clock = { format: timeFormat, epoch: this.#snapshot.trace.epoch, decimals: size.columns < 100 ? 3 : 6 } as const;
    const place = here(this.#state);
    return {
      state: this.#state,
      rows: this.#rows(place),
      context: { snapshot: this.#snapshot, theme: this.#theme, clock, place, marks: this.#state.marks, secrets: settings.secrets },
      keys: this.#keys,
      busy: this.#busy,
      exporter: this.#options.exporter,
      rates: this.#ratesOf(place),
    };
  }

  readonly #simulationOf = (settings: WhatIf): Simulation | undefined => this.#simulated.of(this.#snapshot, settings);

  readonly #gather: Gather = (kind, isLittle, work) => this.#gathered.of(this.#snapshot, kind, isLittle, work);

  /** Of a capture without end, the last minute. */
  #ratesOf(place: Place): Rates | undefined {
    if (!showsRates(place)) return undefined;
    const { trace, progress } = this.#snapshot;
    const isEndless = !progress.done && progress.totalBytes === undefined;
    const from = isEndless ? Math.max(0, trace.lastTime - lastSeconds) : 0;
    const rows = idsOf(place.origin, this.#snapshot);
    return this.#rates.of(this.#snapshot, place.origin ?? '', (rows?.length ?? trace.size) <= few, () =>
      ratesOf(trace, rows, from, trace.lastTime, ratePoints),
    );
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
