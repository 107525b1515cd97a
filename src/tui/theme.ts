/** How it looks: a style is a pair of escape sequences, a glyph a character or its ASCII stand-in. */

import { show } from '../show.ts';

export type Colors = 'dark' | 'light' | 'mono';
export type StyleName =
  | 'plain'
  | 'name'
  | 'dim'
  | 'head'
  | 'sorted'
  | 'cursor'
  | 'match'
  | 'key'
  | 'tab'
  | 'good'
  | 'bad'
  | 'warn'
  | 'info'
  | 'accent'
  | 'client'
  | 'server';

export interface Glyphs {
  readonly reused: string;
  readonly avoidable: string;
  readonly failed: string;
  readonly unknown: string;
  readonly needed: string;
  readonly ascending: string;
  readonly descending: string;
  readonly step: string;
  readonly dot: string;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly full: string;
  readonly empty: string;
  readonly micro: string;
  readonly caret: string;
  readonly atLeast: string;
  readonly mark: string;
  /** Lifelines and arrows of a ladder. */
  readonly line: string;
  readonly dash: string;
  readonly toRight: string;
  readonly toLeft: string;
  readonly gap: string;
  /** What a connection does, in a waterfall. */
  readonly handshake: string;
  readonly tls: string;
  readonly sending: string;
  readonly waiting: string;
  readonly receiving: string;
  readonly idle: string;
  readonly probe: string;
  readonly fin: string;
  readonly rst: string;
  readonly open: string;
  /** From least to most. */
  readonly levels: readonly string[];
  readonly knob: string;
}

export interface Theme {
  readonly glyphs: Glyphs;
  paint(style: StyleName, text: string): string;
  /** Text from a capture, made safe for this terminal. */
  safe(text: string): string;
  /** Names of keys, whose arrows ASCII spells out. */
  keys(label: string): string;
}

export function theme(colors: Colors, ascii: boolean): Theme {
  const styles = palettes[colors];
  return {
    glyphs: ascii ? asciiGlyphs : glyphs,
    paint: (style, text) => (text === '' ? '' : `${open(styles[style])}${text}${close(styles[style])}`),
    safe: ascii ? (text) => show(text).replace(/[^\x20-\x7e]/gu, '?') : show,
    keys: ascii ? (label) => label.replace(/[↑↓←→⇧]/g, (arrow) => arrowNames[arrow]!) : (label) => label,
  };
}

const arrowNames: Readonly<Record<string, string>> = { '↑': 'Up', '↓': 'Down', '←': 'Left', '→': 'Right', '⇧': 'Shift-' };

const glyphs: Glyphs = {
  reused: '✓',
  avoidable: '!',
  failed: '✗',
  unknown: '~',
  needed: '·',
  ascending: '▲',
  descending: '▼',
  step: '›',
  dot: '·',
  arrow: '→',
  ellipsis: '…',
  full: '█',
  empty: '░',
  micro: 'µ',
  caret: '▏',
  atLeast: '≥',
  mark: '●',
  line: '│',
  dash: '─',
  toRight: '▶',
  toLeft: '◀',
  gap: '┊',
  handshake: '▞',
  tls: '▚',
  sending: '▸',
  waiting: '▒',
  receiving: '█',
  idle: '─',
  probe: '╌',
  fin: '┤',
  rst: '✗',
  open: '→',
  levels: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  knob: '◆',
};

const asciiGlyphs: Glyphs = {
  reused: '+',
  avoidable: '!',
  failed: 'x',
  unknown: '~',
  needed: '-',
  ascending: '^',
  descending: 'v',
  step: '>',
  dot: '-',
  arrow: '->',
  ellipsis: '..',
  full: '#',
  empty: '.',
  micro: 'u',
  caret: '_',
  atLeast: '>=',
  mark: '*',
  line: '|',
  dash: '-',
  toRight: '>',
  toLeft: '<',
  gap: ':',
  handshake: 'S',
  tls: 'T',
  sending: '>',
  waiting: 'w',
  receiving: '#',
  idle: '-',
  probe: 'k',
  fin: ']',
  rst: 'x',
  open: '>',
  levels: [' ', '.', '.', ':', ':', '+', '+', '#', '#'],
  knob: 'O',
};

/** SGR attributes; each is closed by its own code, so that styles nest (a coloured word on the cursor's bar). */
type Attribute = readonly [on: string, off: string];
const bold: Attribute = ['1', '22'];
const underlined: Attribute = ['4', '24'];
const inverse: Attribute = ['7', '27'];
const ink = (color: string): Attribute => [color, '39'];
const paper = (color: string): Attribute => [color, '49'];

const open = (style: readonly Attribute[]): string => style.map(([on]) => `\x1b[${on}m`).join('');
const close = (style: readonly Attribute[]): string => style.map(([, off]) => `\x1b[${off}m`).join('');

type Palette = Readonly<Record<StyleName, readonly Attribute[]>>;

const palettes: Readonly<Record<Colors, Palette>> = {
  dark: {
    plain: [],
    name: [bold],
    dim: [ink('38;5;246')],
    head: [ink('38;5;250'), paper('48;5;236')],
    sorted: [bold],
    cursor: [paper('48;5;239'), bold],
    match: [underlined, ink('93')],
    key: [bold, ink('38;5;252')],
    tab: [bold, ink('38;5;231'), paper('48;5;24')],
    good: [ink('38;5;114')],
    bad: [ink('38;5;210')],
    warn: [ink('38;5;221')],
    info: [ink('38;5;117')],
    accent: [bold, ink('38;5;117')],
    client: [ink('38;5;223')],
    server: [ink('38;5;152')],
  },
  light: {
    plain: [],
    name: [bold],
    dim: [ink('38;5;242')],
    head: [ink('38;5;238'), paper('48;5;254')],
    sorted: [bold],
    cursor: [paper('48;5;252'), bold],
    match: [underlined, ink('38;5;90')],
    key: [bold, ink('38;5;236')],
    tab: [bold, ink('38;5;231'), paper('48;5;25')],
    good: [ink('38;5;28')],
    bad: [ink('38;5;124')],
    warn: [ink('38;5;94')],
    info: [ink('38;5;25')],
    accent: [bold, ink('38;5;25')],
    client: [ink('38;5;130')],
    server: [ink('38;5;24')],
  },
  mono: {
    plain: [],
    name: [bold],
    dim: [],
    head: [underlined],
    sorted: [bold],
    cursor: [inverse],
    match: [underlined],
    key: [bold],
    tab: [inverse],
    good: [],
    bad: [bold],
    warn: [bold],
    info: [],
    accent: [bold],
    client: [],
    server: [],
  },
};
