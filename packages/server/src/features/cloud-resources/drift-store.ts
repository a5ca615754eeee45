import type { StackDifference } from '../../adapters/iac/iac.ts';
import type { Tx } from '../../platform/db/database.ts';
import type { Drift } from './drift.ts';

/** Keeps what the newest check found, in place of what the one before did. */
export async function saveDrift(
  trx: Tx,
  at: { organizationId: string; cloudResourceId: string },
  found: Pick<Drift, 'status' | 'stackUpdateId'> & { differences: readonly StackDifference[] },
): Promise<void> {
  const { status, stackUpdateId } = found;
  const values = { status, stackUpdateId, differences: JSON.stringify(found.differences), checkedAt: new Date() };
  await trx
    .insertInto('stackDrift')
    .values({ ...at, ...values })
    .onConflict((conflict) => conflict.column('cloudResourceId').doUpdateSet(values))
    .execute();
}

/** Forgets what was found: the state is another one now. */
export async function deleteDrift(trx: Tx, organizationId: string, cloudResourceId: string): Promise<void> {
  await trx
    .deleteFrom('stackDrift')
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .execute();
}
