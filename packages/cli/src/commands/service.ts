import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import { type CommonOptions, type Context, openService } from '../command-line/context.ts';
import {
  acting,
  commandGroup,
  davitCommand,
  type ServiceOptions,
  serviceOption,
} from '../command-line/davit-command.ts';
import { confirmRemoval, deleteService } from '../deploy/delete-service.ts';
import { getNamedService, getProject, listAllServices } from '../session/find-service.ts';
import { formatSettings, parseSettings, withDefaultLimits } from '../settings/setting-words.ts';
import { readSourceCredential } from '../source/read-source-credential.ts';
import {
  checkSourceOptions,
  namedSource,
  replaceSource,
  type SourceOptions,
  sourceOptions,
} from '../source/service-source.ts';
import { formatTable } from '../terminal/table.ts';
import { createServiceSourceCommand } from './service-source.ts';

interface CreateOptions extends CommonOptions, SourceOptions {
  project: string;
  kind: string;
  schedule?: string;
}

async function list(context: Context, options: CommonOptions & { project?: string }): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const all = await listAllServices(api);
  const shown = all.filter(({ project }) => options.project === undefined || project.name === options.project);
  const rows = shown.map(({ project, service }) => [
    output.style.bold(`${project.name}/${service.name}`),
    service.kind,
    service.activeReleaseId === null ? 'never deployed' : service.desiredState,
    service.url ?? '-',
  ]);
  output.result({
    value: shown.map(({ service }) => service),
    text: shown.length === 0 ? 'There is no service yet.' : formatTable(rows),
    quiet: shown.map(({ project, service }) => `${project.name}/${service.name}`).join('\n'),
  });
}

async function create(context: Context, options: CreateOptions, name = ''): Promise<void> {
  const { kind, schedule } = options;
  if (kind !== 'web' && kind !== 'worker' && kind !== 'cron') {
    throw wrongUsage(`"${kind}" is no kind of service: it is web, worker or cron.`);
  }
  const source = replaceSource(
    { type: 'upload', rootFolder: '' },
    namedSource(options) ?? { type: 'upload' },
    options.rootFolder,
  );
  checkSourceOptions(source, options);
  const sourceCredential = await readSourceCredential(options, context);
  const { api } = await context.connect();
  const project = await getProject(api, options.project);
  const service = await unwrap(
    api.POST('/v1/projects/{id}/services', {
      params: { path: { id: project.id } },
      body: {
        name,
        kind,
        source,
        ...(sourceCredential === undefined ? {} : { sourceCredential }),
        ...(schedule === undefined ? {} : { settings: { schedule } }),
      },
    }),
  );
  context.output.result({
    value: service,
    text: `Made ${project.name}/${service.name}. Deploy it with \`davit deploy -s ${project.name}/${service.name}\`.`,
    quiet: service.id,
  });
}

async function remove(context: Context, options: CommonOptions & { yes?: boolean }, name = ''): Promise<void> {
  const connection = await context.connect();
  const service = await getNamedService(connection.api, name);
  await confirmRemoval(`the service ${service.name} with everything that it made`, options.yes);
  const run = await deleteService(connection, service, context.output);
  context.output.result({ value: run, text: `Deleted ${service.name}.` });
}

async function settings(context: Context, options: ServiceOptions, ...words: string[]): Promise<void> {
  const { output } = context;
  const patch = parseSettings(words);
  const { connection, service } = await openService(context, options.service);
  if (words.length === 0) {
    const rows = withDefaultLimits(formatSettings(service.settings), service.defaultLimits);
    output.result({ value: service.settings, text: formatTable(rows) });
    return;
  }
  const changed = await unwrap(
    connection.api.PATCH('/v1/services/{id}', {
      params: { path: { id: service.id } },
      body: { settings: patch },
    }),
  );
  output.result({ value: changed.settings, text: `Changed ${Object.keys(patch).join(', ')}.` });
  output.note(output.noteStyle.dim('It takes effect with the next deployment: `davit deploy`.'));
}

/** `davit service` */
export function createServiceCommand(): Command {
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list the services',
    examples: [['davit service list', 'of all projects']],
  }).option('-p, --project <name>', 'of one project');
  const createCommand = sourceOptions(
    davitCommand({
      name: 'create',
      summary: 'create a service',
      examples: [
        ['davit service create api --project shop', 'fed by uploads'],
        ['davit service create api --project shop --git https://example.com/me/api.git#main', 'from a repository'],
        ['davit service create cache --project shop --image ghcr.io/owner/app:1.4', 'a finished image'],
      ],
    })
      .argument('<name>', 'lower-case letters, digits and dashes')
      .requiredOption('-p, --project <project>', 'name or id of its project')
      .option('--kind <kind>', 'web, worker or cron', 'web'),
  ).option('--schedule <cron>', 'when a cron service runs, in UTC');
  const deleteCommand = davitCommand({
    name: 'delete',
    summary: 'delete a service with everything that it made',
    examples: [['davit service delete shop/api', 'asks first']],
  })
    .argument('<service>', 'NAME, PROJECT/NAME or id')
    .option('-y, --yes', 'do not ask');
  const settingsCommand = davitCommand({
    name: 'settings',
    summary: 'show or change the settings of a service',
    examples: [
      ['davit service settings', 'show them'],
      ['davit service settings memoryMb=512 healthCheck.path=/healthz', 'change two'],
      ['davit service settings build.startCommand="node server.js"', 'a command'],
      ['davit service settings memoryMb=null', 'back to the default'],
    ],
  })
    .argument('[assignments...]', 'NAME=value, with the names that are shown without any')
    .addOption(serviceOption());
  return commandGroup(
    {
      name: 'service',
      summary: 'list, create, change and delete services',
      examples: [['davit service settings memoryMb=512', 'change a setting']],
    },
    [
      acting(listCommand, list),
      acting<CreateOptions>(createCommand, create),
      acting(deleteCommand, remove),
      acting(settingsCommand, settings),
      createServiceSourceCommand(),
    ],
  );
}
