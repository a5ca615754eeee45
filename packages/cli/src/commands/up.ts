import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { followDeployment } from '../deploy/follow-deployment.ts';
import { linkTo } from '../deploy/link-to.ts';
import { reportDeployment } from '../deploy/report-deployment.ts';
import { sendFolder } from '../deploy/send-folder.ts';
import { readUpSource, type UpSource } from '../deploy/up-source.ts';
import { linkServer, resolveTarget, updateSource } from '../deploy/up-target.ts';
import { openPlatform } from '../local/open-platform.ts';
import { rememberService } from '../session/choose-service.ts';
import type { Connection } from '../session/connection.ts';
import { readLink } from '../session/link-file.ts';
import {
  readSourceCredential,
  type SourceCredentialOptions,
  sourceCredentialOptions,
} from '../source/read-source-credential.ts';

interface UpOptions extends CommonOptions, SourceCredentialOptions {
  project?: string;
  service?: string;
  rootFolder?: string;
  kind: string;
  schedule?: string;
  detach?: boolean;
  verbose?: boolean;
}

const kinds = ['web', 'worker', 'cron'] as const;

function kindOf(text: string): (typeof kinds)[number] {
  const kind = kinds.find((each) => each === text);
  if (kind === undefined) throw wrongUsage(`"${text}" is no kind of service: it is web, worker or cron.`);
  return kind;
}

async function readSource(context: Context, text: string, options: UpOptions): Promise<UpSource> {
  const source = await readUpSource(text, context.output);
  const credential = await readSourceCredential(options, context);
  if (credential === undefined) return source;
  if (source.type === 'folder') throw wrongUsage('A token or key is for a Git repository, and this is a folder.');
  return { ...source, credential };
}

async function linkFolder(connection: Connection, folder: string, service: Schemas['Service'], context: Context) {
  const link = await readLink(folder).catch(() => undefined);
  if (link?.serviceId === service.id && link.server === linkServer(connection)) return;
  try {
    await linkTo(connection, folder, service);
  } catch (error) {
    context.output.warn(`the folder could not be linked to the service: ${(error as Error).message}`);
  }
}

async function up(context: Context, options: UpOptions, text = '.'): Promise<void> {
  const { output, config } = context;
  const kind = kindOf(options.kind);
  const source = await readSource(context, text, options);
  const link = source.type === 'folder' ? await readLink(source.folder) : undefined;
  const connection = await openPlatform(context, link?.server);
  const { api, key } = connection;

  const { project, service: named, schedule, rootFolder } = options;
  const target = await resolveTarget(connection, {
    source,
    project,
    service: named,
    kind,
    schedule,
    rootFolder: rootFolder ?? '',
  });
  const service = target.isNew ? target.service : await updateSource(api, target.service, source, rootFolder);
  if (source.type === 'folder') await linkFolder(connection, source.folder, service, context);
  await rememberService(config, key, service.id);

  const body = source.type === 'folder' ? { uploadId: await sendFolder(connection, source.folder, output) } : {};
  const deployment = await unwrap(api.POST('/v1/services/{id}/deploy', { params: { path: { id: service.id } }, body }));
  const { verbose, detach } = options;
  const ended = await followDeployment(connection, deployment, { output, verbose, detach });
  reportDeployment(output, service, ended);
}

/** `davit up` */
export function createUpCommand(): Command {
  const command = sourceCredentialOptions(
    davitCommand({
      name: 'up',
      summary: 'make sure davit runs, deploy a folder or a repository, print its address',
      description:
        'Makes sure that davit runs on this machine, deploys a folder or a Git repository to it, and prints the address.\n' +
        'The first time a project and a service are made and the folder is linked to them; after that it is deployed again.',
      examples: [
        ['davit up', 'deploy this folder'],
        ['davit up examples/hello-node', 'deploy another one'],
        ['davit up https://example.com/me/app.git#main', 'deploy a branch of a repository'],
        ['davit up --service shop/api', 'deploy this folder as one of several services'],
      ],
    })
      .argument('[source]', 'a folder, or the address of a Git repository with #branch, #refs/tags/TAG or #COMMIT', '.')
      .option('-p, --project <name>', 'the project, made when there is none; otherwise called like the folder')
      .option('-s, --service <name>', 'the service: NAME, PROJECT/NAME or its id')
      .option('--root-folder <path>', 'the folder inside the source that is built')
      .option('--kind <kind>', 'of a new service: web, worker or cron', 'web')
      .option('--schedule <cron>', 'when a new cron service runs, in UTC'),
  )
    .option('-d, --detach', 'do not wait for the deployment')
    .option('-v, --verbose', 'show all output of the build');
  return acting<UpOptions>(command, up);
}
