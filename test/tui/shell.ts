/** A shell in a tmux of its own, to try the built program on a real terminal. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const program: string = join(root, 'dist', 'cmd', 'main.js');
export const sample: string = join(root, 'samples', 'nginx-idle-too-short.pcap');

/** Why there can be no such test here; empty where there can. */
export const missing: string = whatIsMissing();

function whatIsMissing(): string {
  if (spawnSync('tmux', ['-V']).status !== 0) return 'tmux is not installed';
  if (!existsSync(program)) return 'dist/ is not built: npm run build';
  return existsSync(sample) ? '' : `there is no ${sample}`;
}

export class Shell {
  /** Goes with it. */
  readonly folder: string = mkdtempSync(join(tmpdir(), 'warmwire-tmux-'));

  constructor(columns: number, rows: number) {
    const environment = ['env', '-i', `PATH=${process.env.PATH}`, 'TERM=tmux-256color', 'LANG=C.UTF-8', `PS1=ready$ `];
    this.#tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, ...environment, 'sh');
    this.#tmux('set', 'status', 'off');
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  #tmux(...words: readonly string[]): string {
    return spawnSync('tmux', ['-u', '-f', '/dev/null', '-S', join(this.folder, 'socket'), ...words], { encoding: 'utf8' }).stdout;
  }

  get screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** What a program may leave changed behind it: alternate screen, hidden cursor, wrapping, mouse. */
  get modes(): string {
    return this.#tmux('display', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag} #{mouse_any_flag} #{keypad_cursor_flag}').trim();
  }

  keys(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  run(line: string): void {
    this.#tmux('send-keys', '-l', line);
    this.keys('Enter');
  }

  async shows(expected: string | RegExp): Promise<string> {
    for (let tries = 0; tries < 300; tries += 1) {
      const { screen } = this;
      if (typeof expected === 'string' ? screen.includes(expected) : expected.test(screen)) return screen;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`the terminal does not show ${expected}:\n${this.screen}`);
  }

  /** The settings of the terminal, as `stty` tells them. */
  async settings(name: string): Promise<string> {
    const file = join(this.folder, name);
    this.run(`stty -a > ${file}; clear; echo ${name} written`);
    await this.shows(new RegExp(`^${name} written`, 'm'));
    return readFileSync(file, 'utf8');
  }

  /** Number of the program's process. */
  get program(): number {
    const shell = this.#tmux('display', '-p', '#{pane_pid}').trim();
    return Number(spawnSync('ps', ['-o', 'pid=', '--ppid', shell], { encoding: 'utf8' }).stdout.trim().split('\n')[0]);
  }

  close(): void {
    this.#tmux('kill-server');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
