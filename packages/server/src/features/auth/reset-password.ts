import { hashPassword } from '../../platform/crypto/password.ts';
import type { Db } from '../../platform/db/database.ts';
import { createAuditLog } from '../organizations/index.ts';
import { authErrors } from './auth-errors.ts';
import { revokeSessions } from './session-store.ts';
import { findUserByEmail, lockUser, updateUser } from './user-store.ts';

/**
 * Gives an account another password without the old one, for who works on the machine itself. Ends all of its sessions; API tokens
 * stay. With the password begins a new count of wrong ones.
 *
 * @throws AppError ACCOUNT_NOT_FOUND
 */
export async function resetPassword(
  db: Db,
  email: string,
  password: string,
): Promise<{ userId: string; email: string; sessionsEnded: number }> {
  const passwordHash = await hashPassword(password);
  return await db.transaction().execute(async (trx) => {
    const found = await findUserByEmail(trx, email);
    const user = found === undefined ? undefined : await lockUser(trx, found.id);
    if (user === undefined) throw authErrors.ACCOUNT_NOT_FOUND();
    await updateUser(trx, user.id, { passwordHash });
    const ended = await revokeSessions(trx, { userId: user.id, except: null }, 'an operator reset the password');
    await createAuditLog({ db }).record(trx, {
      principal: null,
      action: 'account.reset_password',
      subject: user.id,
      result: 'done',
      details: { email: user.email, sessionsEnded: ended.length },
    });
    return { userId: user.id, email: user.email, sessionsEnded: ended.length };
  });
}
