/** What a pcapng tells besides its packets reaches every report: host names, comments, interfaces, dropped frames. */

import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { explain, formats } from '../../src/report/index.ts';
import { reportSchema } from '../../src/report/schema.ts';
import type { Trace } from '../../src/trace/index.ts';
import { annotatedCapture, withoutLoss } from '../support/annotated.ts';
import { inspectBytes } from '../support/inspect.ts';
import { conversation, get, OK } from '../support/talk.ts';
import { framesOf, pcapngOf } from '../support/wire.ts';

const annotated = inspectBytes(annotatedCapture);
const plain = inspectBytes(pcapngOf(framesOf(conversation().handshake().client(get('/slow')).server(OK).close('client').segments)));
const rendered = (name: string, trace: Trace, options = {}): string =>
  [...formats.find((format) => format.name === name)!.render(trace, analyse(trace), options)].join('');

describe('a pcapng with names, comments and statistics', () => {
  it('is in the JSON report, as the schema has it', () => {
    const report = JSON.parse(rendered('json', annotated));
    expect(() => reportSchema.parse(report)).not.toThrow();
    expect(report.captures[0]).toMatchObject({
      frames_dropped_by_capture: 12,
      sections: [{ hardware: 'a box', os: 'Linux 6.1', application: 'Dumpcap 4.0' }],
      interfaces: [
        {
          name: 'eth7',
          os: 'Linux',
          speed_bits_per_s: 1e9,
          capture_filter: 'tcp port 80',
          link_type: 'ETHERNET',
          frames_received: 1204,
          frames_dropped: 12,
        },
      ],
      comments: [
        { about: 'section', text: 'taken at the <b>proxy</b>' },
        { about: 'frame', frame: 4, text: 'slow again\n=here' },
      ],
    });
    expect(report.connections[0]).toMatchObject({ client_host_name: 'laptop', server_host_name: 'shop', client_address: '10.0.0.1' });
    expect(report.totals.lower_bound).toBe(true);
    expect(report.complete).toBe(true);
  });

  it('is in the text report: names, comments, and the loss beside the answer', () => {
    const text = rendered('text', annotated);
    expect(text).toContain('The capture is missing 12 frames that the capturing system dropped.');
    expect(text).toMatch(/Warning {2}the capturing system dropped 12 frames \(eth7 12 of 1,204\): requests, answers and closes\n/);
    expect(text).toMatch(
      /^Comment {2}written by Dumpcap 4\.0, Linux 6\.1, a box\n {9}capture: taken at the <b>proxy<\/b>\n {9}frame 4: slow again =here$/m,
    );
    expect(rendered('text', plain)).not.toMatch(/Comment|dropped/);
  });

  it('is in the story of a connection', () => {
    const told = [...explain(annotated, analyse(annotated), 0)].join('');
    expect(told).toMatch(/^Connection 0 {2}10\.0\.0\.1:\d+ \(laptop\) -> 10\.0\.0\.2:80 \(shop\)/);
    expect(told).toContain('The capturing system dropped 12 frames');
    expect(told).toMatch(/comment: slow again =here +frame 4/);
  });

  it('is in the tables for tickets and browsers, without markup of its own', () => {
    for (const name of ['md', 'html']) {
      const page = rendered(name, annotated);
      expect(page).toContain('slow again');
      expect(page).toContain('12 frames that the capturing system dropped');
      expect(page).not.toContain('<b>proxy');
    }
  });

  it('is in columns', () => {
    const csv = rendered('csv', annotated, { columns: ['client_host_name', 'server_host_name'] });
    expect(csv.trim()).toBe('client_host_name,server_host_name\nlaptop,shop');
  });

  it('is not in an anonymised report', () => {
    const hidden = inspectBytes(annotatedCapture, [], { anonymize: true });
    const report = rendered('json', hidden) + rendered('text', hidden) + [...explain(hidden, analyse(hidden), 0)].join('');
    expect(report).not.toMatch(/laptop|shop|slow again|proxy|tcp port 80/);
    expect(report).toContain('"comments_not_listed":2');
    expect(report).toMatch(/"server_host_name":"[^"]+"/);
  });

  it('no loss, no word of it', () => {
    const none = inspectBytes(withoutLoss);
    expect(none.captures[0]?.framesDropped).toBeUndefined();
    expect(JSON.parse(rendered('json', none)).totals.lower_bound).toBeUndefined();
  });
});
