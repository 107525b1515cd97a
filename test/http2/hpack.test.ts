/** Header blocks decode to the headers that were encoded: the RFC's own examples, stories of four encoders, and damage. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HpackDecoder } from '../../src/http/hpack.ts';
import type { HeaderField } from '../../src/http/hpack-table.ts';
import { shared } from '../support/shared.ts';

type Header = readonly [string, string];

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

function decode(decoder: HpackDecoder, block: Uint8Array): Header[] | undefined {
  const headers: Header[] = [];
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
  const field = ({ name, bytes, start, end }: HeaderField): void => {
    headers.push([text(Uint8Array.from(Buffer.from(name, 'latin1'))), text(bytes.slice(start, end))]);
  };
  return decoder.decode(block, 0, block.length, { field }) ? headers : undefined;
}

describe('the examples of RFC 7541 appendix C', () => {
  const requests: readonly Header[][] = [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'www.example.com'],
    ],
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'www.example.com'],
      ['cache-control', 'no-cache'],
    ],
    [
      [':method', 'GET'],
      [':scheme', 'https'],
      [':path', '/index.html'],
      [':authority', 'www.example.com'],
      ['custom-key', 'custom-value'],
    ],
  ];
  const date = 'Mon, 21 Oct 2013 20:13:21 GMT';
  const location = 'https://www.example.com';
  const responses: readonly Header[][] = [
    [
      [':status', '302'],
      ['cache-control', 'private'],
      ['date', date],
      ['location', location],
    ],
    [
      [':status', '307'],
      ['cache-control', 'private'],
      ['date', date],
      ['location', location],
    ],
    [
      [':status', '200'],
      ['cache-control', 'private'],
      ['date', 'Mon, 21 Oct 2013 20:13:22 GMT'],
      ['location', location],
      ['content-encoding', 'gzip'],
      ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
    ],
  ];

  it.each([
    ['C.2.1 a literal to be kept', '400a637573746f6d2d6b65790d637573746f6d2d686561646572', [['custom-key', 'custom-header']]],
    ['C.2.2 a literal not to be kept', '040c2f73616d706c652f70617468', [[':path', '/sample/path']]],
    ['C.2.3 a literal never to be kept', '100870617373776f726406736563726574', [['password', 'secret']]],
    ['C.2.4 an index', '82', [[':method', 'GET']]],
  ])('%s', (_, block, headers) => expect(decode(new HpackDecoder(false), hex(block))).toEqual(headers));

  it.each([
    [
      'C.3 requests, plain',
      [
        '828684410f7777772e6578616d706c652e636f6d',
        '828684be58086e6f2d6361636865',
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ],
      requests,
      4096,
    ],
    [
      'C.4 requests, coded',
      ['828684418cf1e3c2e5f23a6ba0ab90f4ff', '828684be5886a8eb10649cbf', '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf'],
      requests,
      4096,
    ],
    [
      'C.5 responses, plain, a table of 256 bytes',
      [
        '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d',
        '4803333037c1c0bf',
        '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31',
      ],
      responses,
      256,
    ],
    [
      'C.6 responses, coded, a table of 256 bytes',
      [
        '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
        '4883640effc1c0bf',
        '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      ],
      responses,
      256,
    ],
  ])('%s', (_, blocks, headers, size) => {
    const decoder = new HpackDecoder(false);
    if (size < 4096) expect(decode(decoder, hex('3fe101'))).toEqual([]);
    expect(blocks.map((block) => decode(decoder, hex(block)))).toEqual(headers);
  });
});

const folder = shared('vectors/hpack');
describe.skipIf(!existsSync(folder))('stories of four encoders', () => {
  const stories = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
    : [];

  it('are there', () => expect(stories.length).toBeGreaterThan(100));

  it.each(stories)('%s', (name) => {
    interface Case {
      readonly wire: string;
      readonly header_table_size?: number;
      readonly headers: readonly Record<string, string>[];
    }
    const { cases } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { cases: readonly Case[] };
    const decoder = new HpackDecoder(false);
    for (const { wire, header_table_size: size, headers } of cases) {
      if (size !== undefined) decoder.allow(size);
      expect(decode(decoder, hex(wire))).toEqual(headers.map((header) => Object.entries(header)[0]));
    }
  });
});

describe('damage', () => {
  it.each([
    ['index 0', '80'],
    ['an index that nothing has', 'be'],
    ['an index of thirty bytes', `ff${'ff'.repeat(30)}00`],
    ['a length beyond the block', '400a6375'],
    ['a length without bytes', '827f'],
    ['a table larger than allowed', '3fe21f'],
    ['a new size of the table after a field', '8220'],
    ['EOS in a string', '824184ffffffff'],
    ['padding that is not all ones', '82418100'],
    ['a byte of padding', '40821fff0161'],
  ])('%s makes this block and all later ones undecodable', (_, block) => {
    const decoder = new HpackDecoder(false);
    expect(decode(decoder, hex(block))).toBeUndefined();
    expect(decode(decoder, hex('82'))).toBeUndefined();
  });

  it('an index from before the capture is unknown, never a wrong name', () => {
    const decoder = new HpackDecoder(true);
    expect(decode(decoder, hex('82 be 4101 61 be bf'))).toEqual([
      [':method', 'GET'],
      ['?', '?'],
      [':authority', 'a'],
      [':authority', 'a'],
      ['?', '?'],
    ]);
    expect(decoder.hasUnknown).toBe(true);
    decoder.lose();
    expect(decode(decoder, hex('be'))).toEqual([['?', '?']]);
  });

  it('a list of fields is given up to the limit, the table stays right', () => {
    const decoder = new HpackDecoder(false);
    const large = [...hex('4001617f'), 0x80 | ((3900 - 127) & 127), (3900 - 127) >> 7, ...new Array<number>(3900).fill(118)];
    const given = decode(decoder, Uint8Array.from([...large, ...new Array<number>(12_000).fill(0xbe)]));
    expect(given).toHaveLength(16);
    expect(decoder.isCut).toBe(true);
    expect(decode(decoder, hex('be'))).toEqual([['a', 'v'.repeat(3900)]]);
  });

  it('any bytes decode or do not, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), fc.boolean(), (blocks, partial) => {
        const decoder = new HpackDecoder(partial);
        for (const block of blocks) decode(decoder, block);
      }),
    );
  });
});
