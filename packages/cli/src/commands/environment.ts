import { type Schemas, unwrap } from '@davit/api';
import { type Command, Option } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { confirmRemoval } from '../deploy/delete-service.ts';
import { getEnvironment, listEnvironments, type NamedEnvironment } from '../session/find-environment.ts';
import { getProject } from '../session/find-service.ts';
import {
  approvalWords,
  type EnvironmentOptions,
  environmentChanges,
  formatApproval,
  formatDriftEvery,
} from '../settings/environment-settings.ts';
import { formatTable } from '../terminal/table.ts';

const kinds = ['production', 'staging', 'preview'] as const;

interface CreateOptions extends CommonOptions {
  kind: (typeof kinds)[number];
}

const pathOf = ({ projectId, id }: Schemas['Environment']) => ({ path: { id: projectId, environmentId: id } });

function rowOf({ environment, name }: NamedEnvironment, bold: (text: string) => string): string[] {
  return [bold(name), environment.id, environment.kind, formatApproval(environment), formatDriftEvery(environment)];
}

async function list(context: Context, _options: CommonOptions, project?: string): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const all = await listEnvironments(api, project);
  const rows = all.map((each) => rowOf(each, output.style.bold));
  output.result({
    value: all.map(({ environment }) => environment),
    text: rows.length === 0 ? 'There is no project yet.' : formatTable(rows),
    quiet: all.map(({ name }) => name).join('\n'),
  });
}

async function get(context: Context, _options: CommonOptions, wanted = ''): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const found = await getEnvironment(api, wanted);
  const text = formatTable([rowOf(found, output.style.bold)]);
  output.result({ value: found.environment, text, quiet: found.environment.id });
}

async function create(context: Context, { kind }: CreateOptions, projectName = '', name = ''): Promise<void> {
  const { api } = await context.connect();
  const project = await getProject(api, projectName);
  const params = { path: { id: project.id } };
  const made = await unwrap(api.POST('/v1/projects/{id}/environments', { params, body: { name, kind } }));
  context.output.result({ value: made, text: `Made ${project.name}/${made.name} (${made.id}).`, quiet: made.id });
}

async function set(context: Context, options: CommonOptions & EnvironmentOptions, wanted = ''): Promise<void> {
  const body = environmentChanges(options);
  const { api } = await context.connect();
  const { environment, name } = await getEnvironment(api, wanted);
  const params = pathOf(environment);
  const changed = await unwrap(api.PATCH('/v1/projects/{id}/environments/{environmentId}', { params, body }));
  const renamed = `${name.slice(0, name.indexOf('/'))}/${changed.name}`;
  const text = `${renamed}: cloud resources are ${formatApproval(changed)}, ${formatDriftEvery(changed)}.`;
  context.output.result({ value: changed, text, quiet: changed.id });
}

async function remove(context: Context, options: CommonOptions & { yes?: boolean }, wanted = ''): Promise<void> {
  const { api } = await context.connect();
  const { environment, name } = await getEnvironment(api, wanted);
  await confirmRemoval(`the environment ${name}`, options.yes);
  const params = pathOf(environment);
  await unwrap(api.DELETE('/v1/projects/{id}/environments/{environmentId}', { params }));
  context.output.result({ value: { id: environment.id, deleted: true }, text: `Deleted ${name}.` });
}

/** `davit environment` */
export function createEnvironmentCommand(): Command {
  const one = (name: string, summary: string, example: string) =>
    davitCommand({ name, summary, examples: [[`davit environment ${name} ${example}`, summary]] });
  const named = (command: Command) => command.argument('<environment>', 'NAME, PROJECT/NAME or id');
  const setCommand = davitCommand({
    name: 'set',
    summary: 'change what holds for an environment',
    description:
      'Changes what holds for an environment: whether another member must approve deployments of its cloud resources,\nand how often they are compared with what is there. Only admins may change these two.',
    examples: [
      ['davit environment set shop/production --approval another-member', 'two pairs of eyes'],
      ['davit environment set shop/production --drift-every 6h', 'look for drift four times a day'],
      ['davit environment set shop/production --drift-every off', 'only when somebody asks'],
    ],
  });
  return commandGroup(
    {
      name: 'environment',
      summary: "list, create, change and delete a project's environments",
      examples: [['davit environment list shop', 'what there is, and what holds in it']],
    },
    [
      acting(one('list', 'list environments', 'shop').argument('[project]', 'of this project alone: name or id'), list),
      acting(named(one('get', 'show an environment', 'shop/production')), get),
      acting<CreateOptions>(
        one('create', 'add an environment to a project', 'shop staging')
          .argument('<project>', 'name or id')
          .argument('<name>', 'lower-case letters, digits and dashes')
          .addOption(new Option('--kind <kind>', 'what it is for').choices(kinds).default('staging')),
        create,
      ),
      acting<CommonOptions & EnvironmentOptions>(
        named(setCommand)
          .addOption(
            new Option('--approval <who>', 'who approves deployments of cloud resources').choices(approvalWords),
          )
          .option('--drift-every <interval>', 'how often drift is looked for: 6h, 1d, or off')
          .option('--rename <name>', 'another name'),
        set,
      ),
      acting<CommonOptions & { yes?: boolean }>(
        named(one('delete', 'delete an environment without services', 'shop/staging')).option(
          '-y, --yes',
          'do not ask',
        ),
        remove,
      ),
    ],
  );
}
