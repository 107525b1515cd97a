// Loads a page, its twelve assets at once and two more paths after a pause, all over one HTTP/2 connection: node h2c-page.mjs URL
import { connect } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';

const session = connect(process.argv[2]);

const ask = (path) =>
  new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, 'user-agent': 'shop-front/1.4' });
    stream.resume().on('end', resolve).on('error', reject);
  });

await ask('/');
await Promise.all(Array.from({ length: 12 }, (_, index) => ask(`/asset/${index + 1}`)));
await pause(400);
await new Promise((resolve) => session.ping(resolve));
await pause(300);
await Promise.all([ask('/cart'), ask('/stock')]);
await new Promise((resolve) => session.close(resolve));
