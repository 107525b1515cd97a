/** Shows a trace on a terminal until the user leaves it. */

import { render } from 'ink';
import type { TimeFormat } from '../clock.ts';
import { App } from './app.tsx';
import type { Setting } from './commands.ts';
import { Keyboard } from './keyboard.ts';
import type { KeyMap } from './keys.ts';
import { Lines } from './lines.ts';
import { Painter } from './painter.ts';
import { LinesContext } from './parts/line.tsx';
import { Session } from './session.ts';
import type { Exporter, Source } from './source.ts';
import type { ScreenName } from './store.ts';
import { Terminal } from './terminal.ts';
import type { Colors } from './theme.ts';

export interface BrowseOptions {
  readonly source: Source;
  readonly fileName: string;
  /** Keys; `/dev/tty` where the capture itself comes on standard input. */
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  readonly colors: Colors;
  /** The terminal shows no more than ASCII. */
  readonly ascii: boolean;
  readonly exporter?: Exporter;
  /** Applied from the beginning. */
  readonly filter?: string;
  readonly keys?: KeyMap;
  readonly columns?: Readonly<Partial<Record<ScreenName, readonly string[]>>>;
  readonly settings?: Partial<Record<Setting, boolean>>;
  readonly times?: TimeFormat | undefined;
}

/** Resolves when the user has quit; the terminal is then as it was. */
export async function browse(options: BrowseOptions): Promise<void> {
  const { source, fileName, stdin = process.stdin, stdout = process.stdout, colors, ascii, exporter } = options;
  const lines = new Lines();
  const painter = new Painter(stdout, lines);
  const { promise: left, resolve: quit } = withResolvers();
  const terminal: Terminal = new Terminal({
    stdin,
    stdout,
    typed: (chunk) => keyboard.push(chunk),
    resized: () => {
      painter.clear();
      session.dispatch({ type: 'resize', size: { columns: painter.columns, rows: painter.rows } });
    },
    suspended: () => painter.rest(),
    resumed: () => painter.repaint(),
    gone: quit,
  });
  const session: Session = new Session({
    source,
    size: { columns: painter.columns, rows: painter.rows },
    colors,
    ascii,
    ...(exporter && { exporter }),
    ...(options.keys && { keys: options.keys }),
    given: {
      filter: options.filter ?? '',
      columns: options.columns ?? {},
      timeFormat: options.times ?? 'relative',
      settings: { mouse: true, hints: true, secrets: false, ...options.settings },
    },
    terminal: {
      quit,
      redraw: () => painter.repaint(),
      suspend: () => terminal.suspend(),
      copy: (text) => terminal.copy(text),
      mouse: (on) => terminal.mouse(on),
    },
  });
  const keyboard: Keyboard = new Keyboard((key) => session.press(key));
  // Whoever feeds us has the terminal, too.
  const leave = source.subscribe(() => {
    if (stdin !== process.stdin && source.snapshot().progress.done) terminal.again();
  });
  terminal.open();
  try {
    // Frame by frame (`debug`), so that the painter decides what is written and how often.
    const screen = painter as unknown as NodeJS.WriteStream;
    const ink = render(
      <LinesContext value={lines}>
        <App session={session} fileName={fileName} />
      </LinesContext>,
      {
        stdin,
        stdout: screen,
        debug: true,
        exitOnCtrlC: false,
        patchConsole: false,
      },
    );
    const broken = ink.waitUntilExit();
    await Promise.race([left, broken]);
    painter.close();
    ink.unmount();
    await broken;
  } finally {
    painter.close();
    keyboard.close();
    session.close();
    leave();
    terminal.close();
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
