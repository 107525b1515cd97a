/** Walks the imports of src/ and cmd/ and fails on one that breaks the one-way order of the rooms; see ARCHITECTURE.md. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Which rooms each room may look at. tcp, tls and http do not know one another, nor do report and tui. */
const order: Readonly<Record<string, readonly string[]>> = {
  capture: [],
  packet: ['capture'],
  tcp: ['packet'],
  tls: [],
  http: [],
  proxy: [],
  quic: ['packet', 'tls'],
  trace: ['capture', 'packet', 'tcp', 'tls', 'http', 'proxy', 'quic'],
  analysis: ['trace'],
  report: ['trace', 'analysis'],
  dissect: ['http'],
  tui: ['trace', 'analysis', 'dissect'],
  cmd: ['capture', 'trace', 'analysis', 'report', 'tui'],
};

/** The library's face sees every room; no room sees it. */
const face = 'src/index.ts';

/** The other files directly in src/ lie between the rooms: anyone may use them, and they use no room. */
const isShared = (path: string): boolean => /^src\/[\w-]+\.ts$/.test(path) && path !== face;

/** Ways into a room beside its index.ts, and who takes them; a way that nobody takes any more is to be struck out. */
const sideDoors: Readonly<Record<string, readonly string[]>> = {
  // The columns are a language of their own, large, and not needed for the verdicts.
  'src/analysis/fields.ts': ['report', 'tui', 'src'],
  // So is the filter: read only where one is given.
  'src/analysis/filter/index.ts': ['cmd', 'tui', 'src'],
  // The records of exchanges and of HTTP/2, as types.
  'src/http/exchange.ts': ['trace'],
  'src/http/http2-facts.ts': ['trace'],
  // A reader that is chosen by name.
  'src/capture/pcap-parser.ts': ['trace'],
  // zod is slow to start: loaded when a schema or its names are asked for.
  'src/report/schema.ts': ['cmd', 'src'],
  'src/report/assertion.ts': ['cmd'],
  // Small words that the command line needs before it knows whether there will be a report.
  'src/report/version.ts': ['cmd'],
  'src/report/words.ts': ['cmd'],
};

/** Which packages a room may use. */
const packages: Readonly<Record<string, readonly string[]>> = {
  capture: ['pcap-parser', 'fzstd'],
  report: [
    'csv-stringify/sync',
    'hyparquet',
    ...['datapage', 'delta', 'encoding', 'index', 'plain'].map((part) => `hyparquet-writer/src/${part}.js`),
    'zod',
  ],
  tui: ['ink', 'react'],
  cmd: ['commander'],
};

/** Node's own modules that a room below cmd may use: what is only arithmetic or plumbing. */
const nodeModules: Readonly<Record<string, readonly string[]>> = {
  src: ['node:path'],
  trace: ['node:path'],
  capture: ['node:events', 'node:net', 'node:timers/promises', 'node:zlib'],
  quic: ['node:crypto'],
  tls: ['node:crypto'],
  tui: ['node:stream'],
};

/** The one file that opens files. */
const opener = 'src/capture/source.ts';

/** Names that reach for the clock, the process or chance; and the files that may, each for its reason. */
const outside: readonly { readonly name: string; readonly pattern: RegExp; readonly allowed: readonly string[] }[] = [
  { name: 'the date', pattern: /\bDate\.now\b|\bnew Date\(\)|\bTemporal\b/, allowed: [] },
  // The screen is drawn at a pace, and long work gives way to keys.
  {
    name: 'a clock',
    pattern: /\bperformance\b|\bhrtime\b/,
    allowed: ['src/tui/aside.ts', 'src/tui/gathered.ts', 'src/tui/orders.ts', 'src/tui/session.ts', 'src/tui/slices.ts'],
  },
  {
    name: 'a timer',
    pattern: /\bset(Timeout|Interval|Immediate)\b/,
    // An escape key is told from an escape sequence by a pause.
    allowed: ['src/tui/keyboard.ts', 'src/tui/rest.ts', 'src/tui/session.ts', 'src/tui/slices.ts'],
  },
  // The terminal is given back when the process ends; its streams are those of the process unless others are given.
  { name: 'the process', pattern: /\bprocess\./, allowed: ['src/tui/browse.tsx', 'src/tui/terminal.ts'] },
  { name: 'the environment', pattern: /\bprocess\.(env|argv|cwd|platform)\b|import\.meta/, allowed: [] },
  // The seeds of hash tables, so that nobody can prepare collisions.
  {
    name: 'chance',
    pattern: /\bMath\.random\b|\brandom(Bytes|Int|UUID|FillSync)\b|\bgetRandomValues\b/,
    allowed: ['src/packet/fragments.ts', 'src/trace/inspector.ts'],
  },
];

/** Where the chunk loop is, beside the source side of capture: below it everything is called and returns. */
const mayWait = ['src/index.ts', 'src/trace/intake.ts', 'src/tui/browse.tsx'];

interface Import {
  readonly from: string;
  readonly to: string;
}

interface Source {
  readonly path: string;
  /** Without comments. */
  readonly code: string;
}

const sources: readonly Source[] = ['cmd', 'src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /(?<!\.d)\.tsx?$/.test(path))
    .map((path) => ({ path, code: withoutComments(readFileSync(join(root, path), 'utf8')) })),
);

