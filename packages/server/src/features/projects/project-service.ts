import { createId } from '../../kernel/id.ts';
import { onViolation } from '../../platform/db/constraint.ts';
import type { Db } from '../../platform/db/database.ts';
import { hasRole, type Principal } from '../../platform/http/principal.ts';
import { isSameCreation } from './creation-key.ts';
import type { Environment, Project, UpdateEnvironment } from './project.ts';
import { projectErrors } from './project-errors.ts';
import {
  countServices,
  deleteEnvironment,
  deleteProject,
  type EnvironmentRow,
  findEnvironment,
  findProject,
  findProjectByName,
  insertEnvironment,
  insertProject,
  listEnvironments,
  listProjects,
  lockProject,
  type ProjectRow,
  updateEnvironment,
  updateProject,
} from './project-store.ts';
import { assertNoResources, type DeletionScope, removeWithoutResources } from './resources-inside.ts';

function presentEnvironment(row: EnvironmentRow): Environment {
  return {
    id: row.id,
    projectId: row.projectId,
    name: row.name,
    kind: row.kind as Environment['kind'],
    deployApproval: row.deployApproval as Environment['deployApproval'],
    driftCheckHours: row.driftCheckHours,
    createdAt: row.createdAt.toISOString(),
  };
}

function presentProject(row: ProjectRow, environments: readonly EnvironmentRow[]): Project {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    environments: environments.filter(({ projectId }) => projectId === row.id).map(presentEnvironment),
  };
}

export type ProjectService = ReturnType<typeof createProjectService>;

