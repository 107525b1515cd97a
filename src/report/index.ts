/** The door of report: the formats, the story of one connection, and how columns are chosen. */

export { nearest } from '../nearest.ts';
export { UnknownColumn } from './columns.ts';
export { differenceJson, differenceText } from './difference.ts';
export { explain } from './explain.ts';
export { checkChoice, type TableName } from './flat.ts';
export type { Piece, RenderOptions, ReportFormat } from './format.ts';
export { formats } from './formats.ts';
export { NdjsonStream } from './ndjson.ts';
export { simulationJson, simulationText } from './simulation.ts';
export { reportVersion, version } from './version.ts';
