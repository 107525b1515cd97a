#!/usr/bin/env node
/** The command line: which command runs, and how it ends. Each command is loaded only when it is asked for. */

import { type Command, CommanderError, Option, program } from 'commander';
import { version } from '../src/report/version.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
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
  withReportOptions(program.command('demo').description('open a bundled sample').argument('[file...]', 'another capture instead')),
).action(run(async (files, options) => (await import('./demo.ts')).demo(files, options)));

program
  .command('schema')
  .description('print the JSON Schema of the report')
  .usage('[ndjson]')
  .argument('[format]', 'json, or ndjson for one line of it')
  .action(run(async (format) => (await import('./schema.ts')).schema(format)));

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

Exit status: 0 done, 2 wrong usage, 3 not a capture, 4 cut or damaged capture,
  5 output not written, 70 a bug of ours, 130 interrupted.`,
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
