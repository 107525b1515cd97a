// Asks for one URL again and again through one http.Agent: node visit.mjs URL TIMES keep-alive|close PAUSE_MS
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const [url, times, mode, pauseMs] = process.argv.slice(2);
const agent = new Agent({ keepAlive: mode === 'keep-alive', maxSockets: 1 });

const visit = () =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers: { Host: 'shop.example' } }, (response) => response.resume().on('end', resolve)).on('error', reject);
  });

for (let turn = 1; turn <= Number(times); turn += 1) {
  await visit();
  if (turn < Number(times)) await pause(Number(pauseMs));
}
agent.destroy();
