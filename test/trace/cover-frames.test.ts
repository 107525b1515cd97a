/** Header blocks of HTTP/2 become stars of the same length; the frames around them, and DATA, stay. */

import { expect, test } from 'vitest';
import { coverHeaderBlocks } from '../../src/trace/cover-frames.ts';
import { frame, preface, request, settings } from '../http2/wire.ts';

type By = 'client' | 'server';
const secret = request('/a?token=abc', { cookie: 'a=secret' });
const stars = (length: number): number[] => new Array<number>(length).fill(0x2a);
const sent = (block: readonly number[]): number[] => [...settings(), ...frame(1, 4, 1, block), ...frame(0, 1, 1, [1, 2, 3])];

/** Pieces of both sides that end at `cuts`, without those that are lost. */
function pieces(by: By, bytes: readonly number[], cuts: readonly number[], lost: readonly number[] = []) {
  const bounds = [0, ...cuts, bytes.length];
  return bounds
    .slice(0, -1)
    .map((offset, i) => ({ by, offset, bytes: Uint8Array.from(bytes.slice(offset, bounds[i + 1])) }))
    .filter((_, i) => !lost.includes(i));
}
const told = (all: ReturnType<typeof pieces>): number[] => all.flatMap(({ bytes }) => [...bytes]);

test('of both sides, however they are cut', () => {
  const [own, expected] = [secret, stars(secret.length)].map((block) => [...preface, ...sent(block)]) as [number[], number[]];
  for (let cut = preface.length; cut < own.length; cut += 1) {
    const client = pieces('client', own, [cut]);
    const server = pieces('server', sent(secret), [Math.min(cut, sent(secret).length)]);
    coverHeaderBlocks([...client, ...server]);
    expect(told(client)).toEqual(expected);
    expect(told(server)).toEqual(sent(stars(secret.length)));
  }
});

test('behind an upgrade', () => {
  const upgrade = [...Buffer.from('GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n')];
  const answer = [...Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n')];
  const client = pieces('client', [...upgrade, ...preface, ...sent(secret)], [upgrade.length]);
  const server = pieces('server', [...answer, ...sent(secret)], []);
  coverHeaderBlocks([...client, ...server]);
  expect(told(client)).toEqual([...upgrade, ...preface, ...sent(stars(secret.length))]);
  expect(told(server)).toEqual([...answer, ...sent(stars(secret.length))]);
});

test('behind lost bytes all is covered until a piece begins with a frame; nothing of another protocol is', () => {
  const bytes = [...preface, ...sent(secret)];
  const within = preface.length + 9 + 4;
  const all = [...bytes, ...bytes.slice(preface.length)];
  const client = pieces('client', all, [within, within + 10, bytes.length], [1]);
  coverHeaderBlocks(client);
  const [, second, third] = client;
  expect([...second!.bytes]).toEqual(stars(bytes.length - within - 10));
  expect([...third!.bytes]).toEqual(sent(stars(secret.length)));
  const plain = pieces('client', [...Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')], [5]);
  const before = told(plain);
  coverHeaderBlocks(plain);
  expect(told(plain)).toEqual(before);
});
