import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions } from '../command-line/context.ts';

/** What commands that start a stack update have in common. */
export interface FollowOptions extends CommonOptions {
  detach?: boolean;
  verbose?: boolean;
}

/** How an update is shown. */
export const showOptions = (command: Command): Command =>
  command.option('-d, --detach', 'do not wait for it').option('-v, --verbose', 'show all output of the program');

/** Which resource is meant, and how its update is shown. */
export const followOptions = (command: Command): Command =>
  showOptions(command.argument('<resource>', 'name, KIND/NAME or id'));

/** As `followOptions`, with the time that it may take. */
export const updateOptions = (command: Command): Command =>
  followOptions(command).option('--timeout <minutes>', 'end it after so long; 60 when nothing else is said');

/** The value of `--timeout`; undefined where it is not given. @throws CliError */
export function minutesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,4}$/.test(text)) throw wrongUsage(`"${text}" is no number of minutes.`);
  return Number(text);
}
