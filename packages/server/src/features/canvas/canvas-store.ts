import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { CanvasPosition } from './canvas.ts';

export async function listPositions(db: Db, organizationId: string, environmentId: string): Promise<CanvasPosition[]> {
  return await db
    .selectFrom('canvasPositions')
    .select(['nodeId', 'x', 'y'])
    .where('organizationId', '=', organizationId)
    .where('environmentId', '=', environmentId)
    .orderBy('nodeId')
    .execute();
}

/** In one order of the nodes, so that two who move the same nodes wait for each other and never both. */
export async function putPositions(
  trx: Tx,
  organizationId: string,
  environmentId: string,
  positions: readonly CanvasPosition[],
): Promise<void> {
  const byNode = new Map(positions.map((position) => [position.nodeId, position]));
  const rows = [...byNode.values()]
    .toSorted((one, other) => (one.nodeId < other.nodeId ? -1 : 1))
    .map(({ nodeId, x, y }) => ({ organizationId, environmentId, nodeId, x, y }));
  await trx
    .insertInto('canvasPositions')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['environmentId', 'nodeId']).doUpdateSet({
        x: sql`excluded.x`,
        y: sql`excluded.y`,
        updatedAt: sql`now()`,
      }),
    )
    .execute();
}

export async function countPositions(db: Db, organizationId: string, environmentId: string): Promise<number> {
  const { count } = await db
    .selectFrom('canvasPositions')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('organizationId', '=', organizationId)
    .where('environmentId', '=', environmentId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function deletePositions(db: Db, organizationId: string, environmentId: string): Promise<void> {
  await db
    .deleteFrom('canvasPositions')
    .where('organizationId', '=', organizationId)
    .where('environmentId', '=', environmentId)
    .execute();
}
