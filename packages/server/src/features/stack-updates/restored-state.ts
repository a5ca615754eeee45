import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';

/** A row of `stack_updates`, as far as it tells where its state is. */
interface Holder {
  readonly id: string;
  readonly organizationId: string;
}

const place = ({ id, organizationId }: Holder) => ({
  organizationId,
  table: 'stack_updates',
  column: 'restored_state',
  rowId: id,
});

/** What is stored of the state that a restore puts in place: from the request on, so that a checkpoint may go meanwhile. */
export async function sealRestored(
  trx: Tx,
  secretBox: SecretBox,
  update: Holder,
  state: string | null | undefined,
): Promise<Buffer | null> {
  return state == null ? null : await secretBox.seal(trx, place(update), state);
}

/** The state that a restore puts in place; null for other updates. @throws AppError STACK_STATE_GONE */
export async function openRestored(
  db: Db,
  secretBox: SecretBox,
  update: Holder & { readonly operation: string },
): Promise<string | null> {
  if (update.operation !== 'restore') return null;
  const row = await db
    .selectFrom('stackUpdates')
    .select('restoredState')
    .where('organizationId', '=', update.organizationId)
    .where('id', '=', update.id)
    .executeTakeFirst();
  if (row?.restoredState == null) throw stackUpdateErrors.STACK_STATE_GONE();
  return (await secretBox.open(db, place(update), row.restoredState)).toString('utf8');
}

/** Forgets the states of restores of a resource that are over: what was put in place is a checkpoint, and what was not is old. */
export async function dropRestored(
  trx: Tx,
  of: { organizationId: string; cloudResourceId: string; runId: string | null },
): Promise<void> {
  await trx
    .updateTable('stackUpdates')
    .set({ restoredState: null })
    .where('organizationId', '=', of.organizationId)
    .where('cloudResourceId', '=', of.cloudResourceId)
    .where('restoredState', 'is not', null)
    .where((expression) =>
      expression.or([
        expression('runId', '=', of.runId ?? ''),
        expression(
          'runId',
          'not in',
          expression.selectFrom('runs').select('id').where('state', 'in', ['queued', 'running', 'waiting']),
        ),
      ]),
    )
    .execute();
}
