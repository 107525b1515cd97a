/** `warmwire simulate FILE --idle-timeout 65s`: the requests of a capture replayed with other settings. */

import type { SimulationSettings } from '../src/analysis/index.ts';
import { simulationJson, simulationText } from '../src/report/index.ts';
import { analysisOf } from './analysis-of.ts';
import { look, renderOptionsOf } from './deliver.ts';
import type { ExitStatus } from './failure.ts';
import { inputsOf, namedInputs } from './inputs.ts';
import { type CommonOptions, settingsOf } from './options.ts';
import { print } from './output.ts';
import { readCaptures } from './read.ts';
import { parseCount } from './whole-number.ts';

export interface SimulateOptions extends CommonOptions {
  readonly maxRequests?: string;
  readonly poolSize?: string;
  readonly http2?: boolean;
  readonly json?: boolean;
}

export async function simulate(files: readonly string[], options: SimulateOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const { maxRequests, poolSize } = options;
  const limits: Omit<SimulationSettings, 'idleTimeout'> = {
    maxRequests: maxRequests === undefined ? Number.POSITIVE_INFINITY : parseCount(maxRequests, '--max-requests', 1),
    poolSize: poolSize === undefined ? Number.POSITIVE_INFINITY : parseCount(poolSize, '--pool-size', 0),
    http2: options.http2 === true,
  };
  const inputs = inputsOf(files, options.read);
  const { trace, interrupted, status } = await readCaptures(inputs, settings);
  const analysis = analysisOf(trace, settings);
  const wanted = { ...limits, idleTimeout: analysis.options.idleTimeout };
  const looks = {
    ...renderOptionsOf(settings),
    ...look(namedInputs(files, options.read), settings, process.stdout.isTTY === true),
    interrupted,
  };
  await print(options.json === true ? [simulationJson(trace, analysis, wanted, looks)] : simulationText(trace, analysis, wanted, looks));
  return status;
}
