/** The door of analysis: says what each connection cost, whether it was needed, and why it was opened. */

export { softwareNames } from './advice/softwares.ts';
export * from './analyse.ts';
export * from './analysis.ts';
export { type Coalescable, type CoalescingGround, coalescingGrounds } from './coalescing.ts';
export { curveTimeouts } from './curve.ts';
export { namedWords } from './finding-words.ts';
export { droppedFrames, isLowerBound } from './lower-bound.ts';
export { oneSided, sideSeen } from './one-sided.ts';
export { percentile } from './percentile.ts';
export { type Rates, ratesOf } from './rates.ts';
export { speculativeGap } from './requests.ts';
export * from './retirement.ts';
export { isCutAway, isUnread } from './sealed.ts';
export { setupClassOf } from './setup-class.ts';
export type { Simulation, SimulationSettings } from './simulate.ts';
export * from './timer-table.ts';
export * from './timers.ts';
