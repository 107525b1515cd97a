/** A trace as outputs see it: secrets masked, and more where asked for. */

import type { Trace } from '../../src/trace/index.ts';
import { Redaction, type RedactionOptions, redacted } from '../../src/trace/redaction.ts';
import { viewsOf } from './exchange-views.ts';

export function shown(trace: Trace, options: RedactionOptions = {}): Trace {
  const redaction = new Redaction(options, () => ({ low: 1, high: 2 }));
  const { columns } = trace;
  const shownColumns = {
    ...columns,
    text: (id: number) => redaction.authority(columns.text(id)),
    address: (host: number) => redaction.address(columns.address(host)),
    certificateNames: (connection: number) => columns.certificateNames(connection)?.map((name) => redaction.host(name)),
  };
  return redacted(trace, redaction, {
    columns: shownColumns,
    view: (index) => redaction.connection(trace.connection(index)),
    exchangeViews: (index) =>
      viewsOf(
        trace.exchanges(index).map((exchange) => redaction.exchange(exchange)),
        columns.firstExchange(index),
      ),
  });
}
