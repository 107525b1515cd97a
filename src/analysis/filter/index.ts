/** The door of the filter: a text in Wireshark's manner becomes a test of one connection, or an error that says where and what was expected. */

export { type Completion, completions } from './completion.ts';
export { displayFilter } from './display-filter.ts';
export { type Filter, type FilterError, isFilterError } from './filter.ts';
export { type FilterField, filterFields } from './names.ts';
export { parseFilter } from './parser.ts';
