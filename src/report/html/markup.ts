/** HTML by construction: what stands between the tags is text and nothing else, unless it was made here. */

import { show } from '../../show.ts';

/** A piece of HTML that was made by `html`. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | readonly Content[] | undefined;

/** `html`<b>${text}</b>``: every value is escaped, in text and in quoted attributes alike; undefined is nothing. */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(strings.reduce((before, string, i) => before + written(values[i - 1]) + string));

function written(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'number') return `${content}`;
  return typeof content === 'string' ? escaped(content) : content.map(written).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control and bidi characters are spelled out as on a terminal: a reader sees them, and nothing is reordered. */
const escaped = (text: string): string => show(text).replace(/[&<>"']/g, (character) => entities[character]!);
