import { sql } from 'kysely';
import type { Db } from '../../platform/db/database.ts';

interface UpdateFacts {
  id: string;
  operation: string;
  state: string;
  reason: string | null;
  currentStep: string | null;
  createdAt: string;
  finishedAt: string | null;
}

/** A cloud resource with everything of the database that people see of it at a glance. */
export interface ResourceOverviewRow {
  id: string;
  kind: string;
  name: string;
  manifest: unknown;
  environmentId: string | null;
  environmentName: string | null;
  projectId: string | null;
  projectName: string | null;
  deleting: boolean;
  createdAt: Date;
  outputs: number;
  resources: number | null;
  pending: number | null;
  /** Whether the manifest is another than the one that was deployed last. */
  changed: boolean;
  /** The newest one, whatever it does. */
  latest: UpdateFacts | null;
  /** The one that is under way, else the one that is next. */
  open: UpdateFacts | null;
  /** The newest one that has ended and could change something. */
  outcome: UpdateFacts | null;
  /** How many resources are otherwise than the state says; null where nobody looked since it changed, or the look failed. */
  drifted: number | null;
}

const facts = sql.raw(`json_build_object('id', u.id, 'operation', u.operation, 'state', r.state, 'reason', r.reason,
  'currentStep', r.current_step, 'createdAt', u.created_at, 'finishedAt', r.finished_at)`);

const onlyLooks = sql.raw(`('preview', 'drift')`);

export type ResourceScope =
  | { environmentId: string }
  | { id: string }
  | { limit: number; before: string | undefined; search: string | undefined };

function within(scope: ResourceScope) {
  if ('environmentId' in scope) return sql`and c.environment_id = ${scope.environmentId} order by c.id`;
  if ('id' in scope) return sql`and c.id = ${scope.id}`;
  const { limit, before, search } = scope;
  const older = before === undefined ? sql`` : sql`and c.id < ${before}`;
  const named =
    search === undefined
      ? sql``
      : sql`and (strpos(lower(c.name), lower(${search})) > 0 or strpos(lower(c.kind), lower(${search})) > 0)`;
  return sql`${older} ${named} order by c.id desc limit ${limit}`;
}

/** Cloud resources of an environment (oldest first), of the organization (newest first), or one: one query, whose parts go by indexes. */
export async function listResourceOverviewRows(
  db: Db,
  organizationId: string,
  scope: ResourceScope,
): Promise<ResourceOverviewRow[]> {
  const { rows } = await sql<ResourceOverviewRow>`
    select c.id, c.kind, c.name, c.manifest, c.environment_id, e.name as environment_name, e.project_id,
      p.name as project_name, c.deleting, c.created_at,
      (select count(*)::int from cloud_resource_outputs o where o.cloud_resource_id = c.id) as outputs,
      checkpoint.resources, checkpoint.pending, deployed.manifest is distinct from c.manifest and deployed.id is not null
        as changed,
      latest.facts as latest, coalesce(under_way.facts, next_one.facts) as open, outcome.facts as outcome,
      jsonb_array_length(drift.differences) as drifted
    from cloud_resources c
    left join environments e on e.id = c.environment_id
    left join projects p on p.id = e.project_id
    left join lateral (
      select k.resources, jsonb_array_length(k.pending) as pending from stack_checkpoints k
      where k.cloud_resource_id = c.id order by k.version desc limit 1
    ) checkpoint on true
    left join lateral (
      select ${facts} as facts from stack_updates u join runs r on r.id = u.run_id
      where u.cloud_resource_id = c.id order by u.id desc limit 1
    ) latest on true
    left join lateral (
      select ${facts} as facts from runs r join stack_updates u on u.run_id = r.id
      where r.subject = c.id and r.state in ('running', 'waiting')
    ) under_way on true
    left join lateral (
      select ${facts} as facts from runs r join stack_updates u on u.run_id = r.id
      where r.subject = c.id and r.state = 'queued' order by r.position limit 1
    ) next_one on true
    left join lateral (
      select ${facts} as facts from stack_updates u join runs r on r.id = u.run_id
      where u.cloud_resource_id = c.id and u.operation not in ${onlyLooks} and r.started_at is not null
        and r.state in ('succeeded', 'failed', 'canceled')
      order by u.id desc limit 1
    ) outcome on true
    left join lateral (
      select u.id, u.manifest from stack_updates u join runs r on r.id = u.run_id
      where u.cloud_resource_id = c.id and u.operation in ('deploy', 'destroy') and r.state = 'succeeded'
      order by u.id desc limit 1
    ) deployed on true
    left join stack_drift drift on drift.cloud_resource_id = c.id and drift.status = 'drifted'
    where c.organization_id = ${organizationId} and c.deleted_at is null ${within(scope)}`.execute(db);
  return rows;
}

export async function listServicesById(
  db: Db,
  organizationId: string,
  ids: readonly string[],
): Promise<{ id: string; name: string; projectId: string; environmentId: string }[]> {
  return await db
    .selectFrom('services')
    .select(['id', 'name', 'projectId', 'environmentId'])
    .where('organizationId', '=', organizationId)
    .where('id', 'in', ids)
    .orderBy('name')
    .execute();
}
