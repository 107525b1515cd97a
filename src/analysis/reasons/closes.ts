/** Why each connection was closed: a code for every one, words and frames for those that are asked for. */

import { inBlocks, type Steps } from '../../steps.ts';
import type { Columns } from '../../trace/index.ts';
import type { CloseReason, Explanation } from '../analysis.ts';
import { closeRules } from './close-rules.ts';
import { type CloseRule, Ending, type Known, type Measures } from './ending.ts';
import { inOrder } from './frames.ts';

/** Of a connection that never was: nothing closed it. */
export const notClosed = 255;

export class Closes {
  /** Place in `closeRules` by connection. */
  readonly rule: Uint8Array;
  readonly #ending: Ending;
  readonly #columns: Columns;

  /** Nothing is known before `filling` is done. */
  constructor(known: Known) {
    const { columns } = known;
    this.#ending = new Ending(known);
    this.rule = new Uint8Array(columns.connections).fill(notClosed);
    this.#columns = columns;
  }

  *filling(): Steps<void> {
    const columns = this.#columns;
    yield* inBlocks(columns.connections, (from, to) => {
      for (let each = from; each < to; each += 1) {
        if (!columns.established(each)) continue;
        const ending = this.#ending.at(each);
        let place = 0;
        while (!closeRules[place]!.holds(ending)) place += 1;
        this.rule[each] = place;
      }
    });
  }

  code(connection: number): CloseReason | undefined {
    return closeRules[this.rule[connection]!]?.code;
  }

  ruleOf(connection: number): CloseRule<CloseReason> | undefined {
    return closeRules[this.rule[connection]!];
  }

  measures(connection: number): Measures {
    return this.#ending.at(connection).measures();
  }

  /** As in its measures. */
  isToldTooShort(connection: number): boolean {
    return this.#ending.at(connection).toldTooShort;
  }

  /** `shown`: one more frame that belongs to it; 0 for none. */
  explain(connection: number, shown: number = 0): Explanation<CloseReason> | undefined {
    const rule = this.ruleOf(connection);
    if (rule === undefined) return undefined;
    const ending = this.#ending.at(connection);
    const confidence = rule.confidence(ending);
    const frames = this.#frames(rule, connection, shown);
    return { code: rule.code, text: rule.words(ending.measures()), confidence, frames };
  }

  /** The last response, what the rule itself looks at, the close. */
  #frames(rule: CloseRule<CloseReason>, connection: number, shown: number): readonly number[] {
    const ending = this.#ending.at(connection);
    const { columns } = ending;
    const last = ending.last < 0 ? 0 : columns.responseFrame(ending.last);
    const unheard = ending.pending < 0 ? 0 : columns.requestFrame(ending.pending);
    const frames = [last, unheard, columns.closeFrame(connection), shown];
    return inOrder(rule.frames === undefined ? frames : [...frames, ...rule.frames(ending)]);
  }
}
