/** Runs one command as a whole process and measures it: seconds, processor time, the peak of its memory, its exit status. */

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Clock ticks in a second of `/proc/PID/stat`. */
const TICKS = 100;

export const isInstalled = (command) => spawnSync('which', [command], { stdio: 'ignore' }).status === 0;

/**
 * Peak memory and processor time as the kernel counted them, asked for while it runs, so up to 20 ms short; other systems say nothing.
 * @returns {Promise<{ seconds: number, cpuSeconds?: number, megabytes?: number, status: number | string, error: string }>}
 */
export async function measure(command, words, timeoutSeconds) {
  const began = performance.now();
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let error = '';
  let seen = {};
  child.stderr.on('data', (text) => {
    if (error.length < 2000) error += text;
  });
  const look = setInterval(() => {
    seen = { ...seen, ...usageOf(child.pid) };
  }, 20);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
  const status = await new Promise((resolve) => {
    child.on('error', (fault) => resolve(fault.message));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  clearInterval(look);
  clearTimeout(timer);
  return { seconds: (performance.now() - began) / 1000, ...seen, status, error };
}

/** Nothing of a process that has ended. */
function usageOf(pid) {
  try {
    const megabytes = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return { megabytes, cpuSeconds: (Number(words[11]) + Number(words[12])) / TICKS };
  } catch {
    return {};
  }
}
