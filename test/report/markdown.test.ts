/** Markdown as a renderer reads it: tables keep their cells, and no word of a capture becomes markup or a link. */

import fc from 'fast-check';
import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { code, paragraph, prose } from '../../src/report/markdown-text.ts';
import { show } from '../../src/show.ts';
import { crowd } from './crowd.ts';
import { empty, hostile, hostileTexts, rendered, usual } from './stage.ts';

const planted: readonly string[] = [
  ...hostileTexts,
  '| a | b |',
  'a\\|b',
  '`x`',
  '``',
  ' ` ',
  '\\',
  '[click](http://evil.example)',
  '![x](http://evil.example/x.png)',
  '<img src=x onerror=alert(1)>',
  'http://evil.example/',
  'www.evil.example',
  'ann@evil.example',
  '&lt;b&gt;',
  '**bold** _it_ ~~gone~~',
  '1. one',
  '- item',
  '# heading',
  '> quote',
  '$x$',
];
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom(...planted));

const kinds = (tokens: readonly Token[]): Set<string> => {
  const found = new Set<string>();
  marked.walkTokens([...tokens], (token) => {
    found.add(token.type);
  });
  return found;
};

const tables = (text: string): readonly Tokens.Table[] =>
  marked.lexer(text).filter((token): token is Tokens.Table => token.type === 'table');

describe('words of a capture', () => {
  test('stay one code span in one cell', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const [table] = tables(`| a | b |\n|---|---|\n| ${code(given)} | end |\n`);
        expect(table?.rows).toHaveLength(1);
        expect(table?.rows[0]).toHaveLength(2);
        expect(table?.rows[0]?.[1]?.text).toBe('end');
        for (const token of table?.rows[0]?.[0]?.tokens ?? []) expect(token.type).toBe('codespan');
      }),
    );
  });

  test('say the same, with what would end the span spelled out', () => {
    expect(code('GET /a|b`c')).toBe('`GET /a\\x7cb\\x60c`');
    expect(code('')).toBe('');
  });

  test('are no markup in our sentences', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        expect(
          [...kinds(marked.lexer(`x ${prose(given)}`))].filter((kind) => !['paragraph', 'text', 'escape', 'codespan'].includes(kind)),
        ).toEqual([]);
        const [block] = marked.lexer(paragraph(given));
        if (show(given).trim() !== '') expect(block?.type).toBe('paragraph');
      }),
    );
  });
});

test('every table keeps its columns, whatever is in the cells', () => {
  for (const options of [{}, { exchanges: true }, { columns: ['id', 'authority', 'tunnel', 'history'] }]) {
    const text = rendered(markdown, hostile(), options);
    for (const table of tables(text)) for (const row of table.rows) expect(row).toHaveLength(table.header.length);
    expect([...kinds(marked.lexer(text))].filter((kind) => ['link', 'image', 'html', 'del'].includes(kind))).toEqual(['html']);
    expect(marked.parse(text, { async: false }).match(/<(a|img|script)\b/g)).toBeNull();
  }
});

test('the report of a churning origin, as it is pasted', () => {
  expect(rendered(markdown, usual()).split('\n').slice(0, 25)).toMatchInlineSnapshot(`
    [
      "### 4 of 6 TCP handshakes were avoidable (idle limit 60 s): 160 ms of client waiting",
      "",
      "8 requests on 6 connections: 25% of them reused one. 4 TCP keep-alive probes.",
      "",
      "\`made-up.pcap  8.8 kB  39 frames  14.1 s\`",
      "",
      "#### Origins",
      "",
      "| origin | conns | req/conn | reused | avoidable | wasted | main reason |",
      "|---|--:|--:|--:|--:|--:|---|",
      "| \`shop.example:80\` | 5 | 1.0 | 0% | 4 | 160 ms | server closed idle after 2.0 s (timeout=2) |",
      "| \`api.example:8080\` | 1 | 3.0 | 67% | 0 | - |  |",
      "",
      "#### Findings",
      "",
      "- **warning** shop.example: server closes after 2.0 s idle (timeout=2), and the next request came later (4 handshakes avoidable) (observed; connections 2 3 4 5, frames 6 16 21 22 27 28 33 34)",
      "- **info** shop.example: a request may meet the close of its connection; server closes after 2.0 s idle (timeout=2); client keeps connections idle for 5.0 s and more (inferred; connections 0 2 3 4 5, frames 6 16 21 22 27 28 33 34)",
      "",
      "#### Connections",
      "",
      "| # | start s | set-up | reqs | idle | closed by | after | opened because |",
      "|--:|--:|--:|--:|--:|---|--:|---|",
      "| 0 | 0.000 | 40.0 ms | 1 | - | server FIN | 2.0 s | first to its origin |",
      "| 1 | 1.000 | 40.0 ms | 3 | 5.0 s | open | - | first to its origin |",
      "| 2 | 3.000 | 40.0 ms | 1 | - | server FIN | 2.0 s | AVOIDABLE, \`#0\` closed |",
    ]
  `);
});

test('nothing to report', () => {
  expect(rendered(markdown, empty())).toMatchInlineSnapshot(`
    "### The capture holds no frames.

    \`made-up.pcap  24 bytes  0 frames\`

    <sub>warmwire 0.1.0, idle limit 60 s, pool key authority</sub>
    "
  `);
});

test('findings and advice', () => {
  const { trace, analysis } = usual();
  const advised = {
    ...analysis,
    findings: [
      {
        code: 'server_idle_limit_short' as const,
        severity: 'warning' as const,
        confidence: 'observed' as const,
        count: 2,
        connections: [0, 2],
        frames: [6, 21],
        origin: 0,
        text: 'shop.example closes idle connections after 2 s',
      },
    ],
    advice: [
      {
        setting: 'server_idle_timeout' as const,
        current: '2 s',
        suggested: '65 s',
        directive: 'keepalive_timeout 65s;',
        software: 'nginx',
        seen: true,
        savesHandshakes: 4,
        saves: 160e6,
        costsIdleConnectionsPeak: 1,
        evidenceGaps: 4,
        origin: 0,
        text: 'raise keepalive_timeout',
      },
    ],
  };
  const text = rendered(markdown, { trace, analysis: advised });
  expect(text.slice(text.indexOf('#### What'), text.indexOf('#### Connections'))).toMatchInlineSnapshot(`
    "#### What to change

    - raise keepalive\\_timeout

      \`keepalive_timeout 65s;\` (nginx)

    #### Findings

    - **warning** shop.example closes idle connections after 2 s (observed; connections 0 2, frames 6 21)

    "
  `);
});

test('a ticket stays short: of many findings the first, and how many more there are', () => {
  const text = rendered(markdown, crowd(2000));
  expect(text.length).toBeLessThan(20_000);
  expect(text).toMatch(/^- and [\d,]+ more: -T csv --table findings$/m);
});
