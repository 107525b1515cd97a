/** Builds dist/: the command line and the library as ES modules, in chunks that are loaded when needed, with the declarations of the library and the licences of what is bundled. */

import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = join(root, 'dist');

/** Ink's developer tools: an optional package that is not installed and never asked for. */
const leftOut = {
  name: 'left-out',
  setup(bundle) {
    bundle.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    bundle.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default {}' }));
  },
};

// Beside it first: a build that fails leaves the one before in its place.
const fresh = join(root, `dist.${process.pid}`);
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { 'cmd/main': 'cmd/main.ts', 'src/index': 'src/index.ts' },
  outdir: fresh,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  metafile: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  jsx: 'automatic',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // React's development build costs three times as much.
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [leftOut],
  // Bundled CommonJS packages ask for Node's own modules by require.
  banner: { js: "import{createRequire as warmwireRequire}from'node:module';const require=warmwireRequire(import.meta.url);" },
  logLevel: 'warning',
});
chmodSync(join(fresh, 'cmd', 'main.js'), 0o755);
writeFileSync(join(fresh, 'LICENSES.txt'), licencesOf(root, Object.keys(metafile.inputs)));

// Only what the library's face reaches: neither tests nor screens.
const language =
  '--module nodenext --target es2023 --types node --strict --exactOptionalPropertyTypes --rewriteRelativeImportExtensions --resolveJsonModule --skipLibCheck';
const output = ['--declaration', '--emitDeclarationOnly', '--rootDir', root, '--outDir', join(fresh, 'types')];
const ambient = readdirSync(join(root, 'src'), { recursive: true }).filter((name) => name.endsWith('.d.ts'));
const files = ['index.ts', ...ambient].map((name) => join(root, 'src', name));
const words = [...files, '--ignoreConfig', ...language.split(' '), ...output];
const { status } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), words, { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
