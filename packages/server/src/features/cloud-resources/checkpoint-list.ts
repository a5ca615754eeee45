import { z } from 'zod';
import type { Db } from '../../platform/db/database.ts';
import { timestamp } from '../../platform/http/timestamp.ts';

/** A state that is kept, without its content. */
export const checkpointSchema = z
  .strictObject({
    version: z.int(),
    stackUpdateId: z.string().nullable().meta({ description: 'What left it.' }),
    operation: z.string().nullable(),
    resources: z.int(),
    pendingOperations: z.int().meta({ description: 'How many were under way when the update ended.' }),
    createdAt: timestamp,
    current: z.boolean().meta({ description: 'The newest: the next update starts from it.' }),
  })
  .meta({ id: 'StackCheckpoint' });
export type Checkpoint = z.output<typeof checkpointSchema>;

/** The states that are kept of a stack before version `before`, newest first. */
export async function listCheckpoints(
  db: Db,
  organizationId: string,
  cloudResourceId: string,
  { limit, before }: { limit: number; before: number | undefined },
): Promise<Checkpoint[]> {
  let query = db
    .selectFrom('stackCheckpoints')
    .leftJoin('stackUpdates', 'stackUpdates.runId', 'stackCheckpoints.runId')
    .select(['stackCheckpoints.version', 'stackCheckpoints.resources', 'stackCheckpoints.pending'])
    .select(['stackUpdates.id as stackUpdateId', 'stackUpdates.operation', 'stackCheckpoints.createdAt'])
    .where('stackCheckpoints.organizationId', '=', organizationId)
    .where('stackCheckpoints.cloudResourceId', '=', cloudResourceId);
  const newest = await db
    .selectFrom('stackCheckpoints')
    .select((expression) => expression.fn.max('version').as('version'))
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .executeTakeFirst();
  if (before !== undefined) query = query.where('stackCheckpoints.version', '<', before);
  const rows = await query.orderBy('stackCheckpoints.version', 'desc').limit(limit).execute();
  return rows.map(({ pending, ...row }) => ({
    ...row,
    pendingOperations: (pending as unknown[]).length,
    current: row.version === newest?.version,
  }));
}
