/** The door of the filter: a text in Wireshark's manner becomes a test of one connection, or an error that says where and what was expected. */

export { completions } from './completion.ts';
export { displayFilter } from './display-filter.ts';
export { type Filter, type FilterError, isFilterError } from './filter.ts';
export { filterFields } from './names.ts';
export { parseFilter } from './parser.ts';
