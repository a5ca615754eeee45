import { Command, Option } from 'commander';
import { type CommonOptions, type Context, createContext } from './context.ts';

export interface CommandDescription {
  name: string;
  /** One line, for the list of commands. */
  summary: string;
  /** More than the summary, where it is needed. */
  description?: string;
  /** At least one: what somebody would type, and what it is for. */
  examples: readonly (readonly [command: string, meaning: string])[];
}

function formatExamples(examples: CommandDescription['examples']): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `\nExamples:\n${examples.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}`).join('\n')}`;
}

/** A command with what all of them have: `--json`, `--quiet`, and help with examples. */
export function davitCommand({ name, summary, description, examples }: CommandDescription): Command {
  return new Command(name)
    .summary(summary)
    .description(description ?? summary)
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'print only what a script needs')
    .addHelpText('after', formatExamples(examples))
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
}

/** A command that only holds others, such as `env`. */
export function commandGroup(description: CommandDescription, members: readonly Command[]): Command {
  const group = new Command(description.name)
    .summary(description.summary)
    .description(description.description ?? description.summary)
    .addHelpText('after', formatExamples(description.examples))
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const member of members) group.addCommand(member);
  return group;
}

/** `--service`, for commands about one service. */
export const serviceOption = (): Option =>
  new Option('-s, --service <service>', 'name, PROJECT/NAME or id of the service').argParser((text: string) => text);

export interface ServiceOptions extends CommonOptions {
  service?: string;
}

type Action<Options> = (context: Context, options: Options, ...operands: string[]) => Promise<void>;

/** Gives a command its work: called with the context, the options and what else was typed. */
export function acting<Options extends CommonOptions>(command: Command, action: Action<Options>): Command {
  return command.action(async (...given: unknown[]) => {
    const options = command.opts<Options>();
    const operands = given
      .slice(0, -2)
      .flat()
      .filter((operand) => operand !== undefined) as string[];
    await action(createContext(options), options, ...operands);
  });
}
