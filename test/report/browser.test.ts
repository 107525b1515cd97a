/** The HTML report in a real browser: nothing runs, nothing is fetched, nothing overlaps, and the first screen has the answer. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { har } from '../../src/report/har.ts';
import { html } from '../../src/report/html.ts';
// @ts-expect-error A script without types.
import { Browser, hasBrowser } from '../support/browser.mjs';
import { cases } from './cases.ts';
import { crowd } from './crowd.ts';
import { empty, hostile, rendered, type Stage, usual } from './stage.ts';

const silent = { requests: [], complaints: [], dialogs: [] };

describe.skipIf(!hasBrowser)(`in Chromium${hasBrowser ? '' : ' (skipped: chromium is not installed)'}`, { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'warmwire-page-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const show = (text: string): Promise<unknown> => {
    const path = join(folder, 'report.html');
    writeFileSync(path, text);
    return browser.show(path);
  };

  test('a page that does something is noticed', async () => {
    const policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">';
    const open = '<!doctype html><img src="http://127.0.0.1:9/a.png"><script>console.log(1); alert(2)</script>';
    expect(await show(open)).toEqual({
      requests: ['http://127.0.0.1:9/a.png'],
      complaints: expect.arrayContaining(['Runtime.consoleAPICalled']),
      dialogs: ['2'],
    });
    expect(await show(`${policy}${open}`)).toMatchObject({
      complaints: expect.arrayContaining([expect.stringContaining('violates the following Content Security Policy directive')]),
      dialogs: [],
    });
  });

  test.each([
    ['usual', usual],
    ['hostile', hostile],
    ['empty', empty],
  ] as const)('a %s report does nothing', async (_, stage) => {
    expect(await show(rendered(html, stage(), { exchanges: true }))).toEqual(silent);
    expect(await browser.value('[document.querySelectorAll("script,img,iframe,link,a,object,form").length, typeof __pwned]')).toEqual([
      0,
      'undefined',
    ]);
  });

  test('nor does one of the samples or of the hostile set', async () => {
    for (const { name, ...stage } of cases) expect(await show(rendered(html, stage, { exchanges: true })), name).toEqual(silent);
  });

  test('its own importer finds set-up and reuse in the HAR, where it is not absent', async (context) => {
    await browser.send('Page.navigate', { url: 'devtools://devtools/bundled/devtools_app.html' });
    const path = 'devtools://devtools/bundled/models/har/har.js';
    const there = `import('${path}').then((m) => m.Importer?.Importer !== undefined && m.HARFormat !== undefined, () => false)`;
    if ((await browser.value(there)) !== true) context.skip();
    const text = JSON.stringify(rendered(har, usual()));
    // It sorts by time; reuse comes after what opened the connection all the same.
    const requests: [string, ...number[]][] = await browser.value(`import('${path}').then(({ HARFormat, Importer }) => {
      const found = Importer.Importer.requestsFromHARLog(new HARFormat.HARRoot(JSON.parse(${text})).log);
      return found.map((each) => [each.connectionId, each.statusCode, each.timing.connectStart < 0 ? -1 : each.timing.connectEnd - each.timing.connectStart, each.timing.sslStart]);
    })`);
    expect(requests.sort(([a], [b]) => a.localeCompare(b))).toEqual([
      ['0', 200, expect.closeTo(40, 6), -1],
      ['1', 200, expect.closeTo(40, 6), -1],
      ['1', 200, -1, -1],
      ['1', 200, -1, -1],
      ...['2', '3', '4', '5'].map((id) => [id, 200, expect.closeTo(40, 6), -1]),
    ]);
  });

  describe.each([
    ['wide', 1100],
    ['narrow', 400],
  ])('on a %s screen', (_, width) => {
    const pages: readonly (readonly [string, () => Stage])[] = [
      ['a small capture', usual],
      ['10,000 connections', () => crowd(10_000)],
      ['hostile texts', hostile],
    ];
    test.each(pages)('%s: nothing overlaps or sticks out, the answer is in sight', async (_what, stage) => {
      await browser.look({ width, height: 800 });
      await show(rendered(html, stage()));
      expect(await browser.value(overlaps)).toEqual([]);
      const { answer, sticksOut, first } = await browser.value(layout);
      expect({ answerEnds: answer < 500, sticksOut, first: first < 800 }).toEqual({ answerEnds: true, sticksOut: [], first: true });
    });
  });
});

/** Pairs of texts of one picture that cover each other. */
const overlaps = `(() => {
  const found = [];
  for (const picture of document.querySelectorAll('svg')) {
    const texts = [...picture.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
    for (const [i, [a, r]] of texts.entries())
      for (const [b, s] of texts.slice(i + 1))
        if (r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 3 && s.top < r.bottom - 3) found.push(a + ' / ' + b);
  }
  return found;
})()`;

/** Where the answer ends and the first table begins, and what is wider than the page or leaves its picture. */
const layout = `(() => {
  const sticksOut = [...document.querySelectorAll('body *')].filter((each) => !each.closest('.scroll, pre') && each.getBoundingClientRect().right > innerWidth + 1);
  for (const text of document.querySelectorAll('svg.chart text')) {
    const [r, s] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
    if (r.left < s.left - 1 || r.right > s.right + 1 || r.top < s.top - 2) sticksOut.push(text);
  }
  return {
    answer: document.querySelector('h1').getBoundingClientRect().bottom,
    first: document.querySelector('table')?.getBoundingClientRect().top ?? 0,
    sticksOut: sticksOut.map((each) => each.tagName + ' ' + each.textContent.slice(0, 40)),
  };
})()`;
