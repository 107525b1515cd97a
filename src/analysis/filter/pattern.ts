/** Regular expressions for `matches`, without backtracking: time grows with the text, never with a pattern's cleverness (Thompson's simulation). */

/** Instructions of a compiled pattern. */
type Step =
  | { readonly op: 'char'; readonly fits: (code: number) => boolean }
  | { readonly op: 'split'; readonly to: number; readonly or: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'assert'; readonly holds: (before: number, after: number) => boolean }
  | { readonly op: 'match' };

type Node =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number };

const longestPattern = 1000;
const mostSteps = 4000;
const mostRepeats = 1000;
const deepest = 50;
const none = -1;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isWord = (c: number): boolean => isDigit(c) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);
const classes: Readonly<Record<string, (code: number) => boolean>> = {
  d: isDigit,
  D: (c) => !isDigit(c),
  w: isWord,
  W: (c) => !isWord(c),
  s: isSpace,
  S: (c) => !isSpace(c),
};
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };
const atEdge = (before: number, after: number): boolean => isWord(before) !== isWord(after);

/** Throws a text that says what is wrong with the pattern. */
class Reader {
  readonly #text: string;
  readonly #fold: boolean;
  #at = 0;

  constructor(text: string, fold: boolean) {
    this.#text = text;
    this.#fold = fold;
  }

  whole(): Node {
    const node = this.#either(0);
    if (this.#at < this.#text.length) throw `there is no ( for the ) at ${this.#at + 1}`;
    return node;
  }

  #either(depth: number): Node {
    if (depth > deepest) throw `more than ${deepest} nested groups`;
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') parts.push(this.#repeated(depth));
    return { kind: 'all', parts };
  }

  #repeated(depth: number): Node {
    let part = this.#one(depth);
    for (;;) {
      const [least, most] = this.#count();
      if (least < 0) return part;
      this.#take('?'); // lazy: for a yes or no it is the same
      if (most !== Number.POSITIVE_INFINITY && most > mostRepeats) throw `a repetition of more than ${mostRepeats}`;
      if (least > mostRepeats) throw `a repetition of more than ${mostRepeats}`;
      part = { kind: 'repeat', part, least, most };
    }
  }

  #count(): readonly [number, number] {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const found = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 16));
    if (!found) return [none, none];
    this.#at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (most < least) throw `{${least},${most}} counts backwards`;
    return [least, most];
  }

  #one(depth: number): Node {
    const char = this.#text[this.#at++]!;
    if (char === '(') return this.#group(depth);
    if (char === '[') return this.#set();
    if (char === '.') return this.#fits((c) => c !== 10);
    if (char === '^') return { kind: 'step', step: { op: 'assert', holds: (before) => before === none } };
    if (char === '$') return { kind: 'step', step: { op: 'assert', holds: (_, after) => after === none } };
    if (char === '*' || char === '+' || char === '?') throw `nothing stands before the ${char} at ${this.#at}`;
    if (char !== '\\') return this.#literal(char.charCodeAt(0));
    const next = this.#text[this.#at];
    if (next === 'b' || next === 'B') {
      this.#at += 1;
      return { kind: 'step', step: { op: 'assert', holds: next === 'b' ? atEdge : (before, after) => !atEdge(before, after) } };
    }
    const escaped = this.#escape();
    return typeof escaped === 'number' ? this.#literal(escaped) : this.#fits(escaped);
  }

  #group(depth: number): Node {
    if (this.#text.startsWith('?:', this.#at)) this.#at += 2;
    else if (this.#text[this.#at] === '?') throw 'groups with (? are not supported, except (?:';
    const node = this.#either(depth + 1);
    if (!this.#take(')')) throw 'a ( is not closed';
    return node;
  }

  #escape(): number | ((code: number) => boolean) {
    const char = this.#text[this.#at++];
    if (char === undefined) throw 'it ends with a backslash';
    if (Object.hasOwn(classes, char)) return classes[char]!;
    if (char === 'x') {
      const code = /^[\da-f]{2}/i.exec(this.#text.slice(this.#at))?.[0];
      if (code === undefined) throw 'two hexadecimal digits are missing behind \\x';
      this.#at += 2;
      return Number.parseInt(code, 16);
    }
    if (/[1-9]/.test(char)) throw 'references to groups (\\1) are not supported';
    return controls[char] ?? char.charCodeAt(0);
  }

  #set(): Node {
    const negated = this.#take('^');
    const members: ((code: number) => boolean)[] = [];
    for (let first = true; ; first = false) {
      const char = this.#text[this.#at++];
      if (char === undefined) throw 'a [ is not closed';
      if (char === ']' && !first) break;
      const from = char === '\\' ? this.#escape() : char.charCodeAt(0);
      if (typeof from !== 'number') {
        members.push(from);
        continue;
      }
      if (this.#text[this.#at] !== '-' || this.#text[this.#at + 1] === ']' || this.#text[this.#at + 1] === undefined) {
        members.push(this.#same(from));
        continue;
      }
      this.#at += 1;
      const last = this.#text[this.#at++]!;
      const to = last === '\\' ? this.#escape() : last.charCodeAt(0);
      if (typeof to !== 'number' || to < from) throw 'a range in [ ] runs backwards';
      members.push(this.#between(from, to));
    }
    return this.#fits((c) => members.some((fits) => fits(c)) !== negated);
  }

  #between(from: number, to: number): (code: number) => boolean {
    const inside = (c: number): boolean => c >= from && c <= to;
    return this.#fold ? (c) => inside(c) || inside(lower(c)) || inside(upper(c)) : inside;
  }

  #same(code: number): (c: number) => boolean {
    return this.#fold ? (c) => lower(c) === lower(code) : (c) => c === code;
  }

  readonly #literal = (code: number): Node => this.#fits(this.#same(code));
  readonly #fits = (fits: (code: number) => boolean): Node => ({ kind: 'step', step: { op: 'char', fits } });

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }
}

