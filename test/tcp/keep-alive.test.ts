/** Our keep-alive rule: what is a probe, what only looks like one, and which ACK answers which. */

import { describe, expect, it } from 'vitest';
import { judgeOldSequence, type ProbeSituation } from '../../src/tcp/keep-alive.ts';
import { millisecond, second } from '../../src/time.ts';
import { conversation, get, OK, type Talk } from '../support/talk.ts';

const probe: ProbeSituation = {
  sequence: 99,
  length: 0,
  highest: 100,
  acknowledged: 100,
  peerWindow: 1000,
  finSent: false,
  quiet: 45 * second,
  previousWasProbe: false,
  roundTrip: 20 * millisecond,
};

describe('one below what the peer has', () => {
  it.each<[what: string, difference: Partial<ProbeSituation>, verdict: string]>([
    ['and nothing outstanding', {}, 'keep-alive'],
    ['with the garbage byte of Windows and old BSD', { length: 1 }, 'keep-alive'],
    ['soon after other bytes, with one byte', { length: 1, quiet: 300 * millisecond }, 'retransmission'],
    ['a second after another probe, with one byte', { length: 1, quiet: 900 * millisecond, previousWasProbe: true }, 'keep-alive'],
    ['while the peer takes nothing', { peerWindow: 0 }, 'zero-window-probe'],
    ['while something is outstanding', { highest: 150 }, 'none'],
    ['of a side that has sent its FIN', { finSent: true }, 'none'],
    ['by two', { sequence: 98 }, 'none'],
    ['beyond 2^32', { sequence: -1, highest: 0, acknowledged: 0 }, 'keep-alive'],
  ])('%s', (_, difference, verdict) => {
    expect(judgeOldSequence({ ...probe, ...difference })).toBe(verdict);
  });
});

describe('answers', () => {
  const idle = (): Talk =>
    conversation()
      .handshake()
      .client(get())
      .server(OK)
      .client.ack()
      .pause(45 * second);
  const answers = (talk: Talk): (number | undefined)[] =>
    talk.connection.probes.list!.map(({ answerTime, time }) => answerTime && answerTime - time);

  it('an ACK answers the latest probe; those before it were lost', () => {
    const talk = idle().client.keepAliveProbe().pause(second).client.keepAliveProbe().server.ack();
    expect(talk.connection.probes).toMatchObject({ client: 2, acks: 1, unanswered: 1 });
    expect(answers(talk)).toEqual([undefined, millisecond]);
  });

  it('a second ACK answers nothing more', () => {
    expect(idle().client.keepAliveProbe().server.ack().server.ack().connection.probes).toMatchObject({ client: 1, acks: 1, unanswered: 0 });
  });

  it('an ACK with another window is one, too', () => {
    expect(idle().client.keepAliveProbe().server.ack({ window: 500 }).connection.probes).toMatchObject({ client: 1, acks: 1 });
  });

  it('each probe has its frame and time, and who sent it', () => {
    const talk = idle()
      .server.keepAliveProbe()
      .client.ack()
      .pause(10 * second)
      .client.keepAliveProbe();
    expect(talk.connection.probes.list).toMatchObject([
      { by: 'server', frame: 7, answerFrame: 8 },
      { by: 'client', frame: 9, answerFrame: undefined },
    ]);
  });

  it('a connection without probes has no list', () => {
    expect(conversation().handshake().connection.probes.list).toBeUndefined();
  });

  it('the garbage byte never enters the stream', () => {
    const talk = idle().client.keepAliveProbe('\0').server.ack().client(get('/2')).server(OK);
    expect(talk.exchanges.map(({ target }) => target)).toEqual(['/', '/2']);
  });
});