const imports: readonly Import[] = sources.flatMap(({ path, code }) => {
  const found = code.matchAll(/^(?:import|export)\b[^;'"`]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm);
  return Array.from(found, ([, from, bare, dynamic]) => ({ from: path, to: resolve(path, (from ?? bare ?? dynamic)!) }));
});

function withoutComments(text: string): string {
  return text
    .replace(/^#!.*/, '')
    .replace(/^\s*\/\*[\s\S]*?\*\//gm, '')
    .replace(/(^|[\s;{(,])\/\/ .*$/gm, '$1');
}

/** Relative imports as paths from the top, packages as they are. */
function resolve(from: string, to: string): string {
  return to.startsWith('.') ? join(dirname(from), to) : to;
}

const isOurs = (path: string): boolean => path.startsWith('src/') || path.startsWith('cmd/');

/** `src/tcp/state.ts` lies in `tcp`, everything of cmd in `cmd`, `src/time.ts` in `src`. */
function roomOf(path: string): string {
  const [top, room, file] = path.split('/');
  return top === 'cmd' ? 'cmd' : file === undefined ? 'src' : room!;
}

/** The files of a room that can be reached from some of them. */
function reached(starts: readonly string[]): ReadonlySet<string> {
  const seen = new Set(starts);
  for (const path of seen) for (const { from, to } of imports) if (from === path && roomOf(to) === roomOf(path)) seen.add(to);
  return seen;
}

/** The two sides of capture: what yields the bytes of a file, and what they are pushed into. */
const readerSide = reached(['src/capture/reader.ts', 'src/capture/pcap-parser.ts', 'src/capture/time-order.ts']);
const isSourceSide = (path: string): boolean => roomOf(path) === 'capture' && path !== 'src/capture/index.ts' && !readerSide.has(path);

const told = (all: readonly Import[]): readonly string[] => all.map(({ from, to }) => `${from} -> ${to}`);

const between = imports.filter(({ from, to }) => isOurs(to) && roomOf(from) !== roomOf(to));

test('every import is found', () => {
  const words = sources.reduce(
    (sum, { code }) => sum + (code.match(/^(import|export)\b.*\bfrom '|^} from '|\bimport\('/gm)?.length ?? 0),
    0,
  );
  expect(imports).toHaveLength(words);
  expect(new Set(sources.map(({ path }) => roomOf(path)))).toEqual(new Set([...Object.keys(order), 'src']));
});

describe('one way through the rooms', () => {
  test('no room looks at one that it must not know', () => {
    const wrong = between.filter(({ from, to }) => {
      if (from === face) return roomOf(to) === 'cmd';
      if (isShared(to)) return false;
      return roomOf(from) === 'src' || !order[roomOf(from)]?.includes(roomOf(to));
    });
    expect(told(wrong)).toEqual([]);
  });

  test('what anyone may use uses no room', () => {
    expect(told(imports.filter(({ from, to }) => isShared(from) && !isShared(to)))).toEqual([]);
  });

  test('a room is entered through its index.ts', () => {
    const wrong = between.filter(({ from, to }) => {
      if (roomOf(to) === 'src' || /^src\/\w+\/index\.ts$/.test(to)) return false;
      return sideDoors[to]?.includes(roomOf(from)) !== true;
    });
    expect(told(wrong)).toEqual([]);
  });

  test('no side door is open for nothing', () => {
    const taken = (to: string, room: string): boolean => imports.some((one) => one.to === to && roomOf(one.from) === room);
    const idle = Object.entries(sideDoors).flatMap(([to, rooms]) =>
      rooms.filter((room) => !taken(to, room)).map((room) => `${room} -> ${to}`),
    );
    expect(idle).toEqual([]);
  });

  test('packages are used where they belong', () => {
    const foreign = imports.filter(({ to }) => !isOurs(to) && !to.startsWith('node:') && to !== 'package.json');
    expect(told(foreign.filter(({ from, to }) => packages[roomOf(from)]?.includes(to) !== true))).toEqual([]);
  });
});

describe('nothing below cmd knows the outside world', () => {
  const below = sources.filter(({ path }) => path.startsWith('src/'));

  test("rooms use few of Node's modules; only capture/source.ts opens files", () => {
    const used = imports.filter(({ from, to }) => from.startsWith('src/') && to.startsWith('node:'));
    const known = ({ from, to }: Import): boolean =>
      nodeModules[roomOf(from)]?.includes(to) === true || (from === opener && to === 'node:fs');
    expect(told(used.filter((one) => !known(one)))).toEqual([]);
  });

  test.each(outside)('$name', ({ pattern, allowed }) => {
    const reaching = below.filter(({ path, code }) => !isSourceSide(path) && pattern.test(code)).map(({ path }) => path);
    expect(reaching.filter((path) => !allowed.includes(path))).toEqual([]);
    expect(allowed.filter((path) => !reaching.includes(path))).toEqual([]);
  });

  test('nothing waits below the chunk loop', () => {
    const waiting = below.filter(({ code }) => /\bawait\b|\basync\b|\bPromise\b|\.then\(/.test(code)).map(({ path }) => path);
    expect(waiting.filter((path) => !mayWait.includes(path) && !isSourceSide(path))).toEqual([]);
    expect(waiting).toEqual(expect.arrayContaining(mayWait));
  });
});
