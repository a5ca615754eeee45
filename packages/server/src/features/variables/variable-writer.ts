import type { Insertable } from 'kysely';
import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { VariableChanges, Variables } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { projectErrors } from '../projects/index.ts';
import { findServiceForUpdate, serviceErrors } from '../services/index.ts';
import { type GraphLoader, valueColumn } from './graph-loader.ts';
import { maxVariables, type VariableOwner } from './variable.ts';
import type { VariableChange } from './variable-changes.ts';
import { variableErrors } from './variable-errors.ts';
import { insertChanges, trimChanges } from './variable-history-store.ts';
import { referencesOf } from './variable-references.ts';
import {
  countVariables,
  deleteVariables,
  findVariables,
  lockEnvironment,
  ownerColumns,
  saveVariables,
  type VariableRow,
} from './variable-store.ts';

/** Who writes. */
export interface Writer {
  organizationId: string;
  userId: string;
}

/** Where the value before a change is stored. */
export const formerValueColumn = (organizationId: string, rowId: string) => ({
  organizationId,
  table: 'variable_changes',
  column: 'former_value',
  rowId,
});

/** Writes variables and, in the same transaction, what they were before. */
export function createVariableWriter({ db, secretBox, graphs }: { db: Db; secretBox: SecretBox; graphs: GraphLoader }) {
  // Two writers of one owner wait for each other here, so that the count and the set are never half of each.
  async function lock(trx: Tx, organizationId: string, owner: VariableOwner): Promise<void> {
    if (owner.kind === 'environment') {
      if (!(await lockEnvironment(trx, organizationId, owner.id))) throw projectErrors.ENVIRONMENT_NOT_FOUND();
      return;
    }
    const service = await findServiceForUpdate(trx, organizationId, owner.id);
    if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
    if (service.desiredState === 'deleted') throw serviceErrors.SERVICE_BEING_DELETED();
  }

  async function changeOf(
    trx: Tx,
    writer: Writer,
    owner: VariableOwner,
    { name, change, former }: VariableChange & { former: string | undefined },
  ): Promise<Insertable<VariableChanges>> {
    const { organizationId, userId } = writer;
    const id = createId('vch');
    const formerValue =
      former === undefined ? null : await secretBox.seal(trx, formerValueColumn(organizationId, id), former);
    return { id, organizationId, ...ownerColumns(owner), name, change, formerValue, changedBy: userId };
  }

  async function rowOf(
    trx: Tx,
    { organizationId, userId }: Writer,
    owner: VariableOwner,
    { name, value, existing }: { name: string; value: string; existing: VariableRow | undefined },
  ): Promise<Insertable<Variables>> {
    const id = existing?.id ?? createId('var');
    return {
      id,
      organizationId,
      ...ownerColumns(owner),
      name,
      value: await secretBox.seal(trx, valueColumn(organizationId, id), value),
      digest: await secretBox.digest(trx, organizationId, value),
      referenceList: JSON.stringify(referencesOf(value)),
      updatedBy: userId,
    };
  }

  /** Sets these; `undefined` removes. What has its value already is no change. Under the lock of the owner. */
  async function write(
    trx: Tx,
    writer: Writer,
    owner: VariableOwner,
    wanted: ReadonlyMap<string, string | undefined>,
  ): Promise<VariableChange[]> {
    const { organizationId } = writer;
    const found = await findVariables(trx, organizationId, owner, [...wanted.keys()]);
    const rows: Insertable<Variables>[] = [];
    const changes: Insertable<VariableChanges>[] = [];
    const told: VariableChange[] = [];
    for (const [name, value] of wanted) {
      const existing = found.find((row) => row.name === name);
      const former = existing === undefined ? undefined : await graphs.open(trx, existing);
      if (former === value) continue;
      const kind = former === undefined ? 'created' : value === undefined ? 'deleted' : 'updated';
      if (value !== undefined) rows.push(await rowOf(trx, writer, owner, { name, value, existing }));
      changes.push(await changeOf(trx, writer, owner, { name, change: kind, former }));
      told.push({ name, change: kind });
    }
    const gone = told.filter(({ change }) => change === 'deleted').map(({ name }) => name);
    await deleteVariables(trx, organizationId, owner, gone);
    await saveVariables(trx, rows);
    if ((await countVariables(trx, organizationId, owner)) > maxVariables) throw variableErrors.VARIABLE_LIMIT();
    await insertChanges(trx, changes);
    await trimChanges(trx, organizationId, owner);
    return told;
  }

  return {
    /** Changes what `choose` says, decided under the lock; tells what was changed. */
    async change(
      writer: Writer,
      owner: VariableOwner,
      choose: (trx: Tx) => Promise<ReadonlyMap<string, string | undefined>>,
    ): Promise<VariableChange[]> {
      return await db.transaction().execute(async (trx) => {
        await lock(trx, writer.organizationId, owner);
        return await write(trx, writer, owner, await choose(trx));
      });
    },
  };
}
