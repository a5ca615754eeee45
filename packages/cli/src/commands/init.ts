import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { linkTo } from '../deploy/link-to.ts';
import { readUpSource } from '../deploy/up-source.ts';
import { resolveTarget } from '../deploy/up-target.ts';

interface InitOptions extends CommonOptions {
  project?: string;
  service?: string;
  rootFolder?: string;
  kind: string;
  schedule?: string;
}

async function init(context: Context, options: InitOptions, text = '.'): Promise<void> {
  const { output } = context;
  const { project, service: named, schedule, rootFolder = '', kind } = options;
  if (kind !== 'web' && kind !== 'worker' && kind !== 'cron') {
    throw wrongUsage(`"${kind}" is no kind of service: it is web, worker or cron.`);
  }
  const source = await readUpSource(text, output);
  if (source.type !== 'folder') throw wrongUsage('init is for a folder; deploy a repository with `davit up URL`.');
  const connection = await context.connect();
  const { service, isNew } = await resolveTarget(connection, {
    source,
    project,
    service: named,
    kind,
    schedule,
    rootFolder,
  });
  const link = await linkTo(connection, source.folder, service);
  output.result({
    value: { ...link, created: isNew },
    text: `${isNew ? 'Made' : 'Linked'} ${link.project}/${link.service}. Deploy it with \`davit deploy\`.`,
    quiet: service.id,
  });
}

/** `davit init` */
export function createInitCommand(): Command {
  const command = davitCommand({
    name: 'init',
    summary: 'create a project and a service for a folder',
    description: 'Creates a project and a service for a folder and links it to them, without deploying anything yet.',
    examples: [
      ['davit init', 'called like this folder'],
      ['davit init --project shop --service api', 'as one service of several'],
    ],
  })
    .argument('[folder]', 'the source', '.')
    .option('-p, --project <name>', 'the project, made when there is none')
    .option('-s, --service <name>', 'the service: NAME or PROJECT/NAME')
    .option('--root-folder <path>', 'the folder inside the source that is built')
    .option('--kind <kind>', 'of a new service: web, worker or cron', 'web')
    .option('--schedule <cron>', 'when a new cron service runs, in UTC');
  return acting<InitOptions>(command, init);
}
