import { z } from 'zod';
import type { Db } from '../../platform/db/database.ts';
import { deploymentStatus, deploymentStatuses } from './deployment.ts';

/** A deployment as a mark on a time axis. */
export const deploymentMarkSchema = z
  .strictObject({
    id: z.string(),
    number: z.int(),
    /** When its release began to serve; of one that never served, when it was asked for. */
    at: z.iso.datetime(),
    status: z.enum(deploymentStatuses),
  })
  .meta({ id: 'DeploymentMark' });
export type DeploymentMark = z.infer<typeof deploymentMarkSchema>;

// More would be a wall of marks.
const maxMarks = 200;

/** The deployments of a time, oldest first; of very many the newest. */
export async function listDeploymentMarks(
  db: Db,
  organizationId: string,
  serviceId: string,
  { from, to }: { from: Date; to: Date },
): Promise<DeploymentMark[]> {
  const rows = await db
    .selectFrom('deployments')
    .innerJoin('runs', 'runs.id', 'deployments.runId')
    .leftJoin('releases', 'releases.id', 'deployments.releaseId')
    .select(({ fn }) => [
      'deployments.id',
      'deployments.number',
      'runs.state',
      'runs.reason',
      'releases.state as releaseState',
      fn.coalesce('releases.activatedAt', 'deployments.createdAt').as('at'),
    ])
    .where('deployments.organizationId', '=', organizationId)
    .where('deployments.serviceId', '=', serviceId)
    .where(({ fn }) => fn.coalesce('releases.activatedAt', 'deployments.createdAt'), '>=', from)
    .where(({ fn }) => fn.coalesce('releases.activatedAt', 'deployments.createdAt'), '<=', to)
    .orderBy('deployments.id', 'desc')
    .limit(maxMarks)
    .execute();
  return rows.toReversed().map(({ id, number, at, state, reason, releaseState }) => ({
    id,
    number,
    at: at.toISOString(),
    status: deploymentStatus({ state, reason }, releaseState),
  }));
}
