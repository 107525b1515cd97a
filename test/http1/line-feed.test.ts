/** What is found eight or four bytes at a time is what a look at each byte finds. */

import { expect, it } from 'vitest';
import { LineFeeds } from '../../src/http/line-feed.ts';

const lineFeeds = new LineFeeds();

it('every byte at every place among others', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    for (let at = 0; at < 20; at += 1) {
      const bytes = new Uint8Array(20).fill(0x7e);
      bytes[at] = byte;
      expect(lineFeeds.isVisible(bytes, 0, 20)).toBe(byte > 0x20 && byte < 0x7f);
      expect(lineFeeds.control(bytes, 0, 20)).toBe(byte < 0x20 && byte !== 9 ? at : 20);
      expect(lineFeeds.find(bytes, 0, 20)).toBe(byte === 10 ? at : 20);
    }
  }
});
