/** The package as its users get it: packed, put elsewhere, imported; the examples of LIBRARY.md run and print what it says, and their types hold. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = readFileSync(join(root, 'LIBRARY.md'), 'utf8');
const examples = Array.from(page.matchAll(/^```js\n([\s\S]*?)^```$\n\n^```text\n([\s\S]*?)^```$/gm), ([, code, output]) => ({
  code: code!,
  output: output!,
}));

let folder: string;
let packed: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  const { stdout, stderr } = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout, stderr).toContain('filename');
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  spawnSync('tar', ['-xzf', filename], { cwd: folder });
  mkdirSync(join(folder, 'node_modules'));
  packed = join(folder, 'node_modules', 'warmwire');
  renameSync(join(folder, 'package'), packed);
  symlinkSync(join(packed, 'samples'), join(folder, 'samples'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(4);
  expect(page.match(/^```js$/gm)).toHaveLength(examples.length);
});

test.each(examples.map((example, i) => ({ name: `example ${i + 1}`, ...example })))(
  '$name prints what the page says',
  ({ code, output }) => {
    writeFileSync(join(folder, 'example.mjs'), code);
    const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
    expect({ stdout, stderr, status }).toEqual({ stdout: output, stderr: '', status: 0 });
  },
);

test('the types fit: an example in TypeScript compiles, a wrong one does not', { timeout: 60_000 }, () => {
  const compile = (code: string): string => {
    writeFileSync(join(folder, 'example.mts'), code);
    const words = [
      '--noEmit',
      '--ignoreConfig',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--skipLibCheck',
      'false',
      '--types',
      'node',
    ];
    words.push('--typeRoots', join(root, 'node_modules', '@types'));
    return spawnSync(join(root, 'node_modules', '.bin', 'tsc'), [...words, 'example.mts'], { cwd: folder, encoding: 'utf8' }).stdout;
  };
  const good = `import { analyse, formats, inspect, inspectStream, simulate, type Analysis, type Trace } from 'warmwire';
const trace: Trace = await inspect('x.pcap', { anonymize: true });
const analysis: Analysis = analyse(trace, { idleTimeout: 65e9 });
const opens: number = simulate(trace, { idleTimeout: 5e9, http2: true }).opens;
for (const piece of formats[0]!.render(trace, analysis)) { const text: string | Uint8Array = piece; void text; void opens; }
for await (const item of inspectStream('-')) if (item.type === 'connection') { const authority: string | undefined = item.connection.authority; void authority; }
`;
  expect(compile(good)).toBe('');
  expect(compile(good.replace("'x.pcap'", '42'))).toContain('example.mts(2,');
});

describe('what is in it', () => {
  test('the program, the types, the samples, and the licences of what is bundled', () => {
    for (const path of [
      'dist/cmd/main.js',
      'dist/src/index.js',
      'dist/types/src/index.d.ts',
      'samples/README.md',
      'README.md',
      'LICENSE',
      'LIBRARY.md',
    ]) {
      expect(existsSync(join(packed, path)), path).toBe(true);
    }
    const licences = readFileSync(join(packed, 'dist', 'LICENSES.txt'), 'utf8');
    for (const name of ['ink', 'react', 'commander', 'zod', 'csv-stringify', 'fzstd', 'hyparquet-writer', 'pcap-parser']) {
      expect(licences, name).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    }
  });

  test('nothing of the tests, and no path of the machine that packed it', () => {
    expect(existsSync(join(packed, 'test'))).toBe(false);
    expect(readFileSync(join(packed, 'dist', 'src', 'index.js'), 'utf8')).not.toContain(root);
  });
});
