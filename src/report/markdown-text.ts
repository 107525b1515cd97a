/** Text of a capture in Markdown: never markup, never a link, never more than its cell. */

import { show } from '../show.ts';

/** A code span: nothing in it is markup. What would end it, or its cell, is spelled out as terminals see control characters. */
export function code(text: string): string {
  if (text === '') return '';
  const safe = show(text).replace(/[`|]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`);
  // A space at both ends would be taken away.
  return /^ .* $/.test(safe) ? `\` ${safe} \`` : `\`${safe}\``;
}

/**
 * Our words, in which words of the capture may stand: whatever Markdown would act upon is escaped, and what sites make links of (addresses, mentions,
 * numbers of issues) is taken apart.
 */
export const prose = (text: string): string =>
  show(text)
    .replace(/@/g, '\\x40')
    .replace(/[\\`*_{}[\]<>|~$&]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (start) => `${start.slice(0, 3)}\\.`)
    .replace(/#\d+/g, '`$&`');

/** The same where a line or a list item begins: it is no list, heading, quotation or rule. */
export const paragraph = (text: string): string =>
  prose(text)
    .replace(/^\s*(?=[-+=#])/, '\\')
    .replace(/^\s*(\d+)([.)])/, '$1\\$2');
