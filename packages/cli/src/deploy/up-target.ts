import { isDeepStrictEqual } from 'node:util';
import { type ApiClient, type Schemas, unwrap } from '@davit/api';
import { cancelled, failed } from '../command-line/cli-error.ts';
import type { Connection } from '../session/connection.ts';
import {
  eachService,
  findProject,
  findServiceById,
  getNamedService,
  listAllServices,
} from '../session/find-service.ts';
import { type Link, readLink } from '../session/link-file.ts';
import { replaceSource, type WantedSource } from '../source/service-source.ts';
import { ask, canAsk } from '../terminal/prompt.ts';
import type { UpSource } from './up-source.ts';

type Service = Schemas['Service'];

export interface TargetOptions {
  source: UpSource;
  /** `--project`: its services may be deployed to without a question. */
  project: string | undefined;
  /** `--service` */
  service: string | undefined;
  kind: 'web' | 'worker' | 'cron';
  /** Of a cron service. */
  schedule: string | undefined;
  rootFolder: string;
}

/** Where a source is deployed to, and whether that was made just now. */
export interface UpTarget {
  service: Service;
  isNew: boolean;
}

/** The value of `server` in a link to this server. */
export const linkServer = ({ isLocal, url }: Connection): string => (isLocal ? 'local' : url);

async function findLinked(connection: Connection, folder: string): Promise<Service | undefined> {
  const link: Link | undefined = await readLink(folder);
  if (link === undefined || link.server !== linkServer(connection)) return undefined;
  return await findServiceById(connection.api, link.serviceId);
}

/** A service that was named: by its id, as PROJECT/NAME, or as the only one of its name. */
async function findNamed(api: ApiClient, { service, project }: TargetOptions): Promise<Service | undefined> {
  if (service === undefined) return undefined;
  if (service.startsWith('svc_')) return await getNamedService(api, service);
  const [name = '', inProject = project] = service.split('/').reverse();
  const matching = (await listAllServices(api)).filter(
    (each) => each.service.name === name && (inProject === undefined || each.project.name === inProject),
  );
  return matching.length > 1 ? await getNamedService(api, service) : matching[0]?.service;
}

function isSameRepository(service: Service, source: UpSource): boolean {
  return source.type === 'git' && service.source.type === 'git' && service.source.url === source.url;
}

/** A service of this name may be of another folder that happens to be called the same: nobody is to lose a service by that. */
async function confirmReuse(project: string, service: Service): Promise<void> {
  const name = `${project}/${service.name}`;
  if (!canAsk()) {
    throw failed(`There is a service ${name} already, and this folder is not linked to it.`, {
      hint: `Deploy to it with \`--service ${name}\`, or choose another name with \`--project NAME\`.`,
    });
  }
  const answer = await ask(`There is a service ${name} already. Deploy to it? [y/N] `);
  if (!/^y/i.test(answer?.trim() ?? '')) {
    throw cancelled('Nothing was deployed.', { hint: 'Choose another name with `--project NAME`.' });
  }
}

async function createTarget(api: ApiClient, projectId: string, name: string, options: TargetOptions): Promise<Service> {
  const { source, kind, schedule, rootFolder } = options;
  return await unwrap(
    api.POST('/v1/projects/{id}/services', {
      params: { path: { id: projectId } },
      body: {
        name,
        kind,
        source: { ...toServiceSource(source), rootFolder },
        ...(source.type === 'git' && source.credential !== undefined ? { sourceCredential: source.credential } : {}),
        ...(schedule === undefined ? {} : { settings: { schedule } }),
      },
    }),
  );
}

function toServiceSource(source: UpSource): Exclude<WantedSource, { type: 'image' }> {
  return source.type === 'folder' ? { type: 'upload' } : { type: 'git', url: source.url, reference: source.reference };
}

/** The service that a source belongs to: linked, named, of the same repository, or made now. */
export async function resolveTarget(connection: Connection, options: TargetOptions): Promise<UpTarget> {
  const { api } = connection;
  const { source, project: projectName } = options;
  const isNamed = options.service !== undefined || projectName !== undefined;
  const linked = source.type === 'folder' && !isNamed ? await findLinked(connection, source.folder) : undefined;
  const found = linked ?? (await findNamed(api, options));
  if (found !== undefined) return { service: found, isNew: false };

  const [serviceName = source.name, namedProject = projectName] = options.service?.split('/').reverse() ?? [];
  const wanted = namedProject ?? source.name;
  const known = await findProject(api, wanted);
  const project = known ?? (await unwrap(api.POST('/v1/projects', { body: { name: wanted } })));
  const name = options.service === undefined ? (projectName === undefined ? project.name : source.name) : serviceName;
  for await (const service of eachService(api, project.id)) {
    if (service.desiredState === 'deleted') continue;
    if (service.name !== name && !(isSameRepository(service, source) && !isNamed)) continue;
    if (!isNamed && !isSameRepository(service, source)) await confirmReuse(project.name, service);
    return { service, isNew: false };
  }
  try {
    return { service: await createTarget(api, project.id, name, options), isNew: true };
  } catch (error) {
    // A source that is refused leaves nothing behind.
    const params = { path: { id: project.id } };
    if (known === undefined) await api.DELETE('/v1/projects/{id}', { params }).catch(() => undefined);
    throw error;
  }
}

/** Brings the source of a service that is there up to what was named now. */
export async function updateSource(
  api: ApiClient,
  service: Service,
  source: UpSource,
  rootFolder: string | undefined,
): Promise<Service> {
  const wanted = replaceSource(service.source, toServiceSource(source), rootFolder);
  const credential = source.type === 'git' ? source.credential : undefined;
  if (isDeepStrictEqual(wanted, service.source) && credential === undefined) return service;
  return await unwrap(
    api.PATCH('/v1/services/{id}', {
      params: { path: { id: service.id } },
      body: { source: wanted, ...(credential === undefined ? {} : { sourceCredential: credential }) },
    }),
  );
}
