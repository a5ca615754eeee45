import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import { findServiceForUpdate, type ServiceService, serviceErrors } from '../services/index.ts';
import { parseDotenv } from './dotenv-text.ts';
import { maxVariables, type ReplaceVariables, type Variable } from './variable.ts';
import { variableErrors } from './variable-errors.ts';
import {
  deleteVariables,
  findVariable,
  findVariableTimes,
  insertVariable,
  listVariables,
  markVariablesChanged,
  updateVariable,
  type VariableRow,
} from './variable-store.ts';

function present(row: VariableRow): Variable {
  return { name: row.name, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

const valueColumn = (organizationId: string, rowId: string) => ({
  organizationId,
  table: 'variables',
  column: 'value',
  rowId,
});

export type VariableService = ReturnType<typeof createVariableService>;

/** The variables of services: encrypted at rest, listed without their values, revealed one at a time. */
export function createVariableService({
  db,
  secretBox,
  services,
}: {
  db: Db;
  secretBox: SecretBox;
  services: ServiceService;
}) {
  // Two writers of one service wait for each other here, so that the count and the set are never half of each.
  async function change<T>(organizationId: string, serviceId: string, work: (trx: Db) => Promise<T>): Promise<T> {
    return await db.transaction().execute(async (trx) => {
      const service = await findServiceForUpdate(trx, organizationId, serviceId);
      if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
      if (service.desiredState === 'deleted') throw serviceErrors.SERVICE_BEING_DELETED();
      const result = await work(trx);
      await markVariablesChanged(trx, organizationId, serviceId);
      return result;
    });
  }

  async function write(trx: Db, organizationId: string, serviceId: string, name: string, value: string): Promise<void> {
    const existing = await findVariable(trx, organizationId, serviceId, name);
    const id = existing?.id ?? createId('var');
    const sealed = await secretBox.seal(trx, valueColumn(organizationId, id), value);
    if (existing === undefined) await insertVariable(trx, { id, organizationId, serviceId, name, value: sealed });
    else await updateVariable(trx, organizationId, id, sealed);
  }

  return {
    async list(organizationId: string, serviceId: string): Promise<{ items: Variable[]; pendingDeployment: boolean }> {
      await services.get(organizationId, serviceId);
      const times = await findVariableTimes(db, organizationId, serviceId);
      const changedAt = times?.changedAt ?? null;
      const releasedAt = times?.releasedAt ?? null;
      return {
        items: (await listVariables(db, organizationId, serviceId)).map(present),
        pendingDeployment: changedAt !== null && releasedAt !== null && changedAt > releasedAt,
      };
    },

    async set(organizationId: string, serviceId: string, name: string, value: string): Promise<Variable> {
      return await change(organizationId, serviceId, async (trx) => {
        await write(trx, organizationId, serviceId, name, value);
        const rows = await listVariables(trx, organizationId, serviceId);
        if (rows.length > maxVariables) throw variableErrors.VARIABLE_LIMIT();
        const row = rows.find((candidate) => candidate.name === name);
        if (row === undefined) throw variableErrors.VARIABLE_NOT_FOUND();
        return present(row);
      });
    },

    /** Changes one that is there. @throws AppError VARIABLE_NOT_FOUND */
    async update(organizationId: string, serviceId: string, name: string, value: string): Promise<Variable> {
      return await change(organizationId, serviceId, async (trx) => {
        if ((await findVariable(trx, organizationId, serviceId, name)) === undefined)
          throw variableErrors.VARIABLE_NOT_FOUND();
        await write(trx, organizationId, serviceId, name, value);
        const row = await findVariable(trx, organizationId, serviceId, name);
        if (row === undefined) throw variableErrors.VARIABLE_NOT_FOUND();
        return present(row);
      });
    },

    async delete(organizationId: string, serviceId: string, name: string): Promise<void> {
      await change(organizationId, serviceId, async (trx) => {
        if ((await deleteVariables(trx, organizationId, serviceId, [name])) === 0)
          throw variableErrors.VARIABLE_NOT_FOUND();
      });
    },

    /** Makes the set exactly this: what is not named is removed. */
    async replace(organizationId: string, serviceId: string, input: ReplaceVariables): Promise<void> {
      const wanted = 'dotenv' in input ? parseDotenv(input.dotenv) : input.variables;
      const names = Object.keys(wanted);
      if (names.length > maxVariables) throw variableErrors.VARIABLE_LIMIT();
      await change(organizationId, serviceId, async (trx) => {
        const existing = await listVariables(trx, organizationId, serviceId);
        const gone = existing.map(({ name }) => name).filter((name) => !Object.hasOwn(wanted, name));
        await deleteVariables(trx, organizationId, serviceId, gone);
        for (const [name, value] of Object.entries(wanted)) await write(trx, organizationId, serviceId, name, value);
      });
    },

    /** One value in clear. The caller records it in the audit log. */
    async reveal(organizationId: string, serviceId: string, name: string): Promise<string> {
      await services.get(organizationId, serviceId);
      const row = await findVariable(db, organizationId, serviceId, name);
      if (row === undefined) throw variableErrors.VARIABLE_NOT_FOUND();
      return (await secretBox.open(db, valueColumn(organizationId, row.id), row.value)).toString('utf8');
    },

    /** All values in clear, for a release. Never for an answer. */
    async openAll(organizationId: string, serviceId: string): Promise<Record<string, string>> {
      const values: Record<string, string> = {};
      for (const row of await listVariables(db, organizationId, serviceId)) {
        const value = await secretBox.open(db, valueColumn(organizationId, row.id), row.value);
        values[row.name] = value.toString('utf8');
      }
      return values;
    },
  };
}
