/** Wireshark's stream numbers beside our own. */

import { expect, it } from 'vitest';
import { connectionsOf } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';
import { conversation, get, OK, type Talk } from '../support/talk.ts';
import { framesOf, pcapOf } from '../support/wire.ts';

const inVlans = (...talks: readonly [talk: Talk, vlan: number | undefined][]): (number | undefined)[] => {
  const frames = talks.flatMap(([talk, vlan]) => framesOf(talk.segments, vlan === undefined ? {} : { vlans: [vlan] }));
  return connectionsOf(inspectBytes(pcapOf(frames))).map(({ tcpStream }) => tcpStream);
};
const talk = (port: number, clientNumber?: number): Talk =>
  conversation({ client: { address: '10.0.0.1', port }, ...(clientNumber === undefined ? {} : { clientNumber }) })
    .handshake()
    .client(get())
    .server(OK);

it('are ours where no link is tagged', () => {
  expect(inVlans([talk(1), undefined], [talk(2), undefined], [talk(1, 77), undefined])).toEqual([0, 1, 2]);
});

it('are shared by connections with the same ends and numbers in several VLANs, which are several connections to us', () => {
  expect(inVlans([talk(1), 5], [talk(1), 6], [talk(2), 5], [talk(1), undefined])).toEqual([0, 0, 1, 0]);
});

it('are new where the number of the SYN is', () => {
  expect(inVlans([talk(1), undefined], [talk(1, 500_000), 6], [talk(1, 900_000), 6])).toEqual([0, 1, 2]);
});
