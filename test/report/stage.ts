/** Traces that the report tests share: a usual one, a hostile one, an empty one. */

import { analyse } from '../../src/analysis/analyse.ts';
import type { Analysis } from '../../src/analysis/analysis.ts';
import type { RenderOptions, ReportFormat } from '../../src/report/index.ts';
import type { Trace } from '../../src/trace/index.ts';
import { madeUpTrace, milliseconds, seconds } from '../support/made-up-trace.ts';
import { shown } from '../support/redact.ts';

export interface Stage {
  readonly trace: Trace;
  readonly analysis: Analysis;
}

function staged(original: Trace): Stage {
  const trace = shown(original);
  return { trace, analysis: analyse(trace) };
}

/** nginx closes after 2 s, the client comes back every 3 s; another server keeps its connection. */
export function usual(): Stage {
  const churning = Array.from({ length: 5 }, (_, i) => {
    const at = seconds(3 * i);
    return {
      at,
      authority: 'shop.example',
      handshake: milliseconds(40),
      exchanges: [
        { start: at + milliseconds(41), end: at + milliseconds(83), target: '/cart?user=ann&token=hunter2', keepAliveTimeoutSeconds: 2 },
      ],
      closed: at + seconds(2.1),
      closedBy: 'server' as const,
    };
  });
  const kept = {
    at: seconds(1),
    server: '10.0.0.9:8080',
    authority: 'api.example:8080',
    exchanges: [[seconds(1.05), seconds(1.1), 'POST'] as const, [seconds(4), seconds(4.02)] as const, [seconds(9), seconds(9.5)] as const],
    rest: { probes: { client: 4, server: 0, acks: 4, unanswered: 0, interval: seconds(1.02) } },
  };
  return staged(madeUpTrace([churning[0]!, kept, ...churning.slice(1)]));
}

/** Everything that could hurt a terminal, a spreadsheet, a JSON reader, or give a secret away. */
export const hostileTexts: readonly string[] = [
  '\x1b]52;c;ZXZpbA==\x07',
  'a\r\nb\tc\0d\x08e\x7ff\u0085g\u009b31mh',
  'user\u202egnp.exe\u2066\u200b\ufeff\u{e0041}',
  '\ud800 lone \udfff',
  `z${'\u0301'.repeat(500)}`,
  '=HYPERLINK("http://evil")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\uff1dcmd',
  '</script><script>alert(1)</script>',
  'quote " comma , newline \n end',
  '\u2028\u2029',
  '__proto__',
  '',
];

export function hostile(): Stage {
  const connections = hostileTexts.map((text, i) => ({
    at: seconds(i),
    authority: text,
    exchanges: [
      { start: seconds(i + 0.1), end: seconds(i + 0.2), method: text || 'GET', target: text, rest: { userAgent: text, server: text } },
    ],
    rest: { authority: text, serverName: text, tlsVersion: text, history: text, tunnel: text },
  }));
  const trace = madeUpTrace(connections);
  const [capture] = trace.captures;
  const notes = hostileTexts.map((detail) => ({ code: 'framing-error' as const, count: 1, firstFrame: 7, detail, capture: 0 }));
  return staged({ ...trace, notes, captures: [{ ...capture!, name: hostileTexts.join('') }] });
}

export const empty = (): Stage => staged(madeUpTrace([]));

export const rendered = (format: ReportFormat, { trace, analysis }: Stage, options: RenderOptions = {}): string =>
  [...format.render(trace, analysis, options)]
    .map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString('latin1')))
    .join('');
