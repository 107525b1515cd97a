/** The HTML report as a browser reads it: it runs nothing, fetches nothing, and every word of the capture in it is text. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { html as markup } from '../../src/report/html/markup.ts';
import { html } from '../../src/report/html.ts';
import { show } from '../../src/show.ts';
import { madeUpTrace, milliseconds, seconds } from '../support/made-up-trace.ts';
import { empty, hostile, hostileTexts, rendered, type Stage, usual } from './stage.ts';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

function* elements(nodes: readonly Node[]): Generator<Element> {
  for (const node of nodes) {
    if (!('tagName' in node)) continue;
    yield node;
    yield* elements(node.childNodes);
  }
}

const textOf = (node: Node): string => ('value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '');

/** Parsed strictly: a document with an error in it is none of ours. */
function page(text: string): readonly Element[] {
  const errors: string[] = [];
  const document = parse(text, { onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`) });
  expect(errors).toEqual([]);
  return [...elements(document.childNodes)];
}

const cellsOf = (row: Element): readonly string[] => [...elements(row.childNodes)].filter(({ tagName }) => tagName === 'td').map(textOf);

const allowed = new Set(
  'html head meta title style body header footer p h1 h2 h3 dl div dt dd table thead tbody tr th td details summary code pre ul li b br span figure figcaption svg rect line circle text polyline'.split(
    ' ',
  ),
);
const attributes = new Set(
  'lang charset http-equiv content name class open x y x1 x2 y1 y2 cx cy r width height points viewBox role aria-label aria-hidden text-anchor transform'.split(
    ' ',
  ),
);

describe.each([
  ['usual', usual],
  ['hostile', hostile],
  ['empty', empty],
] as const)('of a %s capture', (_, stage) => {
  test.each([{}, { exchanges: true }, { columns: ['id', 'authority', 'tunnel', 'notes'] }])('holds only what shows (%j)', (options) => {
    const text = rendered(html, stage(), options);
    const found = page(text);
    expect(found.map(({ tagName }) => tagName).filter((name) => !allowed.has(name))).toEqual([]);
    expect(found.flatMap(({ attrs }) => attrs.map(({ name }) => name)).filter((name) => !attributes.has(name))).toEqual([]);
    const style = found.filter(({ tagName }) => tagName === 'style').map(textOf);
    const values = found.flatMap(({ attrs }) => attrs.map(({ value }) => value));
    expect([...style, ...values].filter((each) => /url\(|@import|https?:|expression\(/.test(each))).toEqual([]);
    expect(rendered(html, stage(), options)).toBe(text);
  });
});

test('forbids everything that it does not need', () => {
  const policy = page(rendered(html, usual())).find(({ attrs }) => attrs.some(({ value }) => value === 'Content-Security-Policy'));
  expect(policy?.attrs.find(({ name }) => name === 'content')?.value).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
  );
});

test('a word of the capture is the text of its cell, control characters spelled out', () => {
  const rows = page(rendered(html, hostile(), { columns: ['id', 'tunnel'] }))
    .filter(({ tagName }) => tagName === 'tr')
    .map(cellsOf)
    .filter((cells) => cells.length === 2);
  expect(rows).toEqual(hostileTexts.map((text, id) => [`${id}`, show(text)]));
});

test('no text can leave its place, between tags or in an attribute', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts, '"><script>', "'><x", '<!--', ']]>', '&amp;')),
      (given) => {
        const made = markup`<!doctype html><title>t</title><p class="${given}">${given}</p>`.text;
        const found = page(made);
        expect(found.map(({ tagName }) => tagName)).toEqual(['html', 'head', 'title', 'body', 'p']);
        const paragraph = found.at(-1)!;
        expect(textOf(paragraph)).toBe(show(given));
        expect(paragraph.attrs).toEqual([{ name: 'class', value: show(given) }]);
      },
    ),
  );
});

test('says first what the text report says', () => {
  const heading = page(rendered(html, usual())).find(({ tagName }) => tagName === 'h1');
  expect(textOf(heading!)).toBe('4 of 6 TCP handshakes were avoidable (idle limit 60 s): 160 ms of client waiting');
});

/** Connections that come and go, six requests each at most. */
function crowd(size: number): Stage {
  const trace = madeUpTrace(
    Array.from({ length: size }, (_, i) => {
      const at = milliseconds(37 * i);
      return {
        at,
        client: `10.0.${i % 7}.${i % 50}`,
        authority: `${'long-name.'.repeat(1 + (i % 9))}example`,
        exchanges: Array.from({ length: 1 + (i % 6) }, (_, n) => [at + seconds(0.05 + n), at + seconds(0.09 + n), 'GET'] as const),
        closed: at + seconds(8),
        closedBy: 'server' as const,
      };
    }),
  );
  return { trace, analysis: analyse(trace) };
}

test('of 10,000 connections is small, and shows the worst', () => {
  const text = rendered(html, crowd(10_000));
  expect(text.length).toBeLessThan(1.5e6);
  expect(text).toContain('10,000 in all, here the 200 that wasted most');
  page(text);
});

describe('in a browser', () => {
  const has = spawnSync('chromium', ['--version']).status === 0;

  test.skipIf(!has)(`nothing runs and nothing is fetched${has ? '' : ' (skipped: chromium is not installed)'}`, { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
    try {
      const path = join(folder, 'report.html');
      writeFileSync(path, rendered(html, hostile(), { exchanges: true }));
      const words = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--enable-logging=stderr',
        '--v=0',
        `--user-data-dir=${folder}/profile`,
      ];
      const { stdout, stderr } = spawnSync('chromium', [...words, '--dump-dom', `file://${path}`], { encoding: 'utf8' });
      expect(stdout).toContain('<h1>');
      expect(stdout).not.toMatch(/<script|<img|<iframe|<link|<a /);
      expect(stderr.split('\n').filter((line) => /CONSOLE|Refused|Content Security Policy/.test(line))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
