/** The door of http: turns a byte stream into exchanges. */

export * from './exchange.ts';
