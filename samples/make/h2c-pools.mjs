// Three parts of one process, each with an HTTP/2 connection of its own to the same origin: node h2c-pools.mjs URL
import { connect } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';

const ask = (session, path) =>
  new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, 'user-agent': 'shop-front/1.4' });
    stream.resume().on('end', resolve).on('error', reject);
  });

/** Four rounds of three requests at once, 120 ms of pause after each, and a PING before the end. */
async function pool(name, startMs) {
  await pause(startMs);
  const session = connect(process.argv[2]);
  for (let turn = 0; turn < 4; turn += 1) {
    await Promise.all([1, 2, 3].map((n) => ask(session, `/${name}/${turn * 3 + n}`)));
    await pause(120);
  }
  session.ping(() => {});
  await pause(60);
  session.close();
}

await Promise.all([pool('catalogue', 0), pool('cart', 150), pool('stock', 300)]);
