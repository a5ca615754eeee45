import { sql } from 'kysely';
import type { Db } from '../../platform/db/database.ts';
import type { DeploymentSource } from './deployment.ts';
import type { DeployedSource } from './source-comparison.ts';

/** A release with what it was made from. */
export interface ComparedRelease extends DeployedSource {
  id: string;
  settings: unknown;
}

/** Releases with the sources of their deployments; a rollback with that of the deployment which it brought back. */
export async function listComparedReleases(
  db: Db,
  organizationId: string,
  releaseIds: readonly string[],
): Promise<Map<string, ComparedRelease>> {
  const read = async (ids: readonly string[]) => {
    if (ids.length === 0) return [];
    const rows = await db
      .selectFrom('releases')
      .innerJoin('deployments', 'deployments.id', 'releases.deploymentId')
      .select(['releases.id', 'releases.settings', 'deployments.source', 'deployments.commitSha'])
      .where('releases.organizationId', '=', organizationId)
      .where('releases.id', 'in', ids)
      .execute();
    return rows.map((row) => ({ ...row, source: row.source as unknown as DeploymentSource }));
  };
  const found = new Map((await read(releaseIds)).map((row) => [row.id, row]));
  // A rollback to a rollback refers to an older one each time, so that this ends.
  for (;;) {
    const behind = new Set(
      [...found.values()].flatMap(({ source }) => (source.type === 'release' ? [source.releaseId] : [])),
    );
    const sources = new Map((await read([...behind])).map(({ id, source }) => [id, source]));
    if (sources.size === 0) return found;
    for (const row of found.values()) {
      if (row.source.type === 'release') row.source = sources.get(row.source.releaseId) ?? row.source;
    }
  }
}

/** The newest deployment of each of these services that was asked for with a source of its own, if it got as far as to know it. */
export async function listNewestSources(
  db: Db,
  organizationId: string,
  serviceIds: readonly string[],
): Promise<Map<string, DeployedSource>> {
  if (serviceIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('deployments')
    .distinctOn('serviceId')
    .select(['serviceId', 'source', 'commitSha'])
    .where('organizationId', '=', organizationId)
    .where('serviceId', 'in', serviceIds)
    .where((where) =>
      where.or([where('commitSha', 'is not', null), where(sql<string>`source ->> 'type'`, '=', 'upload')]),
    )
    .where(sql<string>`source ->> 'type'`, '<>', 'release')
    .orderBy('serviceId')
    .orderBy('id', 'desc')
    .execute();
  return new Map(
    rows.map(({ serviceId, source, commitSha }) => [
      serviceId,
      { source: source as unknown as DeploymentSource, commitSha },
    ]),
  );
}

/** What the services of an environment are now, as far as deployments bring it in. */
export async function listDeployedServices(
  db: Db,
  organizationId: string,
  scope: { environmentId: string } | { serviceId: string },
) {
  let query = db
    .selectFrom('services')
    .select(['id', 'environmentId', 'settings', 'source', 'activeReleaseId'])
    .where('organizationId', '=', organizationId);
  query =
    'serviceId' in scope
      ? query.where('id', '=', scope.serviceId)
      : query.where('environmentId', '=', scope.environmentId).where('desiredState', '<>', 'deleted');
  return await query.execute();
}
