import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { validateManifests } from '../infrastructure/apply-manifests.ts';
import { checkDrift } from '../infrastructure/check-drift.ts';
import { formatOutputs } from '../infrastructure/deploy-manifests.ts';
import { findResource, listResources } from '../infrastructure/find-resource.ts';
import { followUpdate, formatChanges } from '../infrastructure/follow-update.ts';
import { readManifests } from '../infrastructure/read-manifests.ts';
import { type FollowOptions, minutesOf, updateOptions } from '../infrastructure/update-options.ts';
import { formatAge } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';
import { createResourceDeleteCommand, createResourceDestroyCommand } from './resource-destroy.ts';
import { createResourceImportCommand } from './resource-import.ts';
import { createResourceModuleCommand } from './resource-module.ts';
import { createResourceStateCommand } from './resource-state.ts';

interface UpdateOptions extends FollowOptions {
  clearPending?: boolean;
  preview?: boolean;
  timeout?: string;
}
type Operation = 'preview' | 'deploy' | 'refresh';

async function list(context: Context): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const resources = await listResources(api);
  const rows = resources.map(({ kind, name, id, resourceCount, createdAt, pendingOperations, deleting }) => {
    const pending = pendingOperations.length > 0 ? ', some cut short' : '';
    const state = deleting ? 'being deleted' : `${resourceCount} resources${pending}`;
    return [output.style.bold(`${kind}/${name}`), id, state, formatAge(createdAt)];
  });
  const text = resources.length === 0 ? 'There is no cloud resource yet.' : formatTable(rows);
  output.result({ value: resources, text, quiet: resources.map(({ id }) => id).join('\n') });
}

async function get(context: Context, _options: CommonOptions, wanted = ''): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const { id } = await findResource(api, wanted);
  const resource = await unwrap(api.GET('/v1/cloud-resources/{id}', { params: { path: { id } } }));
  const pending = resource.pendingOperations.map(({ type, urn }) => `  ${sanitizeLine(`${type} ${urn}`)}`);
  const lines = [
    `${output.style.bold(`${resource.kind}/${resource.name}`)} ${resource.id}`,
    `stack ${resource.stackFqdn}, ${resource.resourceCount} resources`,
    ...(pending.length === 0
      ? []
      : ['Cut short, to be looked at and then refreshed with --clear-pending:', ...pending]),
    ...(resource.outputs.length === 0 ? [] : [formatOutputs(resource.outputs)]),
  ];
  output.result({ value: resource, text: lines.join('\n'), quiet: resource.id });
}

function updating(operation: Operation) {
  return async (context: Context, options: UpdateOptions, wanted = ''): Promise<void> => {
    const { output } = context;
    const timeoutMinutes = minutesOf(options.timeout);
    const connection = await context.connect();
    const resource = await findResource(connection.api, wanted);
    const name = `${resource.kind}/${resource.name}`;
    const body = {
      clearPending: options.clearPending === true,
      ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
      // Of a deployment only: the others refuse it.
      ...(options.preview === true ? { preview: true } : {}),
    };
    const path = `/v1/cloud-resources/{id}/${operation}` as const;
    const update = await unwrap(connection.api.POST(path, { params: { path: { id: resource.id } }, body }));
    const { verbose, detach } = options;
    const ended = await followUpdate(connection, update, { output, verbose, detach });
    const text = detach
      ? `${operation} of ${name}: ${ended.id}`
      : `${operation} of ${name}: ${formatChanges(ended.changes)}`;
    output.result({ value: ended, text, quiet: ended.id });
  };
}

async function kinds(context: Context): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const { items } = await unwrap(api.GET('/v1/kinds'));
  const rows = items.map(({ name, provider, summary, module }) => [
    output.style.bold(name),
    provider ?? '-',
    sanitizeLine(module === null ? summary : `${summary} (${module.url})`),
  ]);
  output.result({ value: items, text: formatTable(rows), quiet: items.map(({ name }) => name).join('\n') });
}

