import type { Option } from './command.ts';

/** A command as completion knows it. */
export type Completed = { readonly name: string; readonly summary: string; readonly options: readonly Option[] };

/** Shells that a script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** The script that makes a shell complete commands and options; files everywhere else. */
export function completionScript(shell: (typeof SHELLS)[number], commands: readonly Completed[]): string {
  return shell === 'fish' ? fishScript(commands) : shell === 'zsh' ? zshScript(commands) : bashScript(commands);
}

function bashScript(commands: readonly Completed[]): string {
  return `# parley completion for bash: source it, or save it as ~/.local/share/bash-completion/completions/parley
_parley() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" one="\${COMP_WORDS[1]}" two="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" words=""
${cases(commands)}
  if [ -n "$words" ] || [ "$COMP_CWORD" -gt 1 ]; then
    [[ "$cur" == -* || "$COMP_CWORD" -le 2 ]] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else
    COMPREPLY=($(compgen -W "${firsts(commands).join(' ')} help" -- "$cur"))
  fi
}
complete -o default -F _parley parley
`;
}

function zshScript(commands: readonly Completed[]): string {
  return `#compdef parley
# parley completion for zsh: save it as _parley in a directory of $fpath
autoload -U +X bashcompinit && bashcompinit
${bashScript(commands)}`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => {
    const [first = '', second] = name.split(' ');
    const here =
      second === undefined
        ? `__fish_seen_subcommand_from ${first}`
        : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`;
    return [
      second === undefined
        ? `complete -c parley -n __fish_use_subcommand -a ${first} -d ${quoted(summary)}`
        : `complete -c parley -n '__fish_seen_subcommand_from ${first}' -a ${second} -d ${quoted(summary)}`,
      ...options.map(
        (option) => `complete -c parley -n '${here}' -l ${option.name}${option.value === undefined ? '' : ' -r'} -d ${quoted(option.help)}`,
      ),
    ];
  });
  const groups = [
    ...new Set(
      commands
        .map(({ name }) => name)
        .filter((name) => name.includes(' '))
        .map((name) => name.split(' ')[0]),
    ),
  ];
  return `# parley completion for fish: save it as ~/.config/fish/completions/parley.fish\n${[...lines, ...groups.map((group) => `complete -c parley -n __fish_use_subcommand -a ${group}`)].join('\n')}\n`;
}

/** Words after one or two words of a command; the longer name is looked at first. */
function cases(commands: readonly Completed[]): string {
  const optionsOf = (options: readonly Option[]): string => options.map(({ name }) => `--${name}`).join(' ');
  const twos = commands.filter(({ name }) => name.includes(' '));
  const ones = commands.filter(({ name }) => !name.includes(' '));
  const groups = [...new Set(twos.map(({ name }) => name.split(' ')[0] ?? ''))];
  return [
    '  case "$one" in',
    ...ones.map(({ name, options }) => `    ${name}) words="${optionsOf(options)}" ;;`),
    ...groups.map((group) => {
      const seconds = twos.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => name.split(' ')[1]);
      return `    ${group}) words="${seconds.join(' ')}" ;;`;
    }),
    '  esac',
    '  [ "$COMP_CWORD" -gt 2 ] && case "$two" in',
    ...twos.map(({ name, options }) => `    "${name}") words="${optionsOf(options)}" ;;`),
    '  esac',
  ].join('\n');
}

function firsts(commands: readonly Completed[]): readonly string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
