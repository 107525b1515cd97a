/** A real race, provoked between two programs (samples/keep-alive-race.pcap): found with its frames, both timers and what became of each request. */

import { expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { second } from '../../src/time.ts';
import { inspectFile } from '../support/inspect.ts';

const trace = inspectFile(new URL('../../samples/keep-alive-race.pcap', import.meta.url).pathname);
const analysis = analyse(trace);

it('is found, with the request, the close and the reset of each', () => {
  const [finding] = analysis.findings;
  expect(finding).toMatchObject({
    code: 'keep_alive_race',
    severity: 'problem',
    confidence: 'observed',
    count: 5,
    connections: [0, 1, 2, 4, 5],
  });
  // Request, FIN, RST, as tshark numbers them: POST 12, FIN 13, RST 16; and four times GET.
  expect(finding!.frames).toEqual([12, 13, 16, 28, 29, 33, 44, 45, 49, 74, 75, 79, 90, 91, 95]);
});

it('names both timers', () => {
  const { text } = analysis.findings[0]!;
  expect(text).toContain('server closes after 3.0 s idle (timeout=2; like Node.js http.Server');
  expect(text).toContain('client (like Node.js http.Agent with keepAlive) keeps connections idle for 3.0 s and more');
  const { serverTimer } = analysis.origins[0]!;
  expect(serverTimer).toMatchObject({ announcedSeconds: 2, several: false, closes: 6 });
  expect(serverTimer!.high! / second).toBeCloseTo(3, 1);
});

it('says what became of each request: four were sent again, the POST was not', () => {
  const fates = [0, 1, 2, 4, 5].map((each) => analysis.verdict(each).raceRetriedOn);
  expect(fates).toEqual([undefined, 2, 3, 5, 6]);
  expect(analysis.findings[0]!.text).toContain(
    '5 requests met the close of their idle connection (keep-alive race): 4 sent again, 1 lost for good',
  );
  expect([2, 3, 5, 6].map((each) => analysis.verdict(each).reason?.code)).toEqual(Array(4).fill('keep_alive_race'));
});
