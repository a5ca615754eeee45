import { type ApiClient, ApiError, eachItem, type Schemas, unwrap } from '@davit/api';
import { notFound, wrongUsage } from '../command-line/cli-error.ts';

type Service = Schemas['Service'];
type Project = Schemas['Project'];
type ProjectSummary = Schemas['ProjectSummary'];

/** All projects of the organization, newest first. */
export function eachProject(api: ApiClient): AsyncIterable<ProjectSummary> {
  return eachItem((cursor) => unwrap(api.GET('/v1/projects', { params: { query: { limit: 200, cursor } } })));
}

/** All services of a project, newest first. */
export function eachService(api: ApiClient, projectId: string, name?: string): AsyncIterable<Service> {
  return eachItem((cursor) =>
    unwrap(
      api.GET('/v1/projects/{id}/services', {
        params: { path: { id: projectId }, query: { limit: 200, cursor, name } },
      }),
    ),
  );
}

/** The service with this id; undefined when there is none. */
export async function findServiceById(api: ApiClient, id: string): Promise<Service | undefined> {
  try {
    const service = await unwrap(api.GET('/v1/services/{id}', { params: { path: { id } } }));
    return service.desiredState === 'deleted' ? undefined : service;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** The project of this name or id; undefined when there is none. */
export async function findProject(api: ApiClient, nameOrId: string): Promise<Project | undefined> {
  for await (const project of eachProject(api)) {
    if (project.id === nameOrId || project.name === nameOrId) return project;
  }
  return undefined;
}

/** @throws CliError when there is no such project */
export async function getProject(api: ApiClient, nameOrId: string): Promise<Project> {
  const project = await findProject(api, nameOrId);
  if (project === undefined) {
    throw notFound(`There is no project "${nameOrId}".`, { hint: 'See `davit project list`.' });
  }
  return project;
}

/** Every service of the organization, with its project. */
export async function listAllServices(api: ApiClient): Promise<{ project: Project; service: Service }[]> {
  const found: { project: Project; service: Service }[] = [];
  for await (const project of eachProject(api)) {
    for await (const service of eachService(api, project.id)) {
      if (service.desiredState !== 'deleted') found.push({ project, service });
    }
  }
  return found;
}

/**
 * The service that `svc_…`, `name` or `project/name` means.
 * @throws CliError when there is none, or several have this name
 */
export async function getNamedService(api: ApiClient, text: string): Promise<Service> {
  if (text.startsWith('svc_')) {
    const service = await findServiceById(api, text);
    if (service !== undefined) return service;
  }
  const [name = '', projectName] = text.split('/').reverse();
  const all = await listAllServices(api);
  const matching = all.filter(
    ({ project, service }) => service.name === name && (projectName === undefined || project.name === projectName),
  );
  const [first] = matching;
  if (first === undefined) throw notFound(`There is no service "${text}".`, { hint: 'See `davit service list`.' });
  if (matching.length > 1) {
    throw wrongUsage(`Several services are called "${text}".`, {
      lines: matching.map(({ project, service }) => `  ${project.name}/${service.name}  ${service.id}`),
      hint: 'Name one as PROJECT/SERVICE or by its id.',
    });
  }
  return first.service;
}
