/** Takes a filter apart into words, quoted texts and signs. */

export type TokenKind = 'word' | 'text' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** A word or a sign as it stands; a quoted text without its quotes and escapes. */
  readonly value: string;
  readonly at: number;
  readonly end: number;
  /** A quoted text that was not closed. */
  readonly open?: true;
}

const space = /\s*/y;
const sign = /&&|\|\||\^\^|===?|!==?|>=|<=|[=<>!(){},]/y;
const word = /[^\s(){},"'=<>!&|^]+/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0' };

export class Scanner {
  readonly text: string;
  #ahead: Token | undefined;
  #position = 0;

  constructor(text: string) {
    this.text = text;
  }

  peek(): Token {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  /** Takes the next token if it is this sign or this word (of any case). */
  take(...values: readonly string[]): Token | undefined {
    const { kind, value } = this.peek();
    return (kind === 'sign' || kind === 'word') && values.includes(value.toLowerCase()) ? this.next() : undefined;
  }

  #read(): Token {
    const at = this.#position + this.#match(space).length;
    this.#position = at;
    if (at >= this.text.length) return { kind: 'end', value: '', at: this.text.length, end: this.text.length };
    const raw = /^r["']/.test(this.text.slice(at, at + 2));
    if (raw || this.text[at] === '"' || this.text[at] === "'") return this.#quoted(at, raw);
    for (const [kind, pattern] of [
      ['sign', sign],
      ['word', word],
    ] as const) {
      const value = this.#match(pattern);
      if (value === '') continue;
      this.#position += value.length;
      return { kind, value, at, end: this.#position };
    }
    this.#position += 1;
    return { kind: 'sign', value: this.text[at]!, at, end: at + 1 };
  }

  /** `"a \"b\""`, or raw as `r"\d+"`, where a backslash is a backslash. */
  #quoted(at: number, raw: boolean): Token {
    const begin = at + (raw ? 2 : 1);
    const quote = this.text[begin - 1]!;
    let value = '';
    for (let i = begin; i < this.text.length; i += 1) {
      const char = this.text[i]!;
      if (char === quote) {
        this.#position = i + 1;
        return { kind: 'text', value, at, end: i + 1 };
      }
      if (char !== '\\' || i + 1 === this.text.length) value += char;
      else if (raw) value += `\\${this.text[++i]}`;
      else {
        const escaped = this.text[++i]!;
        const code = escaped === 'x' ? /^[\da-f]{2}/i.exec(this.text.slice(i + 1))?.[0] : undefined;
        value +=
          code === undefined
            ? (escapes[escaped] ?? (/[\\"']/.test(escaped) ? escaped : `\\${escaped}`))
            : String.fromCharCode(Number.parseInt(code, 16));
        if (code !== undefined) i += 2;
      }
    }
    this.#position = this.text.length;
    return { kind: 'text', value, at, end: this.text.length, open: true };
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.text)?.[0] ?? '';
  }
}
