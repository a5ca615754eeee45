import type { Db } from '../../platform/db/database.ts';
import { cloudResourceErrors } from '../cloud-resources/index.ts';
import type { CloudResourceOverview, ResourceUser } from './overview.ts';
import type { OverviewSources } from './overview-service.ts';
import { listResources, resourceNamed } from './resource-overview.ts';
import { listServicesById } from './resource-overview-store.ts';

export interface ResourceOverviewServiceOptions extends Pick<OverviewSources, 'kinds' | 'variables' | 'comparison'> {
  db: Db;
}

export type ResourceOverviewService = ReturnType<typeof createResourceOverviewService>;

/** Cloud resources at one glance, wherever they are, and the services that live of them. */
export function createResourceOverviewService(options: ResourceOverviewServiceOptions) {
  const { db, kinds, variables, comparison } = options;

  async function find(organizationId: string, id: string): Promise<CloudResourceOverview> {
    const [found] = await listResources(db, kinds, organizationId, { id });
    if (found === undefined) throw cloudResourceErrors.CLOUD_RESOURCE_NOT_FOUND();
    return found.view;
  }

  /** Where services may mean this resource by its name: an environment's own resource of that name hides one of none. */
  async function environmentsOf(organizationId: string, resource: CloudResourceOverview): Promise<string[]> {
    const { id, name, environmentId } = resource;
    const using =
      environmentId === null ? await variables.listEnvironmentsUsing(organizationId, name) : [environmentId];
    const meant = await Promise.all(
      using.map(async (environment) => {
        const own = await listResources(db, kinds, organizationId, { environmentId: environment });
        const named = resourceNamed(own, name);
        return named === undefined || named.id === id || (environmentId === null && named.outputCount === 0);
      }),
    );
    return using.filter((_environment, index) => meant[index]);
  }

  async function usersIn(organizationId: string, name: string, environmentId: string): Promise<ResourceUser[]> {
    const { toResources } = await variables.listReferences(organizationId, environmentId);
    const users = new Map(
      toResources.filter(({ toResource }) => toResource === name).map((each) => [each.fromServiceId, each.variables]),
    );
    if (users.size === 0) return [];
    const undeployed = await comparison.listUndeployed(organizationId, environmentId);
    const services = await listServicesById(db, organizationId, [...users.keys()]);
    return services.map((service) => ({
      ...service,
      variables: users.get(service.id) ?? [],
      hasUndeployedChanges: undeployed.has(service.id),
    }));
  }

  return {
    /** Newest first; `search` is a part of a name or kind. */
    async list(
      organizationId: string,
      page: { limit: number; before: string | undefined; search: string | undefined },
    ): Promise<CloudResourceOverview[]> {
      return (await listResources(db, kinds, organizationId, page)).map(({ view }) => view);
    },

    /** @throws AppError CLOUD_RESOURCE_NOT_FOUND */
    get: find,

    /** The services whose variables take outputs of a resource. @throws AppError CLOUD_RESOURCE_NOT_FOUND */
    async usersOf(organizationId: string, id: string): Promise<ResourceUser[]> {
      const resource = await find(organizationId, id);
      const environments = await environmentsOf(organizationId, resource);
      const users = await Promise.all(environments.map((each) => usersIn(organizationId, resource.name, each)));
      return users.flat();
    },
  };
}
