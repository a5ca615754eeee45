import { hashPassword, verifyPassword } from '../../platform/crypto/password.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Actor, AuditLog } from '../organizations/index.ts';
import type { ChangePasswordInput, Setup } from './auth.ts';
import { authErrors } from './auth-errors.ts';
import { revokeSessions } from './session-store.ts';
import { hasUsers, lockUser, updateUser } from './user-store.ts';

export interface AccountServiceOptions {
  db: Db;
  audit: AuditLog;
  /** OPEN_REGISTRATION */
  openRegistration: boolean;
  /** Of davit. */
  version: string;
}

export type AccountService = ReturnType<typeof createAccountService>;

/** One's own account, and what a page must know before anybody has signed in. */
export function createAccountService({ db, audit, openRegistration, version }: AccountServiceOptions) {
  return {
    async setup(): Promise<Setup> {
      const claimed = await hasUsers(db);
      const registration = claimed ? (openRegistration ? 'open' : 'invitation') : 'claim';
      return { claimed, registration, version };
    },

    async rename({ principal, address }: Actor, name: string): Promise<void> {
      await db.transaction().execute(async (trx) => {
        await updateUser(trx, principal.userId, { name });
        const details = { name };
        await audit.record(trx, {
          principal,
          action: 'account.rename',
          subject: principal.userId,
          result: 'done',
          details,
          address,
        });
      });
    },

    /** Ends all sessions but the caller's: whoever signed in with the old password is out. Throws PASSWORD_WRONG. */
    async changePassword({ principal, address }: Actor, input: ChangePasswordInput): Promise<void> {
      const { userId, sessionId } = principal;
      // Hashed before the row is locked, since hashing is slow on purpose.
      const passwordHash = await hashPassword(input.newPassword);
      await db.transaction().execute(async (trx) => {
        const user = await lockUser(trx, userId);
        if (user === undefined || !(await verifyPassword(user.passwordHash, input.currentPassword))) {
          throw authErrors.PASSWORD_WRONG();
        }
        await updateUser(trx, userId, { passwordHash });
        const ended = await revokeSessions(trx, { userId, except: sessionId }, 'the password was changed');
        await audit.record(trx, {
          principal,
          action: 'account.change_password',
          subject: userId,
          result: 'done',
          details: { sessionsEnded: ended.length },
          address,
        });
      });
    },
  };
}
