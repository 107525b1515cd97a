/** An HTTP/2 client of Node: requests one after another until so many are answered, on a new connection where the server retires the old one; for make.sh. */

import { appendFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';

const [, , origin, count, keyLog = '', wait = '0', ...hosts] = process.argv;
let asks = 0;

let session;
const open = () => {
  const url = new URL(origin);
  const secure = url.protocol === 'https:';
  const options = { host: url.hostname, port: url.port, rejectUnauthorized: false, ALPNProtocols: ['h2'] };
  const socket = secure ? connectTls(options) : undefined;
  if (keyLog) socket?.on('keylog', (line) => appendFileSync(keyLog, line));
  session = connect(origin, socket ? { createConnection: () => socket } : {});
  session.on('error', () => {});
};
const ask = (path) =>
  new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ...(hosts.length > 0 ? { ':authority': hosts[asks++ % hosts.length] } : {}) });
    stream.on('response', (headers) => stream.resume().on('end', () => resolve(headers[':status'])));
    stream.on('error', reject);
  });

open();
for (let asked = 0; asked < Number(count); ) {
  const batch = Math.min(10, Number(count) - asked);
  const size = Number(wait) > 0 ? 1 : batch;
  if (session.closed || session.destroyed) open();
  await Promise.all(Array.from({ length: size }, (_, i) => ask(`/${asked + i}`)));
  if (asked === 0) await new Promise((resolve) => session.ping(resolve));
  asked += size;
  await pause(Number(wait));
}
session.close();