const lower = (c: number): number => (c >= 65 && c <= 90 ? c + 32 : c);
const upper = (c: number): number => (c >= 97 && c <= 122 ? c - 32 : c);

function emit(node: Node, program: Step[]): void {
  if (program.length > mostSteps) throw 'it is too large';
  if (node.kind === 'step') program.push(node.step);
  else if (node.kind === 'all') for (const part of node.parts) emit(part, program);
  else if (node.kind === 'any') {
    const jumps: number[] = [];
    for (const [i, part] of node.parts.entries()) {
      const split = program.length;
      if (i < node.parts.length - 1) program.push({ op: 'match' });
      emit(part, program);
      if (i === node.parts.length - 1) continue;
      jumps.push(program.push({ op: 'match' }) - 1);
      program[split] = { op: 'split', to: split + 1, or: program.length };
    }
    for (const jump of jumps) program[jump] = { op: 'jump', to: program.length };
  } else {
    for (let i = 0; i < node.least; i += 1) emit(node.part, program);
    if (node.most === Number.POSITIVE_INFINITY) {
      const split = program.push({ op: 'match' }) - 1;
      emit(node.part, program);
      program.push({ op: 'jump', to: split });
      program[split] = { op: 'split', to: split + 1, or: program.length };
      return;
    }
    const splits: number[] = [];
    for (let i = node.least; i < node.most; i += 1) {
      splits.push(program.push({ op: 'match' }) - 1);
      emit(node.part, program);
    }
    for (const split of splits) program[split] = { op: 'split', to: split + 1, or: program.length };
  }
}

/** The places of a program that are alive at a position of the text; each at most once. */
class Places {
  readonly list: Int32Array;
  size = 0;
  readonly #seen: Int32Array;
  #round = 0;

  constructor(steps: number) {
    this.list = new Int32Array(steps);
    this.#seen = new Int32Array(steps);
  }

  clear(): void {
    this.size = 0;
    this.#round += 1;
  }

  add(place: number): boolean {
    if (this.#seen[place] === this.#round) return false;
    this.#seen[place] = this.#round;
    return true;
  }
}

/** Searches texts for a pattern, anywhere in them, without regard to case (`(?-i)` in front: with). Throws a text where it is no pattern. */
export function patternOf(source: string): (text: string) => boolean {
  if (source.length > longestPattern) throw `it has more than ${longestPattern} characters`;
  const exact = source.startsWith('(?-i)');
  const program: Step[] = [];
  emit(new Reader(source.replace(/^\(\?-?i\)/, ''), !exact).whole(), program);
  program.push({ op: 'match' });
  let now = new Places(program.length);
  let next = new Places(program.length);
  const stack = new Int32Array(2 * program.length + 2);

  /** Follows splits, jumps and assertions from a place; true where that reaches the end. */
  const follow = (places: Places, from: number, before: number, after: number): boolean => {
    let top = 0;
    stack[top++] = from;
    while (top > 0) {
      const place = stack[--top]!;
      if (!places.add(place)) continue;
      const step = program[place]!;
      if (step.op === 'match') return true;
      if (step.op === 'char') places.list[places.size++] = place;
      else if (step.op === 'jump') stack[top++] = step.to;
      else if (step.op === 'assert') {
        if (step.holds(before, after)) stack[top++] = place + 1;
      } else {
        stack[top++] = step.or;
        stack[top++] = step.to;
      }
    }
    return false;
  };

  return (text) => {
    now.clear();
    for (let i = 0; i <= text.length; i += 1) {
      const before = i === 0 ? none : text.charCodeAt(i - 1);
      const code = i === text.length ? none : text.charCodeAt(i);
      if (follow(now, 0, before, code)) return true;
      if (code === none) return false;
      const after = i + 1 === text.length ? none : text.charCodeAt(i + 1);
      next.clear();
      for (let p = 0; p < now.size; p += 1) {
        const place = now.list[p]!;
        const step = program[place]!;
        if (step.op === 'char' && step.fits(code) && follow(next, place + 1, code, after)) return true;
      }
      [now, next] = [next, now];
    }
    return false;
  };
}
