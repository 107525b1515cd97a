/** `warmwire completion SHELL`: what a shell needs to complete commands and options, made from the commands themselves. */

import type { Command } from 'commander';
import { type ExitStatus, exitStatus, wrongUsage } from './failure.ts';
import { print } from './output.ts';

/** A command, and the options it takes. */
interface Known {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly flags: readonly string[]; readonly summary: string; readonly takesValue: boolean }[];
}

const shells: Readonly<Record<string, (commands: readonly Known[]) => string>> = { bash, zsh, fish };
const names = Object.keys(shells);

export async function completion(shell: string | undefined, program: Command): Promise<ExitStatus> {
  if (shell === undefined) throw wrongUsage(`completion needs a shell, as in: warmwire completion bash (there are: ${names.join(', ')})`);
  const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (script === undefined) throw wrongUsage(`there are completions for ${names.join(', ')}, none for '${shell}'`);
  await print([script(program.commands.map(knownOf))]);
  return exitStatus.done;
}

const knownOf = (command: Command): Known => ({
  name: command.name(),
  summary: command.description(),
  options: command.options
    .filter(({ hidden }) => !hidden)
    .map(({ short, long, description, required }) => ({
      flags: [short, long].filter((flag) => flag !== undefined),
      summary: description,
      takesValue: required,
    })),
});

const flagsOf = ({ options }: Known): readonly string[] => options.flatMap(({ flags }) => flags);

/** Behind no command stands a capture: its options are those of the screens. */
function bash(commands: readonly Known[]): string {
  const cases = commands.map((command) => `    ${command.name}) flags='${flagsOf(command).join(' ')}' ;;`);
  const fallback = commands.find(({ name }) => name === 'browse');
  return `# warmwire completion bash > ~/.local/share/bash-completion/completions/warmwire
_warmwire() {
  local word=\${COMP_WORDS[COMP_CWORD]} flags
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) flags='${fallback === undefined ? '' : flagsOf(fallback).join(' ')}' ;;
  esac
  local words=''
  [ "$COMP_CWORD" = 1 ] && words='${commands.map(({ name }) => name).join(' ')}'
  case $word in -*) words=$flags ;; esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; case $word in -*) ;; *) compgen -f -- "$word" ;; esac)
}
complete -o filenames -F _warmwire warmwire
`;
}

function zsh(commands: readonly Known[]): string {
  const described = commands.map(({ name, summary }) => `    ${single(`${name}:${summary.replaceAll(':', ' -')}`)}`);
  const cases = commands.map((command) => `    ${command.name}) flags=(${flagsOf(command).join(' ')}) ;;`);
  return `#compdef warmwire
# warmwire completion zsh > a folder of $fpath, as _warmwire
local -a commands flags
commands=(
${described.join('\n')}
)
case $words[2] in
${cases.join('\n')}
esac
if [[ $PREFIX == -* ]]; then
  compadd -- $flags
else
  (( CURRENT == 2 )) && _describe command commands
  _files
fi
`;
}

function fish(commands: readonly Known[]): string {
  const lines = ['# warmwire completion fish > ~/.config/fish/completions/warmwire.fish'];
  for (const { name, summary } of commands) lines.push(`complete -c warmwire -n __fish_use_subcommand -a ${name} -d ${single(summary)}`);
  for (const { name, options } of commands) {
    for (const { flags, summary, takesValue } of options) {
      const named = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
      lines.push(
        `complete -c warmwire -n '__fish_seen_subcommand_from ${name}' ${named}${takesValue ? ' -r' : ''} -d ${single(firstClause(summary))}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What stands before a colon or a bracket is enough beside a flag. */
const firstClause = (summary: string): string => summary.split(/[:(]/)[0]!.trim();
