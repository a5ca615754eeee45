import { sql } from 'kysely';
import type { BuildStage } from '../../adapters/builder/builder.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { BuildReport, BuildSummary } from './build-report.ts';

/** Of each service; older ones say little about the builds of today. */
const keptReports = 100;

export interface NewBuildReport {
  deploymentId: string;
  organizationId: string;
  serviceId: string;
  runId: string;
  stages: readonly BuildStage[];
  /** Of all, also of those that are not stored. */
  stageCount: number;
  cachedStageCount: number;
  imageBytes: number | null;
}

/** Once for a deployment; a step that is repeated after a crash replaces what its first try said. */
export async function saveBuildReport(trx: Tx, report: NewBuildReport): Promise<void> {
  const { deploymentId, organizationId, serviceId, runId, stages, ...counts } = report;
  // By the database's clock from the recorded beginning, so that it is right over a restart.
  const seconds = sql<number>`coalesce((
    select extract(epoch from clock_timestamp() - started_at) from run_steps where run_id = ${runId} and name = 'build'
  ), 0)::float8`;
  const values = { ...counts, seconds, stages: JSON.stringify(stages) };
  await trx
    .insertInto('buildReports')
    .values({ deploymentId, organizationId, serviceId, ...values })
    .onConflict((conflict) => conflict.column('deploymentId').doUpdateSet(values))
    .execute();
  await sql`
    delete from build_reports where organization_id = ${organizationId} and service_id = ${serviceId}
      and deployment_id < (
        select deployment_id from build_reports where organization_id = ${organizationId} and service_id = ${serviceId}
         order by deployment_id desc offset ${keptReports - 1} limit 1
      )`.execute(trx);
}

export async function findBuildReport(
  db: Db,
  organizationId: string,
  deploymentId: string,
): Promise<BuildReport | undefined> {
  const row = await db
    .selectFrom('buildReports')
    .select(['seconds', 'stages', 'stageCount', 'cachedStageCount', 'imageBytes'])
    .where('organizationId', '=', organizationId)
    .where('deploymentId', '=', deploymentId)
    .executeTakeFirst();
  return row && { ...row, stages: row.stages as unknown as BuildReport['stages'] };
}

/** Newest first. */
export async function listBuildReports(
  db: Db,
  organizationId: string,
  serviceId: string,
  page: { limit: number; before: string | undefined },
): Promise<BuildSummary[]> {
  let query = db
    .selectFrom('buildReports')
    .innerJoin('deployments', 'deployments.id', 'buildReports.deploymentId')
    .select([
      'buildReports.deploymentId',
      'deployments.number',
      'buildReports.createdAt as at',
      'buildReports.seconds',
      'buildReports.stageCount',
      'buildReports.cachedStageCount',
      'buildReports.imageBytes',
    ])
    .where('buildReports.organizationId', '=', organizationId)
    .where('buildReports.serviceId', '=', serviceId);
  if (page.before !== undefined) query = query.where('buildReports.deploymentId', '<', page.before);
  return await query.orderBy('buildReports.deploymentId', 'desc').limit(page.limit).execute();
}
