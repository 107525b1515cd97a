/** The user's own settings of the screens: `warmwire/config.json` in the XDG configuration folder, and nowhere else. */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { nearest } from '../src/nearest.ts';
import { type BrowseOptions, bindingIds, screenNames } from '../src/tui/index.ts';
import { say } from './terminal.ts';

export interface Config extends Pick<BrowseOptions, 'keys' | 'columns'> {
  readonly theme?: 'dark' | 'light' | 'mono';
  readonly ascii?: boolean;
  readonly mouse?: boolean;
  readonly hints?: boolean;
  readonly screenReader?: boolean;
}

const longest = 1 << 20;

/** A relative XDG_CONFIG_HOME is to be ignored (XDG base directory specification): nothing is read from the working directory. */
export function configPath(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CONFIG_HOME: given = '' } = environment;
  return join(isAbsolute(given) ? given : join(homedir(), '.config'), 'warmwire', 'config.json');
}

/** What is wrong in it is said and left out. */
export function readConfig(path: string = configPath()): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').slice(0, longest);
  } catch {
    return {};
  }
  try {
    return checked(JSON.parse(text), (problem) => say(`${path}: ${problem}`));
  } catch (error) {
    say(`${path} is no JSON, and is not used: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

const members = ['theme', 'ascii', 'mouse', 'hints', 'screen_reader', 'keys', 'columns'];

function checked(value: unknown, complain: (problem: string) => void): Config {
  if (!isRecord(value)) {
    complain('an object was expected: {"theme": "dark", "keys": {"sort": ["o"]}, "columns": {"connections": ["id", "requests"]}}');
    return {};
  }
  for (const name of Object.keys(value)) {
    const meant = nearest(name, members);
    if (!members.includes(name)) complain(`there is no setting '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
  }
  const truth = (name: string): boolean | undefined => {
    const given = value[name];
    if (given !== undefined && typeof given !== 'boolean') complain(`'${name}' is true or false`);
    return typeof given === 'boolean' ? given : undefined;
  };
  const themes = ['dark', 'light', 'mono'] as const;
  const theme = themes.find((name) => name === value.theme);
  if (value.theme !== undefined && theme === undefined) complain(`'theme' is one of ${themes.join(', ')}`);
  const lists = (name: string, known: readonly string[]): Record<string, readonly string[]> => {
    const given = value[name];
    if (given === undefined) return {};
    if (!isRecord(given)) {
      complain(`'${name}' is an object of lists`);
      return {};
    }
    return Object.fromEntries(
      Object.entries(given).filter(([key, list]) => {
        const meant = nearest(key, known);
        if (!known.includes(key)) complain(`'${name}' knows no '${key}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
        else if (!isTexts(list)) complain(`'${name}.${key}' is a list of texts`);
        return known.includes(key) && isTexts(list);
      }) as [string, string[]][],
    );
  };
  return {
    ...defined('theme', theme),
    ...defined('ascii', truth('ascii')),
    ...defined('mouse', truth('mouse')),
    ...defined('hints', truth('hints')),
    ...defined('screenReader', truth('screen_reader')),
    keys: lists('keys', bindingIds),
    columns: lists('columns', screenNames),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
const defined = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, V>);
