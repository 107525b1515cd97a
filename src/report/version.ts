/** The names under which reports present themselves. */

import manifest from '../../package.json' with { type: 'json' };

export const tool = 'warmwire';
export const version: string = manifest.version;
/** A rename or a change of meaning in the report is a new number. */
export const reportVersion = 'warmwire/report/1';
