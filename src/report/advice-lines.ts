/** What is wrong and what to change, as lines of the text report; each ready to be copied where it is a line of a configuration. */

import type { Advice, Analysis } from '../analysis/index.ts';
import { show } from '../show.ts';
import { counted } from './words.ts';

const problemsShown = 3;
const adviceShown = 3;

/** Findings that somebody should look at first. */
export function* problemLines({ problems }: Analysis): Generator<string> {
  for (const { text } of problems.slice(0, problemsShown)) yield show(text);
  if (problems.length > problemsShown) yield `and ${counted(problems.length - problemsShown, 'more finding')} of this kind: -T md`;
}

/** A sentence, and the lines to copy below it; where there is no advice, what it would take. */
export function* adviceLines({ advice, adviceMissing }: Analysis): Generator<AdviceLine> {
  let text = '';
  let shown = 0;
  for (const one of advice) {
    if (one.text !== text) {
      shown += 1;
      if (shown > adviceShown) break;
      text = one.text;
      yield { text: show(text), isDirective: false };
    }
    // Where its software has no line for it, the sentence says it all.
    if (one.software !== undefined && !one.text.includes(one.directive)) yield { text: show(directiveOf(one)), isDirective: true };
  }
  if (shown === 0 && adviceMissing[0] !== undefined) yield { text: `none yet: ${show(adviceMissing[0])}`, isDirective: false };
}

export interface AdviceLine {
  readonly text: string;
  /** Not to be broken into several lines. */
  readonly isDirective: boolean;
}

/** `keepalive_timeout 65s;   (nginx 1.22.1)` */
const directiveOf = ({ directive, software }: Advice): string => `${directive}   (${software})`;
