/** A word as a shell takes it, for command lines to copy. */

import { show } from './show.ts';

/** File names must not look like options, and nothing in them may be harmful to show. */
export function shellWord(name: string): string {
  const word = name.startsWith('-') ? `./${name}` : name;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${show(word).replaceAll("'", "'\\''")}'`;
}
