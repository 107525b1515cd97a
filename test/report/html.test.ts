/** The HTML report as a browser reads it: it runs nothing, fetches nothing, and every word of the capture in it is text. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html as markup } from '../../src/report/html/markup.ts';
import { html } from '../../src/report/html.ts';
import { show } from '../../src/show.ts';
import { crowd } from './crowd.ts';
import { cellsOf, intruders, page, textOf } from './html-page.ts';
import { empty, hostile, hostileTexts, rendered, usual } from './stage.ts';

describe.each([
  ['usual', usual],
  ['hostile', hostile],
  ['empty', empty],
] as const)('of a %s capture', (_, stage) => {
  test.each([{}, { exchanges: true }, { columns: ['id', 'authority', 'tunnel', 'notes'] }])('holds only what shows (%j)', (options) => {
    const text = rendered(html, stage(), options);
    const found = page(text);
    expect(intruders(found)).toEqual([]);
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

test('of 10,000 connections is small, and shows the worst', () => {
  const text = rendered(html, crowd(10_000));
  expect(text.length).toBeLessThan(1.5e6);
  expect(text).toContain('10,000 in all, here the 200 that wasted most');
  page(text);
});
