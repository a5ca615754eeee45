import { resolve } from 'node:path';
import { detectPlan, formatPlan } from '@davit/build-plan';
import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';

interface PlanOptions extends CommonOptions {
  rootFolder?: string;
  install?: string;
  build?: string;
  start?: string;
}

async function plan({ output }: Context, options: PlanOptions, folder = '.'): Promise<void> {
  const { rootFolder, install, build, start } = options;
  const found = await detectPlan(resolve(folder), {
    ...(rootFolder === undefined ? {} : { rootFolder }),
    ...(install === undefined ? {} : { installCommand: install }),
    ...(build === undefined ? {} : { buildCommand: build }),
    ...(start === undefined ? {} : { startCommand: start }),
  });
  output.result({ value: found, text: formatPlan(found).trimEnd(), quiet: found.language });
}

/** `davit plan` */
export function createPlanCommand(): Command {
  const command = davitCommand({
    name: 'plan',
    summary: 'show how a folder would be built, and why',
    description: 'Shows how davit would install, build and start a folder, and why. Runs nothing and needs no server.',
    examples: [
      ['davit plan', 'of this folder'],
      ['davit plan . --root-folder apps/web', 'of a part of it'],
    ],
  })
    .argument('[folder]', 'the source', '.')
    .option('--root-folder <path>', 'the folder inside the source that is built')
    .option('--install <command>', 'as if the install command were this')
    .option('--build <command>', 'as if the build command were this')
    .option('--start <command>', 'as if the start command were this');
  return acting<PlanOptions>(command, plan);
}
