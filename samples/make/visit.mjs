// Asks for one URL again and again through one http.Agent: node visit.mjs URL TIMES keep-alive|close PAUSE_MS
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const [url, times, mode, pauseMs] = process.argv.slice(2);
const agent = mode === 'keep-alive' ? new Agent({ keepAlive: true, maxSockets: 1 }) : new Agent({ keepAlive: false });

const visit = () =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers: { Host: 'shop.example' } }, (response) => response.resume().on('end', resolve)).on('error', reject);
  });

for (let turn = 1; turn <= Number(times); turn += 1) {
  await visit();
  if (turn < Number(times)) await pause(Number(pauseMs));
}
agent.destroy();
