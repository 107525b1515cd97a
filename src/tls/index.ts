/** The door of tls: turns TLS records into facts. */

export { type EarlyData, earlyDataKinds, type TlsAlert, TlsFacts, type TlsSummary } from './facts.ts';
export { type ClientHello, readClientHello } from './hello.ts';
export { KeyLog } from './key-log.ts';
export { expandLabel } from './key-schedule.ts';
export type { RecordGaps } from './record-gaps.ts';
export type { RequestEstimate } from './request-estimate.ts';
export { type TlsHost, TlsSession } from './session.ts';
export { recogniseTls } from './start.ts';
