/** Shows a trace on a terminal until the user leaves it. */

import { render } from 'ink';
import { App } from './app.tsx';
import { Keyboard } from './keyboard.ts';
import { Painter } from './painter.ts';
import { Session } from './session.ts';
import type { Source } from './source.ts';
import { Terminal } from './terminal.ts';
import { type Colors, theme } from './theme.ts';

export interface BrowseOptions {
  readonly source: Source;
  readonly fileName: string;
  /** Keys; `/dev/tty` where the capture itself comes on standard input. */
  readonly stdin?: NodeJS.ReadStream;
  readonly stdout?: NodeJS.WriteStream;
  readonly colors: Colors;
  /** The terminal shows no more than ASCII. */
  readonly ascii: boolean;
}

/** Resolves when the user has quit; the terminal is then as it was. */
export async function browse({
  source,
  fileName,
  stdin = process.stdin,
  stdout = process.stdout,
  colors,
  ascii,
}: BrowseOptions): Promise<void> {
  const painter = new Painter(stdout);
  const { promise: left, resolve: quit } = withResolvers();
  const session = new Session({
    source,
    size: { columns: painter.columns, rows: painter.rows },
    theme: theme(colors, ascii),
    perform: (action) => performers[action](),
  });
  const keyboard = new Keyboard((key) => session.press(key));
  const terminal = new Terminal({
    stdin,
    stdout,
    typed: (chunk) => keyboard.push(chunk),
    resized: () => {
      painter.clear();
      session.dispatch({ type: 'resize', size: { columns: painter.columns, rows: painter.rows } });
    },
    resumed: () => painter.repaint(),
    gone: quit,
  });
  const performers = { quit, redraw: () => painter.repaint(), suspend: () => terminal.suspend() };
  terminal.open();
  try {
    // Frame by frame (`debug`), so that the painter decides what is written and how often.
    const screen = painter as unknown as NodeJS.WriteStream;
    const ink = render(<App session={session} fileName={fileName} />, {
      stdin,
      stdout: screen,
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    const broken = ink.waitUntilExit();
    await Promise.race([left, broken]);
    painter.close();
    ink.unmount();
    await broken;
  } finally {
    painter.close();
    keyboard.close();
    session.close();
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
