import { type Schemas, unwrap } from '@davit/api';
import type { Connection } from '../session/connection.ts';
import { type Link, writeLink } from '../session/link-file.ts';
import { linkServer } from './up-target.ts';

/** Links a folder to a service of this server. */
export async function linkTo(connection: Connection, folder: string, service: Schemas['Service']): Promise<Link> {
  const { api } = connection;
  const project = await unwrap(api.GET('/v1/projects/{id}', { params: { path: { id: service.projectId } } }));
  const link: Link = {
    server: linkServer(connection),
    projectId: project.id,
    project: project.name,
    serviceId: service.id,
    service: service.name,
  };
  await writeLink(folder, link);
  return link;
}
