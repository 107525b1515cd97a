/** Reads a whole capture from memory or from a file, for tests. */

import { readFileSync } from 'node:fs';
import { Inspector, type InspectorOptions, type Trace } from '../../src/trace/index.ts';

export function inspectBytes(bytes: Uint8Array, cuts: readonly number[] = [], options: InspectorOptions = {}): Trace {
  const inspector = new Inspector({ name: 'test', ...options });
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    // The reader only borrows a chunk: what it kept without copying would be overwritten.
    const chunk = bytes.slice(from, cut);
    inspector.push(chunk);
    chunk.fill(0xee);
    from = cut;
  }
  inspector.end();
  return inspector.trace();
}

/** In pieces as large as the program reads. */
export function inspectFile(path: string, piece: number = 256 << 10): Trace {
  const bytes = readFileSync(path);
  const inspector = new Inspector({ name: path.slice(path.lastIndexOf('/') + 1) });
  for (let from = 0; from < bytes.length || from === 0; from += piece) inspector.push(bytes.subarray(from, from + piece));
  inspector.end();
  return inspector.trace();
}
