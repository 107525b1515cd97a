/** The door of tui: shows the same thing as the reports on a terminal, and lets one walk through it. */

export { type BrowseOptions, browse } from './browse.tsx';
export { bindingIds, type KeyMap } from './keys.ts';
export { explained, leaveUnexplained } from './row-work.ts';
export type { Exporter, Packets, Progress, Seen, Source } from './source.ts';
export { screenNames } from './store.ts';
export type { Colors } from './theme.ts';
