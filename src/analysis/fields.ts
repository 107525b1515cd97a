/** The one list of columns: JSON members, CSV columns, filter names and TUI columns all come from here. */

import type { Trace } from '../trace/index.ts';
import type { Analysis, Row } from './analysis.ts';
import type { Field } from './fields/field.ts';
import { httpFields } from './fields/http.ts';
import { http2Fields } from './fields/http2.ts';
import { identityFields } from './fields/identity.ts';
import { closeFields, probeFields, wiresharkFields } from './fields/life.ts';
import { setupFields, wholeSetupFields } from './fields/setup.ts';
import { tlsFields } from './fields/tls.ts';
import { transferFields } from './fields/transfer.ts';
import { verdictFields } from './fields/verdict.ts';
import { LazyRow } from './row.ts';

export { bracketed } from './fields/address.ts';
export { exchangeFields } from './fields/exchange.ts';
export type { ExchangeRow, Field, FieldType, FieldValue, Usual } from './fields/field.ts';
export { findingFields } from './fields/finding.ts';
export { noteCodes } from './fields/verdict.ts';

/** Columns of the connections table, in the order in which every format shows them. */
export const fields: readonly Field[] = [
  ...identityFields,
  ...setupFields,
  ...tlsFields,
  ...wholeSetupFields,
  ...closeFields,
  ...httpFields,
  ...http2Fields,
  ...probeFields,
  ...transferFields,
  ...wiresharkFields,
  ...verdictFields,
];

/** One connection with its verdict. */
export const rowOf = (trace: Trace, analysis: Analysis, index: number): Row => new LazyRow(trace, analysis, index);

/** The same for columns that are known without the pool: the verdict is not to be asked for. */
export const aloneRow = (trace: Trace, index: number): Row => new LazyRow(trace, undefined, index);
