/** A list of exchanges as a trace gives it to those who want a few members of each. */

import type { Exchange, ExchangeViews } from '../../src/trace/index.ts';

/** `first`: the number of the first in the trace's columns; the others follow it. */
export const viewsOf = (exchanges: readonly Exchange[], first = 0): ExchangeViews =>
  Object.assign([...exchanges], { numbered: (exchange: number) => exchanges[exchange - first] });
