import type { AppError } from '../../kernel/app-error.ts';
import type { Db } from '../../platform/db/database.ts';

type Told = Pick<AppError, 'code' | 'message' | 'hint'>;

/** Why services could not be started the last time, by their ids. */
export async function listServiceFaults(db: Db): Promise<ReadonlyMap<string, Told>> {
  const rows = await db.selectFrom('serviceFaults').select(['serviceId', 'code', 'message', 'hint']).execute();
  return new Map(rows.map(({ serviceId, ...told }) => [serviceId, told]));
}

/** A service that was deleted meanwhile has none. */
export async function putServiceFault(db: Db, serviceId: string, { code, message, hint }: Told): Promise<void> {
  const told = { code, message, hint };
  await db
    .insertInto('serviceFaults')
    .columns(['serviceId', 'organizationId', 'code', 'message', 'hint'])
    .expression(
      db
        .selectFrom('services')
        .where('id', '=', serviceId)
        .select((where) => [
          'id',
          'organizationId',
          where.val(code).as('code'),
          where.val(message).as('message'),
          where.val(hint).as('hint'),
        ])
        .forKeyShare(),
    )
    .onConflict((conflict) => conflict.column('serviceId').doUpdateSet({ ...told, since: new Date() }))
    .execute();
}

export async function removeServiceFault(db: Db, serviceId: string): Promise<void> {
  await db.deleteFrom('serviceFaults').where('serviceId', '=', serviceId).execute();
}
