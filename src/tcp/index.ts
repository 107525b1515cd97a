/** The door of tcp: sorts segments into connections, and each direction's bytes into order. */

export type { FlowLimits } from './admission.ts';
export type { PayloadFacts } from './payload-facts.ts';
export type { Probe } from './probe-log.ts';
export * as record from './records.ts';
export { type StateCode, stateCode } from './state.ts';
export type { LossKind } from './stream-losses.ts';
export { TcpTracker, type TrackerOptions } from './tracker.ts';
export type { SegmentVerdicts } from './verdict-counts.ts';
