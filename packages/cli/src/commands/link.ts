import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { linkTo } from '../deploy/link-to.ts';
import { chooseService } from '../session/choose-service.ts';

async function link(context: Context, _options: CommonOptions, named?: string): Promise<void> {
  const { output, config } = context;
  const connection = await context.connect();
  const service = await chooseService(connection, { named, link: undefined, config, output });
  const made = await linkTo(connection, process.cwd(), service);
  output.result({ value: made, text: `This folder is ${made.project}/${made.service} now.`, quiet: service.id });
}

/** `davit link` */
export function createLinkCommand(): Command {
  const command = davitCommand({
    name: 'link',
    summary: 'link this folder to a service',
    description: 'Links this folder to a service, so that the commands that are called in it speak of that one.',
    examples: [
      ['davit link shop/api', 'this folder is the service api of the project shop'],
      ['davit link', 'the only service there is, or the one deployed last'],
    ],
  }).argument('[service]', 'NAME, PROJECT/NAME or id');
  return acting<CommonOptions>(command, link);
}
