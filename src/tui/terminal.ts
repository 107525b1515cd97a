/** Takes the terminal over and gives it back as it was, whatever happens in between. */

/** Alternate screen, no wrapping, no cursor, pastes told from typing. */
const enter = '\x1b[?1049h\x1b[?7l\x1b[?25l\x1b[?2004h\x1b[2J';
const leave = '\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?25h\x1b[?7h\x1b[?1049l';
const mouseOn = '\x1b[?1000h\x1b[?1006h';
const mouseOff = '\x1b[?1006l\x1b[?1000l';
/** They end a process; the terminal is given back first. */
const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export interface TerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly typed: (chunk: Uint8Array | string) => void;
  readonly resized: () => void;
  /** The terminal is about to be given back for a while. */
  readonly suspended: () => void;
  /** The terminal is ours again after `fg`. */
  readonly resumed: () => void;
  /** The terminal is gone, or a signal ends us. */
  readonly gone: () => void;
}

export class Terminal {
  readonly #options: TerminalOptions;
  #ours = false;
  #mouse = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  open(): void {
    const { stdin, stdout, typed, resized, gone } = this.#options;
    this.#take();
    stdin.on('data', typed).on('end', gone).on('error', gone).resume();
    stdout.on('resize', resized).on('error', gone);
    process.on('exit', this.#give);
    process.on('SIGTSTP', this.#stopped);
    for (const signal of deadly) process.on(signal, this.#die);
  }

  close(): void {
    const { stdin, stdout, typed, resized, gone } = this.#options;
    this.#give();
    stdin.off('data', typed).off('end', gone).pause();
    stdout.off('resize', resized);
    process.off('exit', this.#give);
    process.off('SIGCONT', this.#resume);
    process.off('SIGTSTP', this.#stopped);
    for (const signal of deadly) process.off(signal, this.#die);
  }

  /** Keys one by one again: a program that fed us through a pipe may have set the terminal, when it ended, as that was when it began (Node does). */
  again(): void {
    if (!this.#ours) return;
    // To set what is believed to be set does nothing.
    this.#options.stdin.setRawMode(false);
    this.#options.stdin.setRawMode(true);
  }

  /** Takes the mouse, or leaves it to the terminal. */
  mouse(on: boolean): void {
    this.#mouse = on;
    if (this.#ours) this.#options.stdout.write(on ? mouseOn : mouseOff);
  }

  /** Into the clipboard, where the terminal allows it (OSC 52). */
  copy(text: string): void {
    if (this.#ours) this.#options.stdout.write(`\x1b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\x07`);
  }

  /** `^Z`: the shell has the terminal until `fg`; whoever feeds us through a pipe stops as well. */
  suspend(): void {
    this.#stop(0);
  }

  readonly #stopped = (): void => this.#stop(process.pid);

  #stop(whom: number): void {
    this.#options.suspended();
    this.#give();
    process.off('SIGTSTP', this.#stopped);
    process.once('SIGCONT', this.#resume);
    process.kill(whom, 'SIGTSTP');
  }

  #take(): void {
    if (this.#ours) return;
    this.#ours = true;
    this.#options.stdin.setRawMode(true);
    this.#options.stdout.write(this.#mouse ? enter + mouseOn : enter);
  }

  readonly #give = (): void => {
    if (!this.#ours) return;
    this.#ours = false;
    this.#options.stdout.write(leave);
    this.#options.stdin.setRawMode(false);
  };

  readonly #resume = (): void => {
    process.on('SIGTSTP', this.#stopped);
    this.#take();
    this.#options.resumed();
  };

  /** The signal is handed on to whoever else listens, else to the system. */
  readonly #die = (signal: NodeJS.Signals): void => {
    this.close();
    this.#options.gone();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
}
