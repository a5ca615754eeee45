import { type Insertable, sql } from 'kysely';
import type { Deployments } from '../../platform/db/database.gen.d.ts';
import type { Db } from '../../platform/db/database.ts';

function withRun(db: Db, organizationId: string) {
  return db
    .selectFrom('deployments')
    .innerJoin('runs', 'runs.id', 'deployments.runId')
    .leftJoin('releases', 'releases.id', 'deployments.releaseId')
    .where('deployments.organizationId', '=', organizationId)
    .selectAll('deployments')
    .select([
      'runs.state as runState',
      'runs.reason as runReason',
      'runs.errorCode as runErrorCode',
      'runs.errorHint as runErrorHint',
      'runs.currentStep as runStep',
      'runs.startedAt as runStartedAt',
      'runs.finishedAt as runFinishedAt',
      'releases.state as releaseState',
    ]);
}
export type DeploymentWithRun = Awaited<ReturnType<ReturnType<typeof withRun>['executeTakeFirstOrThrow']>>;

export async function findDeployment(
  db: Db,
  organizationId: string,
  id: string,
): Promise<DeploymentWithRun | undefined> {
  return await withRun(db, organizationId).where('deployments.id', '=', id).executeTakeFirst();
}

/** Names of finished images that all other organizations have asked for: whatever became of it, they may be on this machine. */
export async function listImagesOfOthers(db: Db, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('deployments')
    .select(sql<string>`source ->> 'image'`.as('image'))
    .distinct()
    .where('organizationId', '<>', organizationId)
    .where(sql`source ->> 'type'`, '=', 'image')
    .execute();
  return rows.map(({ image }) => image);
}

/** Newest first. */
export async function listDeployments(
  db: Db,
  organizationId: string,
  serviceId: string,
  page: { limit: number; before: string | undefined },
): Promise<DeploymentWithRun[]> {
  let query = withRun(db, organizationId).where('deployments.serviceId', '=', serviceId);
  if (page.before !== undefined) query = query.where('deployments.id', '<', page.before);
  return await query.orderBy('deployments.id', 'desc').limit(page.limit).execute();
}

/** Under the lock of the service's row, so that numbers have no gap and no double. */
export async function nextDeploymentNumber(db: Db, organizationId: string, serviceId: string): Promise<number> {
  const row = await db
    .selectFrom('deployments')
    .select((expression) => expression.fn.max('number').as('last'))
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}

export async function insertDeployment(db: Db, row: Insertable<Deployments>): Promise<void> {
  await db.insertInto('deployments').values(row).execute();
}

export async function setDeploymentCommit(
  db: Db,
  organizationId: string,
  id: string,
  commit: { sha: string; message: string; author: string },
): Promise<void> {
  await db
    .updateTable('deployments')
    .set({ commitSha: commit.sha, commitMessage: commit.message, commitAuthor: commit.author })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function setDeploymentRelease(
  db: Db,
  organizationId: string,
  id: string,
  releaseId: string,
): Promise<void> {
  await db
    .updateTable('deployments')
    .set({ releaseId })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** The upload that the newest deployment of a service was made from. */
export async function findLastUpload(db: Db, organizationId: string, serviceId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('deployments')
    .select('source')
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .where(sql<string>`source ->> 'type'`, '=', 'upload')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row?.source as { uploadId?: string } | undefined)?.uploadId;
}

/** Runs that have not ended; those of a service itself bear its id as their subject. */
export async function listOpenRuns(db: Db, organizationId: string, subject: string) {
  return await db
    .selectFrom('runs')
    .select(['id', 'kind', 'state'])
    .where('organizationId', '=', organizationId)
    .where('subject', '=', subject)
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .orderBy('position')
    .execute();
}

/** Runs that have not ended of a service itself, of its schedule, and of commands that were asked for. */
export async function listOpenRunsOfService(db: Db, organizationId: string, serviceId: string) {
  return await db
    .selectFrom('runs')
    .select(['id', 'kind', 'state'])
    .where('organizationId', '=', organizationId)
    .where(sql<string>`split_part(subject, ':', 1)`, '=', serviceId)
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .orderBy('position')
    .execute();
}

/** What a run was given, and what its step of this name has left; undefined before that has ended. */
export async function findRunFacts(db: Db, organizationId: string, runId: string, step: string) {
  const row = await db
    .selectFrom('runs')
    .leftJoin('runSteps', (join) => join.onRef('runSteps.runId', '=', 'runs.id').on('runSteps.name', '=', step))
    .select(['runs.input', 'runSteps.result'])
    .where('runs.organizationId', '=', organizationId)
    .where('runs.id', '=', runId)
    .executeTakeFirst();
  return row === undefined ? undefined : { input: row.input, result: row.result ?? undefined };
}

/** Which of these runs have not ended, whoever's they are. */
export async function listOpenAmong(db: Db, runIds: readonly string[]): Promise<Set<string>> {
  if (runIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where('id', 'in', [...runIds])
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** What the scale of a service that waits for its turn asks for. */
export async function findQueuedScale(db: Db, organizationId: string, serviceId: string) {
  const row = await db
    .selectFrom('runs')
    .select('input')
    .where('organizationId', '=', organizationId)
    .where('subject', '=', serviceId)
    .where('kind', '=', 'service.scale')
    .where('state', '=', 'queued')
    .orderBy('position', 'desc')
    .executeTakeFirst();
  return (row?.input ?? {}) as { replicas?: number; processes?: Record<string, number> };
}

/** What a command that is found again had already written: its lines since the line that announced it. */
export async function countLinesSince(db: Db, runId: string, step: string, announcement: string) {
  const marker = await db
    .selectFrom('runOutput')
    .select('seq')
    .where('runId', '=', runId)
    .where('step', '=', step)
    .where('stream', '=', 'system')
    .where('content', '=', announcement)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (marker === undefined) return undefined;
  const rows = await db
    .selectFrom('runOutput')
    .select(['stream', (expression) => expression.fn.countAll<number>().as('lines')])
    .where('runId', '=', runId)
    .where('step', '=', step)
    .where('seq', '>', marker.seq)
    .where('stream', 'in', ['stdout', 'stderr'])
    .groupBy('stream')
    .execute();
  const count = (stream: string) => rows.find((row) => row.stream === stream)?.lines ?? 0;
  return { stdout: count('stdout'), stderr: count('stderr') };
}

/** The steps of a deployment's run, in the order in which they ran. */
export async function listSteps(db: Db, runId: string) {
  const rows = await db
    .selectFrom('runSteps')
    .select(['name', 'state', 'startedAt', 'finishedAt', 'detail'])
    .where('runId', '=', runId)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    state: row.state as 'running' | 'succeeded' | 'failed' | 'skipped' | 'canceled',
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    detail: row.detail,
  }));
}
