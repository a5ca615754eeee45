import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { failed } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { confirmRemoval, deleteService } from '../deploy/delete-service.ts';
import { eachProject, eachService, getProject } from '../session/find-service.ts';
import { formatAge } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

interface DeleteOptions extends CommonOptions {
  withServices?: boolean;
  yes?: boolean;
}

/** What a project's services do, as far as there are any: `3 running, 1 failing`. */
function formatHealth({ services, ...states }: Schemas['ProjectHealth']): string {
  if (services === 0) return 'no services';
  return Object.entries(states)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

async function list(context: Context): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const projects = await Array.fromAsync(eachProject(api));
  const rows = projects.map(({ name, id, createdAt, description, health }) => [
    output.style.bold(name),
    id,
    formatHealth(health),
    formatAge(createdAt),
    sanitizeLine(description),
  ]);
  output.result({
    value: projects,
    text: projects.length === 0 ? 'There is no project yet.' : formatTable(rows),
    quiet: projects.map(({ name }) => name).join('\n'),
  });
}

async function create(context: Context, options: CommonOptions & { description?: string }, name = ''): Promise<void> {
  const { api } = await context.connect();
  const { description } = options;
  const body = { name, ...(description === undefined ? {} : { description }) };
  const project = await unwrap(api.POST('/v1/projects', { body }));
  context.output.result({ value: project, text: `Made ${project.name} (${project.id}).`, quiet: project.id });
}

async function remove(context: Context, options: DeleteOptions, name = ''): Promise<void> {
  const { output } = context;
  const connection = await context.connect();
  const project = await getProject(connection.api, name);
  const services = await Array.fromAsync(eachService(connection.api, project.id));
  if (services.length > 0 && !options.withServices) {
    throw failed(`${project.name} has services.`, {
      lines: services.map((service) => `  ${service.name}`),
      hint: 'Delete them first, or all at once with --with-services.',
    });
  }
  await confirmRemoval(`${project.name}${services.length > 0 ? ' with all its services' : ''}`, options.yes);
  for (const service of services) await deleteService(connection, service, output);
  await unwrap(connection.api.DELETE('/v1/projects/{id}', { params: { path: { id: project.id } } }));
  output.result({ value: { id: project.id, deleted: true }, text: `Deleted ${project.name}.` });
}

/** `davit project` */
export function createProjectCommand(): Command {
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list the projects',
    examples: [['davit project list', 'newest first']],
  });
  const createCommand = davitCommand({
    name: 'create',
    summary: 'create a project',
    examples: [['davit project create shop', 'with a production environment']],
  })
    .argument('<name>', 'lower-case letters, digits and dashes')
    .option('--description <text>', 'what it is');
  const deleteCommand = davitCommand({
    name: 'delete',
    summary: 'delete a project',
    examples: [['davit project delete shop --with-services', 'with everything in it']],
  })
    .argument('<project>', 'name or id')
    .option('--with-services', 'and its services with all that they made')
    .option('-y, --yes', 'do not ask');
  return commandGroup(
    {
      name: 'project',
      summary: 'list, create and delete projects',
      examples: [['davit project list', 'what there is']],
    },
    [acting(listCommand, list), acting(createCommand, create), acting(deleteCommand, remove)],
  );
}
