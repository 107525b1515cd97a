/** The options that every command which reads captures has: one list, one meaning, one default each. */

import { type Command, Option } from 'commander';
import { type Filter, isFilterError, parseFilter } from '../src/analysis/filter/index.ts';
import { type ClientSplit, clientSplits, type PoolKey, poolKeys, softwareNames, type Timer } from '../src/analysis/index.ts';
import type { TimeFormat } from '../src/clock.ts';
import { nearest } from '../src/nearest.ts';
import { shellWord } from '../src/shell-word.ts';
import type { Duration } from '../src/time.ts';
import { DecodeAs, DecodeAsError, type IntakeOptions, type RedactionOptions } from '../src/trace/index.ts';
import { parseDuration } from './duration.ts';
import { wrongUsage } from './failure.ts';
import { collect, type InputOptions, intakeOptionsOf, withInputOptions } from './input-options.ts';
import { keyLogPreference } from './key-log.ts';
import { readTimersFile } from './timers-file.ts';

/** As commander collects them. */
export interface CommonOptions extends InputOptions {
  readonly idleTimeout?: string;
  readonly poolKey?: PoolKey;
  readonly splitClients?: ClientSplit;
  readonly adviseFor?: string;
  readonly timers?: string;
  /** Preferences and Decode As rules, as tshark takes them. */
  readonly o?: readonly string[];
  readonly d?: readonly string[];
  readonly interface?: string;
  readonly filter?: string;
  readonly showSecrets?: boolean;
  readonly anonymize?: boolean;
  readonly salt?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  readonly t?: keyof typeof timesNamed;
  /** Of the screens. */
  readonly mouse?: boolean;
  readonly theme?: 'dark' | 'light' | 'mono';
  readonly screenReader?: boolean;
}

/** The same, checked. */
export interface Settings {
  readonly idleTimeout: Duration | undefined;
  readonly poolKey: PoolKey | undefined;
  readonly splitClients: ClientSplit | undefined;
  readonly adviseFor: readonly string[] | undefined;
  /** Ours with the user's. */
  readonly timers: readonly Timer[] | undefined;
  /** How captures are read. */
  readonly intake: IntakeOptions;
  /** Which connections are wanted. */
  readonly filter: Filter | undefined;
  /** Decode As rules that were found to be good. */
  readonly decodeAs: readonly string[] | undefined;
  /** What of the capture is shown as it is. */
  readonly redaction: RedactionOptions;
  /** Path of a key log. */
  readonly keyLog: string | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean | undefined;
  /** How moments are shown. */
  readonly times: TimeFormat | undefined;
}

/** tshark's letters. */
const timesNamed = { a: 'absolute', r: 'relative', d: 'delta' } as const;

export function withCommonOptions(command: Command): Command {
  return withInputOptions(command)
    .option('--idle-timeout <time>', 'how long an idle connection is assumed to be kept: 60s, 500ms, 2min, inf (default: 60s)')
    .addOption(new Option('--pool-key <key>', 'what connections must share to serve one another (default: authority)').choices(poolKeys))
    .addOption(
      new Option('--split-clients <by>', 'tell clients at one address apart by User-Agent, ClientHello or SYN').choices(clientSplits),
    )
    .option('--advise-for <software>', 'directives for software that was not seen, too: nginx,haproxy, or all')
    .option('--timers <file>', 'more timers of known software: a JSON array of rows, as src/analysis/timers.json has them')
    .option('-Y, --filter <filter>', 'only connections that satisfy it: http.host contains "shop" && conn.wasted_ms > 50ms')
    .option('-o <name:value>', 'a preference as tshark takes it: tls.keylog_file:PATH, the secrets of TLS connections', collect)
    .option('-d <rule>', 'Decode As, as tshark has it, where the content does not tell: tcp.port==8888,http (or http2, tls, none)', collect)
    .addOption(new Option('-i, --interface <name>').hideHelp())
    .option('--show-secrets', 'show query values and user information, which are masked otherwise')
    .option('--anonymize', 'give addresses and hosts other names, always the same for the same')
    .option('--salt <word>', 'marks of secrets and other names depend on this word instead of the capture, to compare captures')
    .addOption(
      new Option('-t <format>', 'how moments are shown: a time of day (UTC), r since the beginning, d since the line above').choices(
        Object.keys(timesNamed),
      ),
    )
    .option('-q, --quiet', 'say nothing but errors')
    .option('-v, --verbose', 'say how long it took, also where standard error is no terminal')
    .option('--color', 'colours, whatever the output is')
    .option('--no-color', 'no colours');
}

/** Checks what commander cannot. Throws Failure. */
export function settingsOf(options: CommonOptions): Settings {
  if (options.interface !== undefined) {
    throw wrongUsage(`warmwire does not capture by itself; this does it: dumpcap -i ${shellWord(options.interface)} -w - | warmwire -`);
  }
  const keyLog = keyLogPreference(options.o ?? []);
  const quiet = options.quiet === true;
  return {
    idleTimeout: options.idleTimeout === undefined ? undefined : parseDuration(options.idleTimeout, '--idle-timeout'),
    poolKey: options.poolKey,
    splitClients: options.splitClients,
    adviseFor: options.adviseFor === undefined ? undefined : softwareOf(options.adviseFor),
    timers: options.timers === undefined ? undefined : readTimersFile(options.timers),
    intake: intakeOptionsOf(options),
    filter: options.filter === undefined ? undefined : filterOf(options.filter),
    decodeAs: checkedRules(options.d),
    redaction: { showSecrets: options.showSecrets, anonymize: options.anonymize, salt: options.salt },
    keyLog,
    quiet,
    verbose: options.verbose === true,
    color: options.color,
    times: options.t && timesNamed[options.t],
  };
}

/** Names separated by commas. */
function softwareOf(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if (name === 'all' || softwareNames.includes(name)) continue;
    const meant = nearest(name, softwareNames);
    throw wrongUsage(
      `--advise-for: nothing is known of '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`} (there are: ${softwareNames.join(', ')}, all)`,
    );
  }
  return names;
}

/** The message, and below it the filter with a caret where it went wrong. */
function filterOf(text: string): Filter {
  const filter = parseFilter(text);
  if (!isFilterError(filter)) return filter;
  const before = text.slice(0, filter.at).replace(/\s/g, ' ');
  const caret = '^'.repeat(Math.max(1, Math.min(filter.end, text.length) - filter.at));
  throw wrongUsage(`-Y: ${filter.message}\n  ${text.replace(/\s/g, ' ')}\n  ${' '.repeat(before.length)}${caret}`);
}

/** Before a large capture is read, not after. */
function checkedRules(rules: readonly string[] | undefined): readonly string[] | undefined {
  try {
    new DecodeAs(rules);
    return rules;
  } catch (error) {
    throw error instanceof DecodeAsError ? wrongUsage(`-d ${error.message}`) : error;
  }
}
