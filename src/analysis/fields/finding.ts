/** Columns of the findings: what was seen that costs, with what shows it. */

import { confidences, type Finding, findingCodes, severities } from '../analysis.ts';
import type { Field } from './field.ts';

export const findingFields: readonly Field<Finding>[] = [
  { name: 'code', title: 'code', type: 'string', values: findingCodes, meaning: 'Which kind of finding it is.', value: (row) => row.code },
  {
    name: 'severity',
    title: 'severity',
    type: 'string',
    values: severities,
    meaning: 'How much it matters.',
    value: (row) => row.severity,
  },
  {
    name: 'confidence',
    title: 'confidence',
    type: 'string',
    values: confidences,
    meaning: 'Whether it was observed or inferred.',
    value: (row) => row.confidence,
  },
  { name: 'count', title: 'count', type: 'integer', meaning: 'Connections concerned.', value: (row) => row.count },
  {
    name: 'connection_ids',
    title: 'connections',
    type: 'integers',
    meaning: 'Their numbers; of very many the first ones.',
    value: (row) => row.connections,
  },
  { name: 'frames', title: 'frames', type: 'integers', meaning: 'Frames that show it.', value: (row) => row.frames },
  {
    name: 'origin',
    title: 'origin',
    type: 'integer',
    meaning: 'Id of its origin, where it concerns a single one.',
    value: (row) => row.origin,
  },
  { name: 'text', title: 'what', type: 'string', meaning: 'The finding in a sentence.', value: (row) => row.text },
];
