/** A trace as outputs see it: secrets masked, and more where asked for. */

import type { Trace } from '../../src/trace/index.ts';
import { Redaction, type RedactionOptions, redacted } from '../../src/trace/redaction.ts';

export function shown(trace: Trace, options: RedactionOptions = {}): Trace {
  const redaction = new Redaction(options, () => ({ low: 1, high: 2 }));
  const { columns } = trace;
  return redacted(trace, redaction, {
    ...columns,
    text: (id) => redaction.authority(columns.text(id)),
    address: (host) => redaction.address(columns.address(host)),
    certificateNames: (connection) => columns.certificateNames(connection)?.map((name) => redaction.host(name)),
  });
}
