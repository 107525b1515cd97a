/** Turns what a terminal sends into names of keys: `j`, `Up`, `PageDown`, `^F`, `Enter`, `Esc`; `Click:12,3`, `WheelUp`; `Paste:` and what was pasted. */

const controls: Readonly<Record<string, string>> = { '\r': 'Enter', '\n': 'Enter', '\t': 'Tab', '\x7f': 'Backspace', '\b': 'Backspace' };
const finals: Readonly<Record<string, string>> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  F: 'End',
  H: 'Home',
  Z: 'Shift-Tab',
};
const numbers: Readonly<Record<string, string>> = {
  1: 'Home',
  3: 'Delete',
  4: 'End',
  5: 'PageUp',
  6: 'PageDown',
  7: 'Home',
  8: 'End',
};

// ESC [ 5 ; 2 ~      CSI: parameters, then one final byte; only the first parameter names the key
// ESC O A            SS3: the arrows of terminals in application mode, and Enter (M) of their number pad
const sequence = /^\x1b(?:\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])|O([A-Za-z]))/;
/** The beginning of a sequence whose rest has not arrived. */
const unfinished = /^\x1b(?:\[[\x20-\x3f]*|O)?$/;

// ESC [ < 0 ; 12 ; 3 M    SGR mouse: button, column, line; M pressed, m let go
const mouse = /^\x1b\[<(\d+);(\d+);(\d+)([Mm])/;
/** Buttons; 32 is added while one is dragged, 4, 8, 16 for Shift, Alt, Control. */
const leftButton = 0;
const wheelUp = 64;
const wheelDown = 65;

function mouseKey([, button, column, line, final]: RegExpExecArray): string | undefined {
  const which = Number(button) & ~0x1c;
  if (which === wheelUp) return 'WheelUp';
  if (which === wheelDown) return 'WheelDown';
  return which === leftButton && final === 'M' ? `Click:${Number(column) - 1},${Number(line) - 1}` : undefined;
}

const pasteBegin = '\x1b[200~';
const pasteEnd = '\x1b[201~';
/** More than anybody pastes into a line. */
const longestPaste = 100_000;

/** Every whole key in `text`, and what is left over. */
export function decode(text: string): { keys: string[]; rest: string } {
  const keys: string[] = [];
  let rest = text;
  while (rest !== '') {
    if (rest.startsWith(pasteBegin)) {
      const end = rest.indexOf(pasteEnd);
      if (end < 0 && rest.length < longestPaste) return { keys, rest };
      keys.push(`Paste:${rest.slice(pasteBegin.length, end < 0 ? undefined : end)}`);
      rest = end < 0 ? '' : rest.slice(end + pasteEnd.length);
      continue;
    }
    if (unfinished.test(rest)) return { keys, rest };
    const pointed = mouse.exec(rest);
    if (pointed) {
      const key = mouseKey(pointed);
      if (key) keys.push(key);
      rest = rest.slice(pointed[0].length);
      continue;
    }
    const found = sequence.exec(rest);
    if (found) {
      const [whole, parameters = '', final, application] = found;
      const name = final === '~' ? numbers[parameters.split(';')[0]!] : application === 'M' ? 'Enter' : finals[final ?? application!];
      if (name) keys.push(name);
      rest = rest.slice(whole.length);
    } else {
      const char = String.fromCodePoint(rest.codePointAt(0)!);
      keys.push(nameOf(char));
      rest = rest.slice(char.length);
    }
  }
  return { keys, rest };
}

function nameOf(char: string): string {
  if (char === '\x1b') return 'Esc';
  const code = char.charCodeAt(0);
  return controls[char] ?? (code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : char);
}

/** How long the rest of a sequence may take (a slow link splits it); then a lone ESC is the key itself. */
const patience = 40;

export class Keyboard {
  readonly #press: (key: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(press: (key: string) => void) {
    this.#press = press;
  }

  push(chunk: Uint8Array | string): void {
    clearTimeout(this.#timer);
    const text = typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true });
    const { keys, rest } = decode(this.#rest + text);
    this.#rest = rest;
    if (rest !== '') this.#timer = setTimeout(() => this.#giveUp(), patience);
    for (const key of keys) this.#press(key);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#rest = '';
  }

  #giveUp(): void {
    // A paste may come in many pieces.
    if (this.#rest.startsWith(pasteBegin)) return;
    const typed = this.#rest;
    this.#rest = '';
    for (const char of typed) this.#press(nameOf(char));
  }
}
