import type { CompletedCommand } from './completed-command.ts';

/** Text inside single quotes of fish, where only the quote and the backslash mean something. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function optionLine(condition: string, { name, description, takesValue }: CompletedCommand['options'][number]): string {
  const flag = name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
  return `complete -c davit -n ${quoted(condition)} ${flag}${takesValue ? ' -r' : ''} -d ${quoted(description)}`;
}

function memberLines(group: CompletedCommand): string[] {
  const names = group.members.map(({ name }) => name).join(' ');
  const within = `__fish_seen_subcommand_from ${group.name}`;
  return group.members.flatMap((member) => [
    `complete -c davit -f -n ${quoted(`${within}; and not __fish_seen_subcommand_from ${names}`)} -a ${member.name} -d ${quoted(member.summary)}`,
    ...member.options.map((option) => optionLine(`${within}; and __fish_seen_subcommand_from ${member.name}`, option)),
  ]);
}

/** Commands, their members and options; files everywhere else, as fish does by itself. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c davit -f -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ...command.options.map((option) => optionLine(`__fish_seen_subcommand_from ${command.name}`, option)),
    ...memberLines(command),
  ]);
  return `# fish completion for davit\n${lines.join('\n')}\n`;
}
