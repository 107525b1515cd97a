/** A capture with more distinct hosts, agents and targets than anyone has does not fill the memory with them, and says so. */

import { afterEach, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { conversation, get, OK } from '../support/talk.ts';

const changeable = limits as { -readonly [name in keyof typeof limits]: number };
const usual = { ...limits };
afterEach(() => void Object.assign(changeable, usual));

const visits = (count: number) => {
  const talk = conversation().handshake();
  for (let n = 0; n < count; n += 1) talk.client(`GET /${'t'.repeat(5000)} HTTP/1.1\r\nHost: host-${n}\r\n\r\n`).server(OK);
  return talk;
};

it.each([
  ['distinctTexts', 10, 'authority'],
  ['distinctTextBytes', 60, 'authority'],
  ['targetBytes', 1 << 20, 'target'],
] as const)('beyond %s a text is unknown, and the exchange is whole', (limit, value, field) => {
  changeable[limit] = value;
  const { trace } = visits(300);
  const exchanges = [...trace.exchanges(0)];
  expect(exchanges).toHaveLength(300);
  expect(exchanges[0]![field]).toBeDefined();
  expect(exchanges.at(-1)).toMatchObject({ [field]: undefined, method: 'GET', status: 200, responseBytes: OK.length });
  expect(trace.notes.find(({ code }) => code === 'text-limit')).toMatchObject({ count: 1 });
});

it('leaves no note where all are kept', () => {
  expect(conversation().handshake().client(get()).server(OK).trace.notes).toEqual([]);
});
