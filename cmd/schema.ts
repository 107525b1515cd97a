/** `warmwire schema`: the contract of the report as JSON Schema. */

import { jsonSchema } from '../src/report/schema.ts';
import { type ExitStatus, exitStatus, wrongUsage } from './failure.ts';
import { print } from './output.ts';

export async function schema(of = 'json'): Promise<ExitStatus> {
  if (of !== 'json' && of !== 'ndjson') throw wrongUsage(`there is a schema of json and one of ndjson (a line of it), none of '${of}'`);
  await print([`${JSON.stringify(jsonSchema(of === 'json' ? 'report' : 'ndjson'), undefined, 2)}\n`]);
  return exitStatus.done;
}
