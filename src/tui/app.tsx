/** The whole screen: header, list or help, what belongs below the list, footer. */

import { Box } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { Cell } from './column.ts';
import { Footer } from './parts/footer.tsx';
import { Header } from './parts/header.tsx';
import { Line, spread, write } from './parts/line.tsx';
import { Table } from './parts/table.tsx';
import { below } from './screens/below.ts';
import { summary } from './screens/connection.ts';
import { help } from './screens/help.ts';
import type { Session, View } from './session.ts';
import { here, layoutOf } from './store.ts';

export function App({ session, fileName }: { readonly session: Session; readonly fileName: string }): ReactNode {
  const view = useSyncExternalStore(session.subscribe, session.view);
  const { connection } = here(view.state);
  const layout = layoutOf(view.state, view.rows);
  return (
    // Its size is given, so that every change of it makes a frame, also one in which no text changes.
    <Box flexDirection="column" width={layout.columns} height={Math.max(1, view.state.size.rows - 1)}>
      <Header view={view} layout={layout} fileName={fileName} />
      {view.state.help === undefined ? (
        <>
          {connection !== undefined && <Summary view={view} connection={connection} lines={layout.summary} />}
          <Table view={view} layout={layout} />
          {layout.panel > 0 && <Panel view={view} lines={layout.panel} />}
        </>
      ) : (
        <Help view={view} height={layout.body + layout.summary + (layout.head ? 1 : 0)} />
      )}
      {layout.footer && <Footer view={view} columns={layout.columns} />}
    </Box>
  );
}

function Help({ view, height }: { readonly view: View; readonly height: number }): ReactNode {
  const top = view.state.help ?? 0;
  const { rows, context, state, keys } = view;
  const lines = help(keys, here(state), rows.listing, context.theme, { row: rows.row(here(state).cursor), context }).slice(
    top,
    top + height,
  );
  return (
    <Box flexDirection="column" height={height}>
      <Lines view={view} lines={lines} />
    </Box>
  );
}

/** The verdict comes last, and is the last to go. */
function Summary({ view, connection, lines }: { readonly view: View; readonly connection: number; readonly lines: number }): ReactNode {
  if (lines === 0) return null;
  const { state, context } = view;
  return summary(connection, context, state.size.columns)
    .slice(-lines)
    .map(([left, right], index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its place
      <Line key={index} text={spread(left, right, state.size.columns, context.theme)} />
    ));
}

function Panel({ view, lines }: { readonly view: View; readonly lines: number }): ReactNode {
  const drawn = below(view, lines);
  return (
    <Box flexDirection="column" height={lines}>
      <Lines view={view} lines={drawn} />
    </Box>
  );
}

function Lines({ view, lines }: { readonly view: View; readonly lines: readonly (readonly Cell[])[] }): ReactNode {
  const { state, context } = view;
  // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its place
  return lines.map((cells, index) => <Line key={index} text={write(cells, state.size.columns, context.theme).text} />);
}
