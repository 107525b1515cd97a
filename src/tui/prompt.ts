/** The line in which a search, a filter or a command is typed: its text, its caret, its completions and what was typed before. */

import { completions as filterCompletions } from '../analysis/filter/index.ts';
import { commandCompletions } from './commands.ts';

export type PromptKind = 'search' | 'filter' | 'command';

export interface Prompt {
  readonly kind: PromptKind;
  readonly text: string;
  /** In UTF-16 units; never inside a surrogate pair. */
  readonly caret: number;
  /** While completions are walked through: which one is in the text, and what stood there before. */
  readonly picked: { readonly index: number; readonly before: string } | undefined;
  /** How far back in what was typed before; 0 for the line itself. */
  readonly older: number;
}

export type PromptAction =
  | { readonly type: 'prompt-open'; readonly kind: PromptKind; readonly text?: string }
  | { readonly type: 'prompt-type'; readonly text: string }
  | { readonly type: 'prompt-erase' | 'prompt-delete' | 'prompt-word' | 'prompt-clear' | 'prompt-home' | 'prompt-end' }
  | { readonly type: 'prompt-move' | 'prompt-complete' | 'prompt-older'; readonly by: 1 | -1 };

export interface Offer {
  readonly text: string;
  readonly meaning: string;
}

const longest = 10_000;

export const opened = (kind: PromptKind, text = ''): Prompt => ({ kind, text, caret: text.length, picked: undefined, older: 0 });

/** What could stand at the caret, and where it would begin. */
export function offers({ kind, text, caret, picked }: Prompt): { readonly from: number; readonly words: readonly Offer[] } {
  if (kind === 'search') return { from: 0, words: [] };
  const typed = picked?.before ?? text.slice(0, caret);
  return kind === 'filter' ? filterCompletions(typed) : commandCompletions(typed);
}

/** undefined where the line is closed by it: erasing an empty one. */
export function edited(
  prompt: Prompt,
  action: Exclude<PromptAction, { type: 'prompt-open' }>,
  history: readonly string[],
): Prompt | undefined {
  const { text, caret } = prompt;
  const plain = { ...prompt, picked: undefined };
  switch (action.type) {
    case 'prompt-type': {
      const typed = action.text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, Math.max(0, longest - text.length));
      return { ...plain, text: text.slice(0, caret) + typed + text.slice(caret), caret: caret + typed.length };
    }
    case 'prompt-erase': {
      if (text === '') return undefined;
      const to = caret - before(text, caret);
      return { ...plain, text: text.slice(0, to) + text.slice(caret), caret: to };
    }
    case 'prompt-delete':
      return { ...plain, text: text.slice(0, caret) + text.slice(caret + after(text, caret)) };
    case 'prompt-word': {
      const to = text.slice(0, caret).search(/\S+\s*$/);
      return to < 0 ? plain : { ...plain, text: text.slice(0, to) + text.slice(caret), caret: to };
    }
    case 'prompt-clear':
      return { ...plain, text: '', caret: 0 };
    case 'prompt-home':
      return { ...plain, caret: 0 };
    case 'prompt-end':
      return { ...plain, caret: text.length };
    case 'prompt-move':
      return { ...plain, caret: action.by < 0 ? caret - before(text, caret) : caret + after(text, caret) };
    case 'prompt-older': {
      const older = Math.max(0, Math.min(history.length, prompt.older - action.by));
      const line = older === 0 ? '' : history[history.length - older]!;
      return older === prompt.older ? plain : { ...opened(prompt.kind, line), older };
    }
    default:
      return completed(prompt, action.by);
  }
}

/** The next completion takes the place of the one before. */
function completed(prompt: Prompt, by: 1 | -1): Prompt {
  const { from, words } = offers(prompt);
  if (words.length === 0) return prompt;
  const typed = prompt.picked?.before ?? prompt.text.slice(0, prompt.caret);
  const index = prompt.picked === undefined ? (by > 0 ? 0 : words.length - 1) : (prompt.picked.index + by + words.length) % words.length;
  const begin = typed.slice(0, from) + words[index]!.text;
  const rest = prompt.text.slice(prompt.caret);
  // The only one is meant: what comes next is typed behind it.
  if (words.length === 1) return { ...prompt, text: `${begin} ${rest}`, caret: begin.length + 1, picked: undefined };
  return { ...prompt, text: begin + rest, caret: begin.length, picked: { index, before: typed } };
}

const isLow = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '');
const before = (text: string, caret: number): number => (caret === 0 ? 0 : isLow(text, caret - 1) && caret > 1 ? 2 : 1);
const after = (text: string, caret: number): number => (caret >= text.length ? 0 : isLow(text, caret + 1) ? 2 : 1);