function formatField({ path, type, required, default: preset, description }: Schemas['KindField']): string[] {
  const state = required ? 'required' : preset === undefined ? '' : `default ${JSON.stringify(preset)}`;
  return [`  ${path}`, type, state, sanitizeLine(description)];
}

async function explain(context: Context, _options: CommonOptions, kind = ''): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const found = await unwrap(api.GET('/v1/kinds/{kind}', { params: { path: { kind } } }));
  const outputs = Object.entries(found.outputs).map(([name, words]) => [`  ${name}`, words]);
  const lines = [
    `${output.style.bold(found.name)} ${sanitizeLine(found.summary)}`,
    `provider: ${found.provider ?? 'none'}`,
    ...(found.fields.length === 0 ? [] : ['', 'spec:', formatTable(found.fields.map(formatField))]),
    ...(outputs.length === 0 ? [] : ['', 'outputs:', formatTable(outputs)]),
    ...(found.sample === null ? [] : ['', 'a manifest to begin with:', found.sample.trimEnd()]),
  ];
  output.result({ value: found, text: lines.join('\n'), quiet: found.fields.map(({ path }) => path).join('\n') });
}

async function validate(context: Context, options: CommonOptions & { file?: string }): Promise<void> {
  const { output } = context;
  if (options.file === undefined) throw wrongUsage('Say which manifest is meant, with --file.');
  const manifests = await readManifests(options.file);
  const { api } = await context.connect();
  const order = await validateManifests(api, manifests);
  const lines = order.waves.map(
    (wave, index) => `${index + 1}. ${wave.map(({ kind, name }) => `${kind}/${name}`).join(', ')}`,
  );
  output.result({ value: order, text: `Valid. In this order:\n${lines.join('\n')}` });
}

/** `davit resource` */
export function createResourceCommand(): Command {
  const one = (name: string, summary: string) =>
    davitCommand({ name, summary, examples: [[`davit resource ${name} bucket`, summary]] });
  const plain = (name: string, summary: string) =>
    davitCommand({ name, summary, examples: [[`davit resource ${name}`, summary]] });
  return commandGroup(
    {
      name: 'resource',
      summary: 'see, preview, refresh and destroy cloud resources',
      examples: [
        ['davit resource list', 'what there is'],
        ['davit deploy -f bucket.yaml', 'how one is made'],
      ],
    },
    [
      acting(plain('list', 'list the cloud resources'), list),
      acting(one('get', 'show a cloud resource with its outputs').argument('<resource>', 'name, KIND/NAME or id'), get),
      acting<UpdateOptions>(updateOptions(one('preview', 'show what a deployment would change')), updating('preview')),
      acting<UpdateOptions>(
        updateOptions(one('deploy', 'deploy a cloud resource as it is stored')).option(
          '--preview',
          'show what would change, then wait until somebody approves it',
        ),
        updating('deploy'),
      ),
      acting<UpdateOptions>(
        updateOptions(one('refresh', 'compare the state with what is there')).option(
          '--clear-pending',
          'drop creations that were cut short from the state',
        ),
        updating('refresh'),
      ),
      acting<CommonOptions>(
        one('drift', 'look what is not as the state says; changes neither').argument(
          '<resource>',
          'name, KIND/NAME or id',
        ),
        checkDrift,
      ),
      createResourceDestroyCommand(),
      createResourceDeleteCommand(),
      createResourceImportCommand(),
      createResourceStateCommand(),
      createResourceModuleCommand(),
      acting(plain('kinds', 'list the kinds of cloud resource'), kinds),
      acting(
        davitCommand({
          name: 'explain',
          summary: 'show the fields of a kind with their defaults',
          examples: [['davit resource explain AwsS3Bucket', 'what its manifest may say']],
        }).argument('<kind>', 'as manifests write it'),
        explain,
      ),
      acting<CommonOptions & { file?: string }>(
        davitCommand({
          name: 'validate',
          summary: 'check manifests without storing or deploying them',
          examples: [['davit resource validate -f bucket.yaml', 'what is wrong, with line and column']],
        }).option('-f, --file <path>', 'a file, a folder, or - for standard input'),
        validate,
      ),
    ],
  );
}
