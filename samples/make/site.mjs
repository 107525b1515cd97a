// Writes the little shop's files into a folder: a cart, twelve items, ten photos of 20 KB, a page with twenty small resources.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

const folder = process.argv[2];
const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);

function write(path, content) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** A square PNG of seeded noise, which does not compress: about 3 * side * side bytes, the same on every run. */
function picture(side, seed) {
  let x = seed;
  const noise = () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x >>> 24;
  };
  const rows = numbers(side).map(() => Uint8Array.from({ length: 1 + 3 * side }, (_, column) => (column === 0 ? 0 : noise())));
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 2, 0, 0, 0]); // 8 bits, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))]);
}

// 00 00 00 0d  49 48 44 52  …  xx xx xx xx
// └ length ┘   └  type  ┘      └ CRC of type and data
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  const sum = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const icons = numbers(12).map((n) => `/icons/${n}.png`);
const styles = numbers(4).map((n) => `/styles/${n}.css`);
const scripts = numbers(4).map((n) => `/scripts/${n}.js`);

write(
  'cart',
  JSON.stringify({
    items: [
      { id: 1, name: 'kettle', price: 29 },
      { id: 2, name: 'cup', price: 4 },
    ],
    total: 33,
  }),
);
for (const n of numbers(12)) write(`items/${n}`, JSON.stringify({ id: n, name: `item ${n}`, price: 5 * n }));
for (const n of numbers(10)) write(`photos/${n}.png`, picture(82, n));
icons.forEach((path, n) => write(path, picture(16 + n, n)));
styles.forEach((path, n) => write(path, `.shelf-${n} { margin: ${n}px; }\n`.repeat(40)));
scripts.forEach((path, n) => write(path, `window.shelf${n} = ${n};\n`.repeat(40)));
write(
  'index.html',
  `<!doctype html>
<meta charset="utf-8">
<title>shop</title>
<link rel="icon" href="data:,">
${styles.map((path) => `<link rel="stylesheet" href="${path}">`).join('\n')}
${icons.map((path) => `<img src="${path}" alt="">`).join('\n')}
${scripts.map((path) => `<script src="${path}"></script>`).join('\n')}
`,
);
