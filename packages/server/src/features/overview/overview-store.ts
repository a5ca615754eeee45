import { sql } from 'kysely';
import type { Artifact } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';

/** A service with everything of the database that a canvas shows of it. */
export interface OverviewRow {
  id: string;
  projectId: string;
  environmentId: string;
  name: string;
  kind: 'web' | 'worker' | 'cron';
  hostLabel: string | null;
  desiredState: 'running' | 'stopped' | 'deleted';
  settings: unknown;
  activeReleaseId: string | null;
  /** Names of the processes of the active release. */
  processes: Artifact['processes'] | null;
  activatedAt: Date | null;
  active: DeploymentFacts | null;
  latest: (DeploymentFacts & { runId: string; createdAt: string; run: RunFacts; releaseState: string | null }) | null;
  /** Why it could not be started. */
  fault: { message: string; hint: string } | null;
  cron: { state: string; reason: string | null } | null;
}

interface DeploymentFacts {
  id: string;
  number: number;
  commit: { sha: string; message: string | null; author: string | null } | null;
}

interface RunFacts {
  state: string;
  reason: string | null;
  currentStep: string | null;
  finishedAt: string | null;
}

const commitOf = (alias: string) =>
  sql.raw(`case when ${alias}.commit_sha is not null then
  json_build_object('sha', ${alias}.commit_sha, 'message', ${alias}.commit_message, 'author', ${alias}.commit_author) end`);

/**
 * The services of projects, or of one environment, oldest first: one query for all of them, whose parts each find a few rows
 * of a service by an index.
 */
export async function listOverviewRows(
  db: Db,
  organizationId: string,
  scope: { projectIds: readonly string[] } | { environmentId: string },
): Promise<OverviewRow[]> {
  const within =
    'projectIds' in scope
      ? sql`s.project_id = any(${[...scope.projectIds]}::text[])`
      : sql`s.environment_id = ${scope.environmentId}`;
  const { rows } = await sql<OverviewRow>`
    select s.id, s.project_id, s.environment_id, s.name, s.kind, s.host_label, s.desired_state, s.settings,
      s.active_release_id, rel.artifact -> 'processes' as processes, rel.activated_at,
      case when ad.id is not null then json_build_object('id', ad.id, 'number', ad.number, 'commit', ${commitOf('ad')}) end
        as active,
      latest.facts as latest,
      case when fault.service_id is not null then json_build_object('message', fault.message, 'hint', fault.hint) end as fault,
      case when s.kind = 'cron' then (
        select json_build_object('state', c.state, 'reason', c.reason) from runs c
        where c.subject = s.id || ':cron' and c.kind = 'cron.run' and c.state in ('succeeded', 'failed')
        order by c.id desc limit 1
      ) end as cron
    from services s
    left join releases rel on rel.id = s.active_release_id
    left join deployments ad on ad.id = rel.deployment_id
    left join service_faults fault on fault.service_id = s.id
    left join lateral (
      select json_build_object('id', d.id, 'runId', d.run_id, 'number', d.number, 'commit', ${commitOf('d')}, 'createdAt', d.created_at,
        'releaseState', dr.state, 'run', json_build_object('state', r.state, 'reason', r.reason,
          'currentStep', r.current_step, 'finishedAt', r.finished_at)) as facts
      from deployments d
      join runs r on r.id = d.run_id
      left join releases dr on dr.id = d.release_id
      where d.service_id = s.id
      order by d.id desc limit 1
    ) latest on true
    where s.organization_id = ${organizationId} and ${within}
    order by s.id`.execute(db);
  return rows;
}
