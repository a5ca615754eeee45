import type { Db } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { cancelRuns } from '../deployments/index.ts';
import { type ProjectDeletion, type ProjectService, projectErrors } from '../projects/index.ts';
import { listBusyRuns } from './busy-runs.ts';
import type { DeletionInput } from './deletion.ts';
import { listServicesIn, markServicesDeleted } from './deletion-store.ts';

export interface DeletionServiceOptions {
  db: Db;
  engine: RunEngine;
  projects: ProjectService;
}

type Who = Pick<Principal, 'organizationId' | 'userId'>;

/** Asks for the deletion of a project or an environment with all of its services: a run does it. */
export function createDeletionService({ db, engine, projects }: DeletionServiceOptions): ProjectDeletion {
  async function enqueue({ organizationId, userId }: Who, input: DeletionInput): Promise<{ runId: string }> {
    // Before any of its services is ended.
    await projects.assertNoResources(organizationId, input);
    const { services, runId } = await db.transaction().execute(async (trx) => {
      const services = await listServicesIn(trx, organizationId, input);
      await markServicesDeleted(
        trx,
        organizationId,
        services.map(({ id }) => id),
      );
      const run = await engine.enqueue(trx, {
        kind: input.environmentId === null ? 'project.delete' : 'environment.delete',
        organizationId,
        subject: input.environmentId ?? input.projectId,
        input,
        askedBy: userId,
      });
      return { services, runId: run.id };
    });
    // The run does this too, but where there are few workers they may be what keeps it from its turn.
    for (const { id } of services) {
      const busy = await listBusyRuns(db, organizationId, id);
      await cancelRuns((...which) => engine.cancel(...which), organizationId, busy, userId);
    }
    return { runId };
  }

  return {
    /** @throws AppError PROJECT_NOT_FOUND, PROJECT_HAS_RESOURCES */
    async deleteProject(who, id) {
      await projects.get(who.organizationId, id);
      return await enqueue(who, { projectId: id, environmentId: null });
    },

    /** @throws AppError ENVIRONMENT_NOT_FOUND, ENVIRONMENT_LAST, ENVIRONMENT_HAS_RESOURCES */
    async deleteEnvironment(who, projectId, id) {
      const { environments } = await projects.get(who.organizationId, projectId);
      if (!environments.some((environment) => environment.id === id)) throw projectErrors.ENVIRONMENT_NOT_FOUND();
      if (environments.length === 1) throw projectErrors.ENVIRONMENT_LAST();
      return await enqueue(who, { projectId, environmentId: id });
    },
  };
}
