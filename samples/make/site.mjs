// Writes the little shop's files into a folder: a cart, twelve items, ten photos of 20 KB, a page with twenty small resources.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = process.argv[2];
const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);

function write(path, content) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Bytes that look like a compressed photo, the same on every run. */
function noise(length, seed) {
  let x = seed;
  return Uint8Array.from({ length }, () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x >>> 24;
  });
}

// A one-pixel PNG; the noise after its end pads it to the size of a small icon, which browsers accept.
const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
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
for (const n of numbers(10)) write(`photos/${n}.jpg`, noise(20_000, n));
icons.forEach((path, n) => write(path, Buffer.concat([pixel, noise(800 + 100 * n, n)])));
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
