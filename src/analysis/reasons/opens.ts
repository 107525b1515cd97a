/** Why a connection was opened, in words and with the frames that show it, when it is asked for. */

import type { Explanation } from '../analysis.ts';
import { inOrder } from './frames.ts';
import { openRules } from './open-rules.ts';
import { Opening, type OpeningKnown } from './opening.ts';
import { inWords } from './words.ts';

export class Opens {
  readonly #opening: Opening;

  constructor(known: OpeningKnown) {
    this.#opening = new Opening(known);
  }

  /** undefined where no class can be told. */
  explain(connection: number): Explanation | undefined {
    const opening = this.#opening.at(connection);
    if (opening.class === undefined) return undefined;
    const rule = openRules.find((each) => each.holds(opening));
    if (rule === undefined) return this.#churn(connection);
    const frames = inOrder(rule.frames(opening));
    return { code: rule.code, text: rule.words(opening), confidence: rule.confidence(opening), frames };
  }

  /** A predecessor had served not long before: how that ended explains. */
  #churn(connection: number): Explanation | undefined {
    const opening = this.#opening.at(connection);
    const { gap, previous, syn } = opening;
    const close = previous < 0 ? undefined : opening.known.closes.explain(previous, syn);
    if (close === undefined) return undefined;
    const text = `connection ${previous} had served its last request ${inWords(gap)} before: ${close.text}`;
    return { code: close.code, text, confidence: close.confidence, frames: close.frames };
  }
}
