/** The door of tui: shows the same thing as the reports on a terminal, and lets one walk through it. */

export { type BrowseOptions, browse } from './browse.tsx';
export type { Progress, Snapshot, Source } from './source.ts';
export type { Colors } from './theme.ts';
