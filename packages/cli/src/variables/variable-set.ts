import { type Schemas, unwrap } from '@davit/api';
import { notFound } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import type { ServiceOptions } from '../command-line/davit-command.ts';
import type { Connection } from '../session/connection.ts';

/** Which variables a command speaks of. */
export interface VariableOptions extends ServiceOptions {
  /** Those of the environment instead of those of the service. */
  shared?: boolean;
}

/** The variables that a command works on: a service's, or those that its environment shares. */
export interface VariableSet {
  opened: Awaited<ReturnType<typeof openService>>;
  connection: Connection;
  /** Of the service or the environment. */
  id: string;
  /** The place of the set in the API. */
  path: '/v1/services/{id}/env';
  isShared: boolean;
  /** Whose they are, for people. */
  owner: string;
}

async function environmentsOf({ api }: Connection, projectId: string): Promise<Schemas['Environment'][]> {
  const project = await unwrap(api.GET('/v1/projects/{id}', { params: { path: { id: projectId } } }));
  return project.environments;
}

/** The environment of this name or id in the project of a service. @throws CliError when there is none */
export async function getEnvironment(
  connection: Connection,
  service: Schemas['Service'],
  nameOrId: string,
): Promise<Schemas['Environment']> {
  const environments = await environmentsOf(connection, service.projectId);
  const found = environments.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (found !== undefined) return found;
  throw notFound(`There is no environment "${nameOrId}".`, {
    lines: environments.map(({ name }) => `  ${name}`),
    hint: 'These are those of the project.',
  });
}

/** What the options of a command mean. */
export async function openVariables(context: Context, options: VariableOptions): Promise<VariableSet> {
  const opened = await openService(context, options.service);
  const { connection, service } = opened;
  const isShared = options.shared === true;
  if (!isShared)
    return { opened, connection, id: service.id, path: '/v1/services/{id}/env', isShared, owner: service.name };
  const environment = await getEnvironment(connection, service, service.environmentId);
  // The routes of an environment have the schemas of a service's, word for word: one type stands for both.
  const path = '/v1/environments/{id}/env' as unknown as '/v1/services/{id}/env';
  return { opened, connection, id: environment.id, path, isShared, owner: `the environment ${environment.name}` };
}
