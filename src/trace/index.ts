/** The door of trace: the shared language of everything that comes after reading. */

export type { Exchange, HttpVersion, Persistence, PersistenceRule } from '../http/index.ts';
export { httpVersions, persistenceRules } from '../http/index.ts';
export * from './connection.ts';
export * from './trace.ts';
