import type { Db } from '../../platform/db/database.ts';

/** A service with the names that people know it by. */
export interface NamedService {
  id: string;
  hostLabel: string | null;
  organization: string;
  project: string;
  environment: string;
  service: string;
}

/** Every service of the platform that is not being deleted. */
export async function listNamedServices(db: Db): Promise<NamedService[]> {
  return await db
    .selectFrom('services')
    .innerJoin('organizations', 'organizations.id', 'services.organizationId')
    .innerJoin('projects', 'projects.id', 'services.projectId')
    .innerJoin('environments', 'environments.id', 'services.environmentId')
    .select([
      'services.id',
      'services.hostLabel',
      'services.name as service',
      'organizations.name as organization',
      'projects.name as project',
      'environments.name as environment',
    ])
    .where('services.desiredState', '<>', 'deleted')
    .execute();
}
