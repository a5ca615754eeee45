import type { ApiClient, Schemas } from '@davit/api';
import { notFound, wrongUsage } from '../command-line/cli-error.ts';
import { eachProject, getProject } from './find-service.ts';

type Environment = Schemas['Environment'];

/** An environment with the name of its project: how people call it. */
export interface NamedEnvironment {
  readonly environment: Environment;
  /** `PROJECT/ENVIRONMENT` */
  readonly name: string;
}

/** Environments of one project, or of all. @throws CliError when there is no such project */
export async function listEnvironments(api: ApiClient, projectName?: string): Promise<NamedEnvironment[]> {
  const projects =
    projectName === undefined ? await Array.fromAsync(eachProject(api)) : [await getProject(api, projectName)];
  return projects.flatMap(({ name, environments }) =>
    environments.map((environment) => ({ environment, name: `${name}/${environment.name}` })),
  );
}

/** The environment that an id, a name or PROJECT/NAME means. @throws CliError when there is none, or several */
export async function getEnvironment(api: ApiClient, wanted: string): Promise<NamedEnvironment> {
  const all = await listEnvironments(api);
  const found = all.filter(({ environment, name }) => [environment.id, environment.name, name].includes(wanted));
  const [only, ...more] = found;
  if (only === undefined) {
    throw notFound(`There is no environment "${wanted}".`, { hint: 'See `davit environment list`.' });
  }
  if (more.length > 0) {
    throw wrongUsage(`"${wanted}" names several environments.`, {
      lines: found.map(({ environment, name }) => `  ${name}  ${environment.id}`),
      hint: 'Name one as PROJECT/ENVIRONMENT or by its id.',
    });
  }
  return only;
}
