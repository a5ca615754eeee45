import type { Db } from '../../platform/db/database.ts';
import type { RowChange } from '../../platform/events/change-listener.ts';

/** Where something is. */
export interface Place {
  projectId: string;
  environmentId?: string | undefined;
  serviceId?: string | undefined;
  cloudResourceId?: string | undefined;
}

/** What is gone is still told of for a while: the end of the run that deleted it is. */
const keptAfterDeletionMs = 10 * 60_000;

/**
 * Which project every environment, service and cloud resource is in, in memory: a change of a run names its service only, and there are
 * hundreds of them a second on a busy platform. Nothing ever moves to another project.
 */
export function createProjectDirectory() {
  let places = new Map<string, Place>();
  let gone: { id: string; at: number }[] = [];

  function forgetOld(now: number): void {
    const old = gone.filter(({ at }) => now - at >= keptAfterDeletionMs);
    if (old.length === 0) return;
    gone = gone.filter(({ at }) => now - at < keptAfterDeletionMs);
    for (const { id } of old) places.delete(id);
  }

  return {
    /** Reads all of it anew. */
    async read(db: Db): Promise<void> {
      const fresh = new Map<string, Place>();
      for (const { id } of await db.selectFrom('projects').select('id').execute()) fresh.set(id, { projectId: id });
      for (const { id, projectId } of await db.selectFrom('environments').select(['id', 'projectId']).execute())
        fresh.set(id, { projectId, environmentId: id });
      for (const { id, projectId, environmentId } of await db
        .selectFrom('services')
        .select(['id', 'projectId', 'environmentId'])
        .execute())
        fresh.set(id, { projectId, environmentId, serviceId: id });
      // Those of no environment are on no canvas.
      const resources = db
        .selectFrom('cloudResources')
        .innerJoin('environments', 'environments.id', 'cloudResources.environmentId')
        .where('deletedAt', 'is', null)
        .select(['cloudResources.id', 'environments.projectId', 'environments.id as environmentId']);
      for (const { id, ...place } of await resources.execute()) fresh.set(id, { ...place, cloudResourceId: id });
      places = fresh;
      gone = [];
    },

    /** Keeps itself up to date from what is heard. */
    hear({ id, projectId, environmentId, serviceId, cloudResourceId, gone: isGone }: RowChange): void {
      // Only rows that are places name their project.
      if (projectId === undefined || projectId === null) return;
      places.set(id, {
        projectId,
        environmentId: environmentId ?? undefined,
        serviceId: serviceId ?? undefined,
        cloudResourceId: cloudResourceId ?? undefined,
      });
      if (!isGone) return;
      gone.push({ id, at: Date.now() });
      forgetOld(Date.now());
    },

    find: (id: string): Place | undefined => places.get(id),
  };
}
