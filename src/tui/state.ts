/** Everything that a screen is drawn from besides the data, as plain data, and what can happen to it. */

import type { SimulationSettings } from '../analysis/index.ts';
import type { CopyKind, Setting, themes } from './commands.ts';
import type { TimeFormat } from './format.ts';
import type { Size } from './layout.ts';
import type { Prompt, PromptAction, PromptKind } from './prompt.ts';

export const views = ['origins', 'connections', 'waterfall', 'requests', 'findings', 'whatif'] as const;
/** The views that a digit opens, in the order of the digits. */
export type ViewName = (typeof views)[number];
export const tabs = ['story', 'ladder', 'exchanges', 'packets', 'timers', 'bytes'] as const;
export type TabName = (typeof tabs)[number];
export type ScreenName = ViewName | TabName;
export const screenNames: readonly ScreenName[] = [...views, ...tabs];

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
  /** It was sent to the last row, and goes with that. */
  readonly last: boolean;
  readonly sort: Sort | undefined;
  /** The column under the cursor; undefined for the row as a whole. */
  readonly column: number | undefined;
  /** How far it is zoomed in, as a power of two, and where the window begins, as a part of the whole. */
  readonly zoom: number;
  readonly pan: number;
  /** Everything, instead of what was put together: each packet, bytes instead of text. */
  readonly raw: boolean;
  /** First line of what is shown below the rows. */
  readonly below: number;
}

/** What is tried in What-if. */
export type WhatIf = SimulationSettings;

export interface State {
  readonly size: Size;
  /** Where each view was left. */
  readonly roots: Readonly<Record<ViewName, Place>>;
  /** From the view down to what is shown; never empty. */
  readonly trail: readonly Place[];
  /** First line of the help that is shown; undefined while it is closed. */
  readonly help: number | undefined;
  readonly prompt: Prompt | undefined;
  readonly history: Readonly<Record<PromptKind, readonly string[]>>;
  readonly pattern: string;
  /** The filter that is applied; empty for none. */
  readonly filter: string;
  readonly notice: string;
  /** Digits of `25G` typed so far, and the state before the first of them opened a view. */
  readonly count: { readonly digits: string; readonly before: Pick<State, 'roots' | 'trail'> } | undefined;
  readonly timeFormat: TimeFormat;
  /** Marked rows, by what marks them: `c17` a connection, `f210` a frame. */
  readonly marks: ReadonlySet<string>;
  /** Columns that were chosen, by screen. */
  readonly columns: Readonly<Partial<Record<ScreenName, readonly string[]>>>;
  readonly paused: boolean;
  readonly settings: Readonly<Record<Setting, boolean>>;
  readonly whatIf: Partial<WhatIf>;
  readonly done: boolean;
}

/** Where a row leads: an origin's connections, or one connection. */
export type Goal = { readonly origin: string } | { readonly connection: number; readonly tab?: TabName };

/** The rows of a place, as far as moving among them needs to know. */
export interface Rows {
  readonly length: number;
  /** How they are sorted where the place does not say. */
  readonly natural: Sort | undefined;
  /** Columns that they can be sorted by, each in the direction that shows the interesting rows first. */
  readonly sortable: readonly Sort[];
  /** Names of the columns. */
  readonly names: readonly string[];
  /** Lines of its help. */
  readonly help: number;
  /** Lines below the rows that belong to the screen. */
  readonly panel: number;
  item(position: number): Item | undefined;
  /** -1 where it is not listed. */
  find(item: Item): number;
  /** What Enter opens there. */
  goal(position: number): Goal | undefined;
  /** What a mark on it marks. */
  mark(position: number): string | undefined;
  /** What turning its knob sets. */
  turn(position: number, by: 1 | -1): Partial<WhatIf> | undefined;
}

export type Look = (place: Place) => Rows;

export type Action =
  | PromptAction
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'page'; readonly by: number }
  | {
      readonly type:
        | 'top'
        | 'bottom'
        | 'open'
        | 'back'
        | 'leave'
        | 'help'
        | 'reverse'
        | 'sort-here'
        | 'time'
        | 'raw'
        | 'mark'
        | 'unmark'
        | 'pause';
    }
  | { readonly type: 'column' | 'sort' | 'tab' | 'turn' | 'pan' | 'zoom'; readonly by: 1 | -1 }
  | { readonly type: 'below'; readonly by: number }
  | { readonly type: 'sort-by'; readonly name: string; readonly order: 'asc' | 'desc' | undefined }
  | { readonly type: 'columns'; readonly names: readonly string[] | undefined }
  | { readonly type: 'unzoom' | 'count-over' | 'prompt-close' | 'prompt-accept' | 'filter-cell' | 'suggest-export' }
  | { readonly type: 'digit'; readonly digit: string }
  | { readonly type: 'view'; readonly view: ViewName }
  | { readonly type: 'tab-to'; readonly tab: TabName }
  | { readonly type: 'goto'; readonly number: number; readonly by: 'id' | 'stream' }
  | { readonly type: 'enter'; readonly connection: number; readonly tab?: TabName }
  | { readonly type: 'search' | 'problem'; readonly by: 1 | -1 }
  | { readonly type: 'go'; readonly position: number }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'filter'; readonly text: string }
  | { readonly type: 'copy'; readonly kind: CopyKind }
  | { readonly type: 'export'; readonly path: string }
  | { readonly type: 'theme'; readonly colors: (typeof themes)[number] }
  | { readonly type: 'set'; readonly setting: Setting; readonly on?: boolean }
  | { readonly type: 'resize'; readonly size: Size }
  | { readonly type: 'refresh' | 'redraw' | 'suspend' | 'quit' };

export const start = (screen: ScreenName, origin?: string, connection?: number): Place => ({
  screen,
  origin,
  connection,
  cursor: 0,
  top: 0,
  item: undefined,
  last: false,
  sort: undefined,
  column: undefined,
  zoom: 0,
  pan: 0,
  raw: false,
  below: 0,
});

export function initial(size: Size, given: Partial<Pick<State, 'filter' | 'columns' | 'settings' | 'timeFormat'>> = {}): State {
  const roots = Object.fromEntries(views.map((view) => [view, start(view)])) as Record<ViewName, Place>;
  return {
    size,
    roots,
    trail: [roots.origins],
    help: undefined,
    prompt: undefined,
    history: { search: [], filter: [], command: [] },
    pattern: '',
    filter: '',
    notice: '',
    count: undefined,
    timeFormat: 'relative',
    marks: new Set(),
    columns: {},
    paused: false,
    settings: { mouse: true, hints: true, secrets: false },
    whatIf: {},
    done: false,
    ...given,
  };
}
