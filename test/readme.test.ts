/** Runs what README.md shows: every command of a `console` block, its exit status and what it prints, and the library's example. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** `$ warmwire report x   # exit status 3`, and below it what it prints. */
interface Example {
  readonly command: string;
  readonly status: number;
  readonly output: readonly string[];
}

const blocks = (language: string): readonly string[] =>
  Array.from(readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm')), ([, text]) => text!);

const stories: readonly (readonly Example[])[] = blocks('console').map((block) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((text): Example => {
      const [first, ...output] = text.trimEnd().split('\n');
      const [, command, status = '0'] = /^(.*?)(?: +# exit status (\d+))?$/.exec(first!)!;
      return { command: command!, status: Number(status), output };
    }),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'samples'), join(folder, 'samples'));
  symlinkSync(join(root, 'dist', 'cmd', 'main.js'), join(folder, 'bin', 'warmwire'));
  symlinkSync(root, join(folder, 'node_modules', 'warmwire'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, ...words: readonly string[]): { readonly status: number | null; readonly lines: readonly string[] } {
  const path = [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(':');
  const done = spawnSync(program, words, { cwd: folder, encoding: 'utf8', env: { PATH: path, LANG: 'C.UTF-8' } });
  const said = `${done.stdout}${done.stderr}`.trimEnd();
  return { status: done.status, lines: said === '' ? [] : said.split('\n') };
}

test('there are commands to run', () => {
  expect(stories.flat().length).toBeGreaterThan(8);
});

test.each(stories.map((story) => ({ first: story[0]?.command, story })))('$first', ({ story }) => {
  for (const { command, status, output } of story) {
    const answer = run('sh', '-c', command);
    expect({ command, ...answer }).toEqual({ command, status, lines: output });
  }
});

test("the library's example runs", () => {
  const [example, ...more] = blocks('js');
  expect(more).toEqual([]);
  writeFileSync(join(folder, 'example.mjs'), example!);
  expect(run(process.execPath, 'example.mjs')).toEqual({ status: 0, lines: ['7 of 8 handshakes were avoidable'] });
});

describe('what README.md points to', () => {
  const links = Array.from(readme.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, path]) => path!);

  test.each([...new Set(links)])('%s is there', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  test('every script that it names is in package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = Array.from(readme.matchAll(/\bnpm (?:run )?(start|test|build|check|bench)\b/g), ([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
