import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { bashCompletion } from '../completion/bash.ts';
import type { CompletedCommand } from '../completion/completed-command.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';

const scripts: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

function describe(command: Command): CompletedCommand {
  return {
    name: command.name(),
    summary: command.summary(),
    options: command.options.flatMap(({ short, long, description, required }) =>
      [short, long]
        .filter((name) => name !== undefined && name !== null)
        .map((name) => ({ name, description, takesValue: required })),
    ),
    members: command.commands.map(describe),
  };
}

type LoadableCommands = readonly { load: () => Promise<Command> }[];

async function completion(all: LoadableCommands, { output }: Context, shell: string): Promise<void> {
  const write = Object.entries(scripts).find(([name]) => name === shell)?.[1];
  if (write === undefined) throw wrongUsage(`There is no completion for "${shell}": it is for bash, zsh and fish.`);
  const commands = await Promise.all(all.map(({ load }) => load()));
  const text = write(commands.map(describe)).trimEnd();
  output.result({ value: { shell, script: text }, text, quiet: text });
}

/** `davit completion`, of all the commands given. */
export function createCompletionCommand(all: LoadableCommands): Command {
  const command = davitCommand({
    name: 'completion',
    summary: 'print the completion script of bash, zsh or fish',
    examples: [
      ['source <(davit completion bash)', 'in ~/.bashrc'],
      ['davit completion zsh > "${fpath[1]}/_davit"', 'once'],
      ['davit completion fish > ~/.config/fish/completions/davit.fish', 'once'],
    ],
  }).argument('<shell>', 'bash, zsh or fish');
  return acting<CommonOptions>(command, (context, _options, shell = '') => completion(all, context, shell));
}
