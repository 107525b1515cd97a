#!/usr/bin/env node
/** The command line: which command runs, and how it ends. Each command is loaded only when it is asked for. */

import { type Command, CommanderError, Option, program } from 'commander';
import { version } from '../src/report/version.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
import { collect } from './input-options.ts';
import { withCommonOptions } from './options.ts';
import { say } from './terminal.ts';

let status: ExitStatus = exitStatus.done;

/** Wraps a command so that its exit status is kept. */
const run =
  <Arguments extends unknown[]>(action: (...given: Arguments) => Promise<ExitStatus>) =>
  async (...given: Arguments): Promise<void> => {
    status = await action(...given);
  };

const withReportOptions = (command: Command): Command =>
  command
    .option('-T, --format <name>', 'text, json, ndjson, csv, md, html, har, parquet or prometheus (default: text)')
    .option('--json', 'the same as -T json')
    .option('-w, --write <file>', 'write to a file; its ending tells the format')
    .option('--force', 'replace the file of -w if it exists')
    .option('--each', 'a report of each capture: into the folder that -w names, or one after the other')
    .option('--exchanges', 'one record per request as well (csv, parquet: instead)')
    .addOption(
      new Option('--table <name>', 'what csv or parquet holds (default: connections)').choices(['connections', 'exchanges', 'findings']),
    )
    .option('--columns <names>', 'only these columns: id,requests,reuses (all names: warmwire schema)');

const withScreenOptions = (command: Command): Command =>
  command
    .option('--no-mouse', 'leave the mouse to the terminal')
    .addOption(new Option('--theme <name>', 'colours of the screens (default: dark)').choices(['dark', 'light', 'mono']))
    .option('--screen-reader', 'plain text instead of screens');

program
  .name('warmwire')
  .description('Shows, from a packet capture, which TCP connections HTTP reused, which handshakes were avoidable, and what to change.')
  .usage('FILE... | COMMAND ...')
  .version(version)
  .exitOverride()
  .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}`.replace(' [options]', '') })
  .configureOutput({ outputError: (text) => say(oneLine(text)) });

withCommonOptions(
  withReportOptions(
    withScreenOptions(program.command('browse', { isDefault: true }))
      .description('open a capture on the terminal (the default)')
      .argument('[file...]', 'captures, directories of them, or - for standard input')
      .usage('[options] FILE...'),
  ),
).action(run(async (files, options) => (await import('./browse.ts')).browse(files, options)));

withCommonOptions(
  withReportOptions(
    program
      .command('report')
      .description('print or write a report')
      .argument('[file...]', 'captures, directories of them, or - for standard input')
      .usage('[options] FILE...'),
  ),
).action(run(async (files, options) => (await import('./report.ts')).report(files, options)));

withCommonOptions(
  program
    .command('explain')
    .description("tell one connection's story")
    .argument('[word...]', 'a capture and the number of a connection')
    .usage('[options] FILE... N'),
).action(run(async (words, options) => (await import('./explain.ts')).explain(words, options)));

withCommonOptions(
  program
    .command('simulate')
    .description('replay the requests with other settings: an idle limit, a cap, a pool, HTTP/2')
    .argument('[file...]', 'captures, directories of them, or - for standard input')
    .usage('[options] FILE...')
    .option('--max-requests <number>', 'after so many requests a connection is closed (default: no cap)')
    .option('--pool-size <number>', 'so many idle connections are kept for an origin (default: no limit)')
    .option('--http2', 'requests share connections instead of each waiting for an idle one')
    .option('--json', 'as one JSON object'),
).action(run(async (files, options) => (await import('./simulate.ts')).simulate(files, options)));

withCommonOptions(
  program
    .command('check')
    .description('hold totals against conditions; exit status 1 where one does not hold')
    .argument('[file...]', 'captures, directories of them, or - for standard input')
    .usage('[options] FILE... --assert CONDITION')
    .option('--assert <condition>', 'a total, a comparison and a number; repeatable (all names: warmwire schema, totals)', collect)
    .option('--json', 'as one JSON object'),
).action(run(async (files, options) => (await import('./check.ts')).check(files, options)));

withCommonOptions(
  program
    .command('diff')
    .description('what changed between two captures, by origin')
    .argument('[file...]', 'the capture before and the capture after')
    .usage('[options] BEFORE AFTER')
    .option('--json', 'as one JSON object'),
).action(run(async (files, options) => (await import('./diff.ts')).diff(files, options)));

withCommonOptions(
  withReportOptions(program.command('demo').description('open a bundled sample').argument('[file...]', 'another capture instead')),
).action(run(async (files, options) => (await import('./demo.ts')).demo(files, options)));

program
  .command('schema')
  .description('print the JSON Schema of the report')
  .usage('[ndjson]')
  .argument('[format]', 'json, or ndjson for one line of it')
  .action(run(async (format) => (await import('./schema.ts')).schema(format)));

program
  .command('completion')
  .description('print completions for a shell: bash, zsh or fish')
  .usage('SHELL')
  .argument('[shell]', 'bash, zsh or fish')
  .action(run(async (shell) => (await import('./completion.ts')).completion(shell, program)));

program.addHelpText(
  'after',
  `
Examples:
  warmwire demo                           a first look, with a bundled capture
  warmwire web.pcapng                     screens, or a text report in a pipe
  warmwire explain web.pcapng 17          one connection's story
  warmwire report web.pcapng -w out.json  the whole report, for programs
  dumpcap -i eth0 -w - | warmwire -       live
  warmwire report web.pcapng -T csv --columns id,requests,avoidable,wasted_ms
  warmwire simulate web.pcapng --idle-timeout 65s
  warmwire check web.pcapng --assert 'reuse_ratio >= 0.8' --assert 'races == 0'
  warmwire diff before.pcapng after.pcapng

Exit status: 0 done, 1 an asserted condition does not hold, 2 wrong usage,
  3 not a capture, 4 cut or damaged capture, 5 output not written, 70 a bug of
  ours, 130 interrupted.`,
);

/** commander's errors and suggestions in one line, without its prefix. */
const oneLine = (text: string): string =>
  text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n\((Did you mean .*)\)$/, '; $1')
    .replace(/\s*\n\s*/g, ' ')
    .replace('; Did', '; did');

/** A closed pipe ends quietly; any other trouble with the output is said. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitStatus.done);
  say(`standard output cannot be written: ${error.code === 'ENOSPC' ? 'no space is left' : error.message}`);
  process.exit(exitStatus.cannotWrite);
});
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => process.exit(ended(error)));
process.on('unhandledRejection', (error) => process.exit(ended(error)));

/** Says what went wrong, in one line, and gives its status. */
function ended(error: unknown): ExitStatus {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
  if (error instanceof Failure) {
    say(error.message);
    return error.status;
  }
  say(
    `a bug of ours: ${error instanceof Error ? error.message : String(error)} (run again with DEBUG=warmwire for the details, and please report it)`,
  );
  if (process.env.DEBUG === 'warmwire' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return exitStatus.bug;
}

try {
  await program.parseAsync();
} catch (error) {
  status = ended(error);
}
process.exit(status);
