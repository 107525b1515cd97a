/** Keeps the house in order: few files at the top, every file of src/ and cmd/ opens with a comment, none is too long. Part of `npm run check`. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The four folders of the project, and what a reader or a tool looks for at the top. */
const folders = ['cmd', 'samples', 'src', 'test', '.ci'];
const documents = ['ARCHITECTURE.md', 'CHANGELOG.md', 'LIBRARY.md', 'LICENSE', 'README.md', 'SECURITY.md'];
const demanded = ['.gitignore', '.npmrc', 'biome.json', 'package-lock.json', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
const known = [...folders, ...documents, ...demanded];

/** The comment in the first line, or behind `#!`. */
const opening = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//;

/** Longer files ask to be two. */
const longest = 400;

/** What .gitignore names, in the two forms used there: `name/` and `*.ending`. */
function isIgnored(name) {
  const lines = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
  return lines.some((line) => line !== '' && (line.startsWith('*') ? name.endsWith(line.slice(1)) : line.replace(/\/$/, '') === name));
}

function* problems() {
  const top = readdirSync(root).filter((name) => name !== '.git' && !isIgnored(name));
  for (const name of top) if (!known.includes(name)) yield `${name}: does not belong at the top`;
  for (const name of known) if (!top.includes(name)) yield `${name}: is missing`;
  for (const path of sources('cmd')) yield* problemsOf(path);
  for (const path of sources('src')) yield* problemsOf(path);
}

function sources(folder) {
  const names = readdirSync(join(root, folder), { recursive: true });
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(root, folder, name));
}

function* problemsOf(path) {
  const name = relative(root, path);
  const text = readFileSync(path, 'utf8');
  const sentence = /[.?!]\s/.test(opening.exec(text)?.[1] ?? '');
  if (!sentence) yield `${name}: does not open with a sentence as /** … . */`;
  const lines = text.split('\n').length - 1;
  if (lines > longest) yield `${name}: has ${lines} lines, more than ${longest}`;
}

const found = [...problems()];
for (const problem of found) process.stderr.write(`${problem}\n`);
process.exitCode = found.length > 0 ? 1 : 0;
