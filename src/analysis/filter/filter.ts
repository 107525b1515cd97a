/** What a filter is once it is read, and what is said of a text that is none. */

import type { Trace } from '../../trace/index.ts';
import type { Analysis } from '../analysis.ts';

export interface Filter {
  readonly text: string;
  /** Whether connection `row` of the trace satisfies it. A test of packets or exchanges holds where any of them does. */
  test(trace: Trace, analysis: Analysis, row: number): boolean;
}

/** What could have come at the place of an error. */
export type Expected = 'field' | 'operator' | 'value' | 'connective' | 'nothing';

export interface FilterError {
  /** Where it went wrong: from `at` up to `end` in the text. */
  readonly at: number;
  readonly end: number;
  readonly expected: Expected;
  /** One sentence: what was expected, what was found. */
  readonly message: string;
  /** The known name that was probably meant. */
  readonly nearest: string | undefined;
}

export const isFilterError = (result: Filter | FilterError): result is FilterError => 'expected' in result;

/** Thrown inside the parser, caught at its door. */
export class Refusal extends Error {
  readonly error: FilterError;
  constructor(error: FilterError) {
    super(error.message);
    this.error = error;
  }
}
