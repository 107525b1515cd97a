/** Takes the pictures of the HTML report that README.md shows, in Chromium. Usage, after npm run build: node samples/make/pictures.mjs */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '../../test/bench/generate.mjs';
import { Browser } from '../../test/support/browser.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, 'samples', 'pictures');
const sample = join(root, 'samples', 'nginx-idle-too-short.pcap');

/** Name, capture, how it is looked at. */
const pictures = [
  ['html-light', sample, { width: 1000, height: 1330 }],
  ['html-dark', sample, { width: 1000, height: 1330, scheme: 'dark' }],
  ['html-narrow', sample, { width: 400, height: 860 }],
  ['html-print', sample, { width: 720, height: 1018, media: 'print' }],
  ['html-10000-connections', 'many.pcap', { width: 1000, height: 1330 }],
];

const work = mkdtempSync(join(tmpdir(), 'warmwire-pictures-'));
const browser = await Browser.open();
try {
  generate(join(work, 'many.pcap'), 'ordinary', { connections: 10_000 });
  mkdirSync(target, { recursive: true });
  for (const [name, capture, view] of pictures) {
    const page = join(work, `${name}.html`);
    execFileSync(process.execPath, [join(root, 'dist', 'cmd', 'main.js'), 'report', capture, '-w', page], { cwd: work });
    await browser.look(view);
    await browser.show(page);
    writeFileSync(join(target, `${name}.webp`), await browser.picture({ format: 'webp', quality: 85 }));
  }
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
