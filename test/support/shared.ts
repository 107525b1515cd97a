/** Where captures, vectors and tools that are not part of the project may lie: WARMWIRE_SHARED, or the folder beside the project. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.WARMWIRE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/** Tests that read from there skip, and are counted, where it is absent. */
export const shared = (path: string): string => join(root, path);
