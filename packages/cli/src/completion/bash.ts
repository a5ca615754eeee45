import type { CompletedCommand } from './completed-command.ts';

function wordsAfter({ members, options }: CompletedCommand): string {
  return [...members.map(({ name }) => name), ...options.map(({ name }) => name), '--help'].join(' ');
}

/** One line for each command, `env` and `env set` alike: what can follow it. */
function cases(commands: readonly CompletedCommand[], prefix = ''): string[] {
  return commands.flatMap((command) => {
    const path = `${prefix}${command.name}`;
    return [`    '${path}') words='${wordsAfter(command)}' ;;`, ...cases(command.members, `${path} `)];
  });
}

/** Words for what comes next; files where a command takes them. Needs nothing but bash itself. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const groups = commands.filter(({ members }) => members.length > 0).map(({ name }) => name);
  return `# bash completion for davit
_davit() {
  local current=\${COMP_WORDS[COMP_CWORD]} command='' words='' word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      --) return ;;
      -*) continue ;;
    esac
    if [[ -z $command ]]; then
      command=$word
    elif [[ ' ${groups.join(' ')} ' == *" $command "* ]]; then
      command="$command $word"
      break
    else
      break
    fi
  done
  case $command in
    '') words='${[...commands.map(({ name }) => name), 'help', '--help', '--version'].join(' ')}' ;;
${cases(commands).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _davit davit
`;
}
