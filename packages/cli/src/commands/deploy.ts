import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { followDeployment } from '../deploy/follow-deployment.ts';
import { reportDeployment } from '../deploy/report-deployment.ts';
import { sendFolder } from '../deploy/send-folder.ts';
import { deployManifests } from '../infrastructure/deploy-manifests.ts';
import { previewManifests } from '../infrastructure/preview-manifests.ts';
import { findLink } from '../session/link-file.ts';
import { describeSource } from '../source/service-source.ts';

interface DeployOptions extends ServiceOptions {
  branch?: string;
  tag?: string;
  commit?: string;
  ifChanged?: boolean;
  detach?: boolean;
  verbose?: boolean;
  manifest?: string;
  preview?: boolean;
  environment?: string;
}

function referenceOf({ branch, tag, commit }: DeployOptions) {
  const given = [branch, tag, commit].filter((each) => each !== undefined);
  if (given.length > 1) throw wrongUsage('Give one of --branch, --tag and --commit.');
  if (branch !== undefined) return { branch };
  if (tag !== undefined) return { tag };
  return commit === undefined ? undefined : { commit };
}

/** The folder whose source is sent: the one that was named, or the one that is linked to this very service. */
async function folderFor(named: string | undefined, serviceId: string): Promise<string | undefined> {
  if (named !== undefined) return named;
  const linked = await findLink(process.cwd());
  return linked?.link.serviceId === serviceId ? linked.folder : undefined;
}

async function deploy(context: Context, options: DeployOptions, folder?: string): Promise<void> {
  const { output } = context;
  const reference = referenceOf(options);
  if (options.manifest !== undefined) {
    if (folder !== undefined || reference !== undefined || options.service !== undefined || options.ifChanged) {
      throw wrongUsage('--manifest deploys cloud resources: the options of services do not go with it.');
    }
    const act = options.preview ? previewManifests : deployManifests;
    await act(context, options.manifest, options);
    return;
  }
  if (options.preview || options.environment !== undefined) {
    throw wrongUsage('--preview and --environment are for cloud resources: name their manifests with --manifest.');
  }
  const { connection, service, remember } = await openService(context, options.service);
  const isUpload = service.source.type === 'upload';
  if (folder !== undefined && !isUpload) {
    throw wrongUsage(`${service.name} is made of ${describeSource(service.source)}, not of a folder.`, {
      hint: 'Leave the folder out, or change the source with `davit up FOLDER --service NAME`.',
    });
  }
  const sent = isUpload ? await folderFor(folder, service.id) : undefined;
  if (isUpload && sent === undefined) output.note(output.noteStyle.dim('(deploying what was uploaded last)'));
  const uploadId = sent === undefined ? undefined : await sendFolder(connection, sent, output);
  const deployment = await unwrap(
    connection.api.POST('/v1/services/{id}/deploy', {
      params: { path: { id: service.id } },
      body: { onlyIfChanged: options.ifChanged === true, uploadId, reference },
    }),
  );
  await remember();
  const { verbose, detach } = options;
  const ended = await followDeployment(connection, deployment, { output, verbose, detach });
  reportDeployment(output, service, ended);
}

/** `davit deploy` */
export function createDeployCommand(): Command {
  const command = davitCommand({
    name: 'deploy',
    summary: 'deploy a service again, or the cloud resources of a manifest',
    description:
      'Deploys a service with its source as it is now: the linked folder, or the newest commit of its branch.\nWhat was changed with `davit env set` comes in with it.',
    examples: [
      ['davit deploy', 'deploy the service of this folder'],
      ['davit deploy -s api --branch next', 'deploy another branch once'],
      ['davit deploy --if-changed', 'only when a watched file has changed'],
      ['davit deploy -f bucket.yaml', 'deploy a cloud resource'],
      ['davit deploy -f folder/ --preview', 'show what deploying several would change'],
    ],
  })
    .argument('[folder]', 'the folder that is sent, for a service without a repository')
    .addOption(serviceOption())
    .option('-f, --manifest <path>', 'deploy the cloud resources of a file, a folder, or - for standard input')
    .option('--preview', 'with --manifest: show what would change, in the order of the deployment, and deploy nothing')
    .option('--environment <environment>', 'with --manifest: where new ones belong; NAME, PROJECT/NAME or id')
    .option('--branch <name>', 'this branch, once')
    .option('--tag <name>', 'this tag, once')
    .option('--commit <hash>', 'this commit, once')
    .option('--if-changed', 'go on only when a watched path has changed')
    .option('-d, --detach', 'do not wait for the deployment')
    .option('-v, --verbose', 'show all output of the build');
  return acting<DeployOptions>(command, deploy);
}
