import { type CompletedCommand, singleQuoted } from './completed-command.ts';

const entry = (name: string, text: string): string =>
  singleQuoted(`${name.replaceAll(':', '\\:')}:${text.replaceAll(':', '\\:')}`);

function described(words: readonly { name: string; text: string }[]): string {
  return words.map(({ name, text }) => entry(name, text)).join(' ');
}

function wordsAfter({ members, options }: CompletedCommand): string {
  return described([
    ...members.map(({ name, summary }) => ({ name, text: summary })),
    ...options.map(({ name, description }) => ({ name, text: description })),
  ]);
}

function cases(commands: readonly CompletedCommand[], prefix = ''): string[] {
  return commands.flatMap((command) => {
    const path = `${prefix}${command.name}`;
    return [`    ${singleQuoted(path)}) entries=(${wordsAfter(command)}) ;;`, ...cases(command.members, `${path} `)];
  });
}

/** The same words as bash has, with what they mean. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const groups = commands.filter(({ members }) => members.length > 0).map(({ name }) => name);
  const top = described(commands.map(({ name, summary }) => ({ name, text: summary })));
  return `#compdef davit
_davit() {
  local -a entries
  local command='' word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $word in
      --) _files; return ;;
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
    '') entries=(${top}) ;;
${cases(commands).join('\n')}
  esac
  (( \${#entries} )) && _describe davit entries
  [[ -n $command ]] && _files
}
if [[ $funcstack[1] == _davit ]]; then _davit "$@"; else compdef _davit davit; fi
`;
}
