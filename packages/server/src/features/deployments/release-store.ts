import { type Selectable, sql } from 'kysely';
import type { Artifact } from '../../adapters/builder/builder.ts';
import type { Releases } from '../../platform/db/database.gen.d.ts';
import type { Db } from '../../platform/db/database.ts';
import type { ServiceSettings } from '../services/index.ts';

export type ReleaseRow = Selectable<Releases>;

export interface NewRelease {
  id: string;
  organizationId: string;
  serviceId: string;
  deploymentId: string;
  settings: ServiceSettings;
  variables: Buffer;
  /** What the variables are compared by, see `variables`. */
  variableDigests: Record<string, string>;
  artifact: Artifact | null;
}

/** Made once per deployment: a step that is repeated after a crash finds the release of its first try. */
export async function insertRelease(db: Db, release: NewRelease): Promise<void> {
  await db
    .insertInto('releases')
    .values({
      ...release,
      state: 'candidate',
      settings: JSON.stringify(release.settings),
      artifact: JSON.stringify(release.artifact),
      variableDigests: JSON.stringify(release.variableDigests),
    })
    .execute();
}

export async function findRelease(db: Db, organizationId: string, id: string): Promise<ReleaseRow | undefined> {
  return await db
    .selectFrom('releases')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findReleaseOfDeployment(db: Db, organizationId: string, deploymentId: string) {
  return await db
    .selectFrom('releases')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('deploymentId', '=', deploymentId)
    .executeTakeFirst();
}

/** What the engine is told to start for the release that serves; undefined: it is none that a registry has, or nothing serves. */
export async function findServingImage(db: Db, organizationId: string, serviceId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('releases')
    .select(sql<string | null>`artifact ->> 'reference'`.as('reference'))
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .where('state', '=', 'active')
    .where(sql`artifact ->> 'pushedTo'`, 'is not', null)
    .executeTakeFirst();
  return row?.reference ?? undefined;
}

/** Whether any service, of whatever organization, serves from an image. */
export async function hasActiveImage(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('releases')
    .select('id')
    .where('state', '=', 'active')
    .where(sql`artifact ->> 'kind'`, '=', 'image')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function setArtifact(db: Db, organizationId: string, id: string, artifact: Artifact): Promise<void> {
  await db
    .updateTable('releases')
    .set({ artifact: JSON.stringify(artifact) })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** The one moment of a deployment: this release is the service's, the former one is not. Repeatable. */
export async function activateRelease(db: Db, organizationId: string, serviceId: string, id: string): Promise<void> {
  await db
    .updateTable('releases')
    .set({ state: 'retired', retiredAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .where('state', '=', 'active')
    .where('id', '<>', id)
    .execute();
  await db
    .updateTable('releases')
    .set({ state: 'active', activatedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'candidate')
    .execute();
}

/** A candidate that will never serve, and whose artifact was removed or is another release's too. */
export async function abandonRelease(db: Db, organizationId: string, id: string): Promise<void> {
  await db
    .updateTable('releases')
    .set({ state: 'abandoned', retiredAt: new Date(), artifactRemovedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'candidate')
    .execute();
}

/** Releases that served once and could again, newest first. */
export async function listRollbackCandidates(db: Db, organizationId: string, serviceId: string, limit: number) {
  return await db
    .selectFrom('releases')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .where('state', '=', 'retired')
    .where('artifactRemovedAt', 'is', null)
    .orderBy('activatedAt', 'desc')
    .limit(limit)
    .execute();
}

/** All whose artifact is still kept, newest first. */
export async function listKeptReleases(db: Db, organizationId: string, serviceId: string): Promise<ReleaseRow[]> {
  return await db
    .selectFrom('releases')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .where('artifactRemovedAt', 'is', null)
    .orderBy('id', 'desc')
    .execute();
}

/** Images of before this moment that are in no registry: what a release names by nothing but an id. */
export async function listLocalImages(
  db: Db,
  before: Date,
): Promise<{ id: string; organizationId: string; artifact: Artifact }[]> {
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'organizationId', 'artifact'])
    .where('artifactRemovedAt', 'is', null)
    .where('createdAt', '<', before)
    .where(sql`artifact ->> 'kind'`, '=', 'image')
    .where(sql`artifact ->> 'reference'`, 'not like', '%@%')
    .orderBy('id')
    .execute();
  return rows.map(({ artifact, ...row }) => ({ ...row, artifact: artifact as unknown as Artifact }));
}

export async function markArtifactRemoved(db: Db, organizationId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('releases')
    .set({ artifactRemovedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', 'in', ids)
    .execute();
}

/** What was built for releases of all services that may still be started: for the cleanup, which works for all organizations. */
export async function listStoredArtifacts(db: Db): Promise<Artifact[]> {
  const rows = await db
    .selectFrom('releases')
    .select('artifact')
    .where('artifactRemovedAt', 'is', null)
    .where('artifact', 'is not', null)
    .execute();
  return rows.flatMap(({ artifact }) => (artifact === null ? [] : [artifact as unknown as Artifact]));
}

/** The subjects of runs that are not over, of all organizations. */
export async function listBusySubjects(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('subject')
    .distinct()
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .execute();
  return rows.map(({ subject }) => subject);
}
