import { createId } from '../../kernel/id.ts';
import { onViolation } from '../../platform/db/constraint.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Environment, Project } from './project.ts';
import { projectErrors } from './project-errors.ts';
import {
  countServices,
  deleteEnvironment,
  deleteProject,
  type EnvironmentRow,
  findEnvironment,
  findProject,
  insertEnvironment,
  insertProject,
  listEnvironments,
  listProjects,
  lockProject,
  type ProjectRow,
  renameEnvironment,
  updateProject,
} from './project-store.ts';

function presentEnvironment(row: EnvironmentRow): Environment {
  return {
    id: row.id,
    projectId: row.projectId,
    name: row.name,
    kind: row.kind as Environment['kind'],
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
    const row = await findProject(db, organizationId, id);
    if (row === undefined) throw projectErrors.PROJECT_NOT_FOUND();
    return presentProject(row, await listEnvironments(db, organizationId, [id]));
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
    async create(organizationId: string, input: { name: string; description: string }): Promise<Project> {
      return await db.transaction().execute(async (trx) => {
        const row = await insertProject(trx, { id: createId('prj'), organizationId, ...input });
        if (row === undefined) throw projectErrors.PROJECT_NAME_TAKEN();
        const environment = await insertEnvironment(trx, {
          id: createId('env'),
          organizationId,
          projectId: row.id,
          name: 'production',
          kind: 'production',
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
      await onViolation('services_project_id_fkey', projectErrors.PROJECT_NOT_EMPTY, () =>
        deleteProject(db, organizationId, id),
      );
    },

    async createEnvironment(
      organizationId: string,
      projectId: string,
      input: { name: string; kind: Environment['kind'] },
    ) {
      await get(organizationId, projectId);
      const row = await onViolation('environments_project_id_fkey', projectErrors.PROJECT_NOT_FOUND, () =>
        insertEnvironment(db, { id: createId('env'), organizationId, projectId, ...input }),
      );
      if (row === undefined) throw projectErrors.ENVIRONMENT_NAME_TAKEN();
      return presentEnvironment(row);
    },

    async updateEnvironment(organizationId: string, projectId: string, id: string, { name }: { name: string }) {
      const environment = await getEnvironmentOf(organizationId, projectId, id);
      await onViolation('environments_name_key', projectErrors.ENVIRONMENT_NAME_TAKEN, () =>
        renameEnvironment(db, organizationId, id, name),
      );
      return { ...environment, name };
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
          await deleteEnvironment(trx, organizationId, id);
        });
      await onViolation('services_environment_id_fkey', projectErrors.ENVIRONMENT_NOT_EMPTY, remove);
    },

    /** @throws AppError ENVIRONMENT_NOT_FOUND */
    async getEnvironment(organizationId: string, id: string): Promise<Environment> {
      const row = await findEnvironment(db, organizationId, id);
      if (row === undefined) throw projectErrors.ENVIRONMENT_NOT_FOUND();
      return presentEnvironment(row);
    },
  };
}