/** Projects and their environments. Every call is bound to one organization; what is another's is not found. */
export function createProjectService({ db }: { db: Db }) {
  async function get(organizationId: string, id: string): Promise<Project> {
    const [row, environments] = await Promise.all([
      findProject(db, organizationId, id),
      listEnvironments(db, organizationId, [id]),
    ]);
    if (row === undefined) throw projectErrors.PROJECT_NOT_FOUND();
    return presentProject(row, environments);
  }

  /** An environment of this project: the one that is named, else its first. @throws AppError ENVIRONMENT_NOT_FOUND */
  async function getEnvironmentOf(organizationId: string, projectId: string, id: string | undefined) {
    const { environments } = await get(organizationId, projectId);
    const environment = id === undefined ? environments[0] : environments.find((one) => one.id === id);
    if (environment === undefined) throw projectErrors.ENVIRONMENT_NOT_FOUND();
    return environment;
  }

  return {
    get,
    getEnvironmentOf,

    /** One more than `limit` rows, newest first, so that the caller sees whether there is a next page. */
    async list(organizationId: string, limit: number, before?: string): Promise<Project[]> {
      const rows = await listProjects(db, organizationId, limit + 1, before);
      const ids = rows.map(({ id }) => id);
      const environments = await listEnvironments(db, organizationId, ids);
      return rows.map((row) => presentProject(row, environments));
    },

    /** With its first environment, `production`. */
    async create(
      organizationId: string,
      { name, description, creationKey }: { name: string; description: string; creationKey?: string | undefined },
    ): Promise<Project> {
      return await db.transaction().execute(async (trx) => {
        const made = { id: createId('prj'), organizationId, name, description, creationKey: creationKey ?? null };
        const row = await insertProject(trx, made);
        if (row === undefined) {
          const existing = await findProjectByName(trx, organizationId, name);
          if (!isSameCreation(existing, creationKey)) throw projectErrors.PROJECT_NAME_TAKEN();
          return presentProject(existing, await listEnvironments(trx, organizationId, [existing.id]));
        }
        const environment = await insertEnvironment(trx, {
          id: createId('env'),
          organizationId,
          projectId: row.id,
          name: 'production',
          kind: 'production',
          creationKey: null,
        });
        return presentProject(row, environment === undefined ? [] : [environment]);
      });
    },

    async update(
      organizationId: string,
      id: string,
      changes: { name?: string | undefined; description?: string | undefined },
    ) {
      await get(organizationId, id);
      await onViolation('projects_name_key', projectErrors.PROJECT_NAME_TAKEN, () =>
        updateProject(db, organizationId, id, changes),
      );
      return await get(organizationId, id);
    },

    async delete(organizationId: string, id: string): Promise<void> {
      await get(organizationId, id);
      if ((await countServices(db, organizationId, { projectId: id })) > 0) throw projectErrors.PROJECT_NOT_EMPTY();
      // A service may have come in between: then its foreign key keeps the project.
      const remove = () =>
        db
          .transaction()
          .execute((trx) =>
            removeWithoutResources(trx, organizationId, { projectId: id, environmentId: null }, () =>
              deleteProject(trx, organizationId, id),
            ),
          );
      await onViolation('services_project_id_fkey', projectErrors.PROJECT_NOT_EMPTY, remove);
    },

    async createEnvironment(
      organizationId: string,
      projectId: string,
      { name, kind, creationKey }: { name: string; kind: Environment['kind']; creationKey?: string | undefined },
    ) {
      await get(organizationId, projectId);
      const made = { id: createId('env'), organizationId, projectId, name, kind, creationKey: creationKey ?? null };
      const row = await onViolation('environments_project_id_fkey', projectErrors.PROJECT_NOT_FOUND, () =>
        insertEnvironment(db, made),
      );
      if (row !== undefined) return presentEnvironment(row);
      const rows = await listEnvironments(db, organizationId, [projectId]);
      const existing = rows.find((each) => each.name === name);
      if (!isSameCreation(existing, creationKey)) throw projectErrors.ENVIRONMENT_NAME_TAKEN();
      return presentEnvironment(existing);
    },

    /** What guards deployments is for admins: else whoever needs an approval could do away with it. */
    async updateEnvironment(
      { organizationId, role }: Pick<Principal, 'organizationId' | 'role'>,
      projectId: string,
      id: string,
      changes: UpdateEnvironment,
    ) {
      const isGuard = changes.deployApproval !== undefined || changes.driftCheckHours !== undefined;
      if (isGuard && !hasRole(role, 'admin')) throw projectErrors.ENVIRONMENT_GUARDED();
      const environment = await getEnvironmentOf(organizationId, projectId, id);
      await onViolation('environments_name_key', projectErrors.ENVIRONMENT_NAME_TAKEN, () =>
        updateEnvironment(db, organizationId, environment.id, changes),
      );
      return await getEnvironmentOf(organizationId, projectId, id);
    },

    async deleteEnvironment(organizationId: string, projectId: string, id: string): Promise<void> {
      const remove = () =>
        db.transaction().execute(async (trx) => {
          // Locked, so that two who delete one each do not take the last two.
          if (!(await lockProject(trx, organizationId, projectId))) throw projectErrors.PROJECT_NOT_FOUND();
          const environments = await listEnvironments(trx, organizationId, [projectId]);
          if (!environments.some((environment) => environment.id === id)) throw projectErrors.ENVIRONMENT_NOT_FOUND();
          if (environments.length === 1) throw projectErrors.ENVIRONMENT_LAST();
          if ((await countServices(trx, organizationId, { environmentId: id })) > 0)
            throw projectErrors.ENVIRONMENT_NOT_EMPTY();
          await removeWithoutResources(trx, organizationId, { projectId, environmentId: id }, () =>
            deleteEnvironment(trx, organizationId, id),
          );
        });
      await onViolation('services_environment_id_fkey', projectErrors.ENVIRONMENT_NOT_EMPTY, remove);
    },

    /** @throws AppError PROJECT_HAS_RESOURCES, ENVIRONMENT_HAS_RESOURCES */
    assertNoResources: (organizationId: string, scope: DeletionScope) => assertNoResources(db, organizationId, scope),

    /** @throws AppError ENVIRONMENT_NOT_FOUND */
    async getEnvironment(organizationId: string, id: string): Promise<Environment> {
      const row = await findEnvironment(db, organizationId, id);
      if (row === undefined) throw projectErrors.ENVIRONMENT_NOT_FOUND();
      return presentEnvironment(row);
    },
  };
}
