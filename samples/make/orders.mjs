// Asks three times, orders at the second of four turns, all through one kept connection, each time PAUSE_MS after the last answer: node orders.mjs URL TIMES PAUSE_MS
// The agent has no timeout of its own. A GET that fails is sent again, as RFC 9110 §9.2.2 allows; a POST must not be: that order is lost.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const [url, times, pauseMs] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const ask = (method) =>
  new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers: { Host: 'shop.example', 'Content-Length': 0 } });
    asked.on('response', (response) => response.resume().on('end', resolve)).on('error', reject);
    asked.end();
  });

for (let turn = 1; turn <= Number(times); turn += 1) {
  const method = turn % 4 === 2 ? 'POST' : 'GET';
  try {
    await ask(method);
  } catch (error) {
    process.stderr.write(`${method} failed: ${error.code}\n`);
    if (method === 'GET') await ask(method);
  }
  await pause(Number(pauseMs));
}
agent.destroy();
