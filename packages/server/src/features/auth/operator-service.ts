import type { Db } from '../../platform/db/database.ts';
import type { Actor, AuditLog } from '../organizations/index.ts';
import { authErrors } from './auth-errors.ts';
import type { Operator } from './operator.ts';
import { deleteOperator, findOperator, insertOperator, listOperators, lockOperators } from './operator-store.ts';
import { findUserByEmail } from './user-store.ts';

export type OperatorService = ReturnType<typeof createOperatorService>;

/** Who operates the installation. Whoever claimed it is the first; there is always one. */
export function createOperatorService({ db, audit }: { db: Db; audit: AuditLog }) {
  return {
    list: (): Promise<Operator[]> => listOperators(db),

    /** Harmless when the user is one already. @throws AppError OPERATOR_ACCOUNT_NOT_FOUND */
    async appoint({ principal, address }: Actor, email: string): Promise<Operator> {
      return await db.transaction().execute(async (trx) => {
        const user = await findUserByEmail(trx, email);
        if (user === undefined) throw authErrors.OPERATOR_ACCOUNT_NOT_FOUND();
        const isNew = await insertOperator(trx, user.id);
        const operator = await findOperator(trx, user.id);
        if (operator === undefined) throw authErrors.OPERATOR_ACCOUNT_NOT_FOUND();
        await audit.record(trx, {
          principal,
          action: 'operator.appoint',
          subject: user.id,
          result: 'done',
          details: { email: operator.email, ...(isNew ? {} : { wasOne: true }) },
          address,
        });
        return operator;
      });
    },

    /** The last one stays. @throws AppError OPERATOR_NOT_FOUND, OPERATOR_LAST */
    async remove({ principal, address }: Actor, userId: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        const present = await lockOperators(trx);
        if (!present.includes(userId)) throw authErrors.OPERATOR_NOT_FOUND();
        if (present.length === 1) throw authErrors.OPERATOR_LAST();
        await deleteOperator(trx, userId);
        await audit.record(trx, { principal, action: 'operator.remove', subject: userId, result: 'done', address });
      });
    },
  };
}
